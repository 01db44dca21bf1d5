// petrel notifications: where alerts went, what did not come through, and the proof of it.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

int cmd_notifications(const NotificationsArguments& arguments, Terminal& terminal);
int cmd_notifications_gaps(const NotificationsSinceArguments& arguments, Terminal& terminal);
int cmd_notifications_verify(const NotificationsSinceArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
