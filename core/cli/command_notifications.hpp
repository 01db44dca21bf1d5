// The options of `petrel notifications` and of what is done about them, in a file of their own.
// Private to the command line.
//
// Main thread.
#pragma once

#include "cli/command_options.hpp"

namespace petrel::core {

std::optional<int> read_words(const Invocation& call, NotificationsArguments& arguments);
std::optional<int> read_words(const Invocation& call, NotificationsSinceArguments& arguments);
std::optional<int> read_words(const Invocation& call, NotifyResendArguments& arguments);
std::optional<int> read_words(const Invocation& call, NotifyDrillArguments& arguments);

}  // namespace petrel::core
