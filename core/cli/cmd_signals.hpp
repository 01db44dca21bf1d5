// petrel signals and petrel explain: what was decided, and what it rests on.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

int cmd_signals(const SignalsArguments& arguments, Terminal& terminal);
int cmd_explain(const ExplainArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
