// Many alerts in one message: what a channel gets when its budget is short. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "outbox/alert.hpp"

namespace petrel::core {

// The alerts in the order of their urgency. `id` names the digest; one that is sent again with more
// alerts keeps it. The first twelve are told in a line each, the rest is counted by type.
AlertText compose_digest(const std::string& id, std::span<const AlertText> alerts,
                         std::int64_t now_ns, const MessageBook& messages = shipped_messages());

// "dig-" and twelve digits: of the channel and the first alert in it.
std::string digest_id(const std::string& channel, const std::string& first_alert);

}  // namespace petrel::core
