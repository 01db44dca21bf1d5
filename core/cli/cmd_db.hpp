// petrel db: which schema the store has, and bringing it up to date.
//
// On the main thread of a command that then ends.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

int cmd_db_status(const RulesEngineArguments& arguments, Terminal& terminal);
int cmd_db_migrate(const RulesEngineArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
