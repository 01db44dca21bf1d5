// petrel notify: what people do with delivery while petrel runs.
//
// Each is one request to the running engine, a test one and then questions until its outcome is
// known. 0 when done, 1 when the engine refuses or a test did not arrive. Main thread.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

int cmd_silence_add(const SilenceAddArguments& arguments, Terminal& terminal);
int cmd_silence_list(const RulesEngineArguments& arguments, Terminal& terminal);
int cmd_silence_end(const SilenceEndArguments& arguments, Terminal& terminal);
int cmd_silence_preview(const SilencePreviewArguments& arguments, Terminal& terminal);
int cmd_notify_ack(const NotifyAckArguments& arguments, Terminal& terminal);
int cmd_notify_test(const NotifyTestArguments& arguments, Terminal& terminal);
int cmd_notify_explain(const NotifyExplainArguments& arguments, Terminal& terminal);
int cmd_notify_route(const NotifyRouteArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
