// petrel notify preview: an alert as each configured channel would get it. Nothing is sent.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

int cmd_notify_preview(const NotifyPreviewArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
