// What a rule was given, as flat lists of names with numbers and with texts, in a fixed order; and
// back, so that a rule can be run again on what it saw. Pure; any thread.
#pragma once

#include <span>
#include <vector>

#include "script/rule_io.hpp"
#include "signal/signal.hpp"

namespace petrel::core {

std::vector<SignalInput> signal_inputs(const RuleInput& input);
std::vector<SignalText> signal_texts(const RuleInput& input);

// Sets what the lists name; the texts are borrowed from there. False when a name is unknown: the
// lists were written by another version of petrel.
bool restore_input(std::span<const SignalInput> numbers, std::span<const SignalText> texts,
                   RuleInput& input);

}  // namespace petrel::core
