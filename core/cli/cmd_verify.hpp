// petrel plugin verify: the contract of exchange adapters, for those who write one.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

int cmd_plugin_verify(const PluginVerifyArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
