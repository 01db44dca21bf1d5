// petrel plugin decode: the edit loop of an adapter's author, without a network.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

int cmd_plugin_decode(const PluginDecodeArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
