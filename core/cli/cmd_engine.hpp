// petrel run, status, coverage, reload and plugin reload: the engine in the foreground, and the
// ways to speak to it.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

int cmd_run(const RunArguments& arguments, Terminal& terminal);
int cmd_status(const StatusArguments& arguments, Terminal& terminal);
int cmd_coverage(const CoverageArguments& arguments, Terminal& terminal);
int cmd_reload(const ReloadArguments& arguments, Terminal& terminal);
int cmd_plugin_reload(const PluginReloadArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
