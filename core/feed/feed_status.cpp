// Sums over the sockets of a connection.
#include "feed/feed_status.hpp"

#include <algorithm>

namespace petrel::core {
namespace {

constexpr std::size_t kReasonsMax = 64;
constexpr const char* kOtherReasons = "other reasons";

void add_reason(FeedStatus& to, const std::string& reason, std::uint64_t count) {
    const bool room = to.rejected_by_reason.size() < kReasonsMax;
    const bool known = to.rejected_by_reason.contains(reason);
    to.rejected_by_reason[room || known ? reason : kOtherReasons] += count;
}

}  // namespace

void count_rejection(FeedStatus& status, std::string_view reason) {
    ++status.rejected;
    add_reason(status, reason.empty() ? "no reason given" : std::string(reason), 1);
}

void add_counts(FeedStatus& to, const FeedStatus& part) {
    to.frames += part.frames;
    to.bytes += part.bytes;
    to.events += part.events;
    to.rejected += part.rejected;
    for (const auto& [reason, count] : part.rejected_by_reason) {
        add_reason(to, reason, count);
    }
    to.reconnects += part.reconnects;
    to.notices_lost += part.notices_lost;
    to.answers_dropped += part.answers_dropped;
    to.last_data_ns = std::max(to.last_data_ns, part.last_data_ns);
}

}  // namespace petrel::core
