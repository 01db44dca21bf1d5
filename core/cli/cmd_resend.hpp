// petrel notify resend and petrel notify drill: what a person sends through a running engine.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

int cmd_notify_resend(const NotifyResendArguments& arguments, Terminal& terminal);
int cmd_notify_drill(const NotifyDrillArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
