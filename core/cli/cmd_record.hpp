// petrel record: what the configured venues send, into a file that petrel replay plays.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

int cmd_record(const RecordArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
