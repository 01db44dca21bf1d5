// petrel replay: recordings through stages 2 to 7, alerts on standard output, the rest on standard
// error.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

int cmd_replay(const ReplayArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
