// `petrel rules new DIR`: a small complete pack to begin from.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

int cmd_rules_new(const RulesNewArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
