// petrel check and petrel plugin list: what the configuration and the plugins say, nothing started.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

int cmd_check(const CheckArguments& arguments, Terminal& terminal);
int cmd_plugin_list(const PluginListArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
