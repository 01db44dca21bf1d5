// An alert of each type and occasion with figures that could be real, to look at what templates
// make of them.
//
// Pure: the same each time.
#pragma once

#include <string>
#include <vector>

#include "outbox/story_updates.hpp"

namespace petrel::core {

// Types that have a sample of their own (any other is shown like a storm), then what may happen to
// an alert.
std::vector<std::string> sample_kinds();

// What a provider might call the first message.
inline constexpr const char* kFirstId = "1001";

// Who is to be shown a message.
struct SampleChannel {
    std::string name;
    ChannelTraits traits;
};

struct SampleMessage {
    AlertText alert;
    std::string phase = "new";        // as in the store
    std::string first_provider_id{};  // of a message that came before, where there is one
    std::string never{};              // why the channel would not be sent it; empty: it would
};

SampleMessage sample_message(const std::string& kind, const SampleChannel& channel,
                             const MessageBook& messages);

}  // namespace petrel::core
