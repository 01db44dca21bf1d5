// petrel rules check and petrel rules test: a pack on its own, no engine.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

int cmd_rules_check(const RulesArguments& arguments, Terminal& terminal);
int cmd_rules_test(const RulesTestArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
