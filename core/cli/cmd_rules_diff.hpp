// `petrel rules diff A B --on RECORDING...`: what an edit would have changed.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

// 0 when both versions send the same, 1 when something differs.
int cmd_rules_diff(const RulesDiffArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
