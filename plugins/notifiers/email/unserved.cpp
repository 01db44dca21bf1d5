// A message a second is the most that comes here: looking through all of them costs nothing.
#include "unserved.hpp"

#include <algorithm>

namespace petrel::email {

std::size_t Recipients::count(Standing standing) const {
    return static_cast<std::size_t>(std::count(standings_.begin(), standings_.end(), standing));
}

std::vector<std::string> Recipients::waiting(const std::vector<std::string>& all) const {
    std::vector<std::string> addresses;
    for (std::size_t i = 0; i < std::min(all.size(), standings_.size()); ++i) {
        if (standings_[i] == Standing::Waits) {
            addresses.push_back(all[i]);
        }
    }
    return addresses;
}

void Recipients::take_in(std::span<const int> replies, bool taken) {
    std::size_t next = 0;
    for (Standing& standing : standings_) {
        if (standing != Standing::Waits) {
            continue;
        }
        const int reply = next < replies.size() ? replies[next] : 0;
        ++next;
        if (reply >= 500 && reply < 600) {
            standing = Standing::Refused;
        } else if (taken && (reply == 0 || (reply >= 200 && reply < 300))) {
            standing = Standing::HasIt;
        }
    }
}

Recipients Unserved::recipients_of(std::string_view id, std::size_t count) const {
    const auto found = std::find_if(messages_.begin(), messages_.end(),
                                    [&](const Message& message) { return message.id == id; });
    return found == messages_.end() ? Recipients(count) : found->recipients;
}

void Unserved::keep(std::string_view id, const Recipients& recipients) {
    for (Message& message : messages_) {
        if (message.id == id) {
            message.recipients = recipients;
            return;
        }
    }
    if (recipients.count(Standing::Waits) == recipients.size()) {
        return;  // nothing is known yet
    }
    messages_.push_back({std::string(id), recipients});
    if (messages_.size() > messages_max_) {
        messages_.pop_front();
    }
}

void Unserved::forget(std::string_view id) {
    std::erase_if(messages_, [&](const Message& message) { return message.id == id; });
}

}  // namespace petrel::email
