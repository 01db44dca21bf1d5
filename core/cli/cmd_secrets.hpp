// petrel secrets: sets, lists and removes what the encrypted store holds. Values come from standard
// input or a hidden prompt, never from an argument, and are never shown.
//
// On the main thread of a command that then ends.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

int cmd_secrets_set(const SecretsArguments& arguments, Terminal& terminal);
int cmd_secrets_list(const SecretsListArguments& arguments, Terminal& terminal);
int cmd_secrets_remove(const SecretsArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
