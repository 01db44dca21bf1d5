// The figures a rule was given, as a flat list of names and numbers in a fixed order. Pure.
#pragma once

#include <vector>

#include "script/rule_io.hpp"
#include "signal/signal.hpp"

namespace petrel::core {

std::vector<SignalInput> signal_inputs(const RuleInput& input);

}  // namespace petrel::core
