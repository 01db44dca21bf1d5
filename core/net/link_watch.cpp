// Limits in nanoseconds of the steady clock, compared with what was seen.
#include "net/link_watch.hpp"

#include <algorithm>

#include "petrel/types.hpp"

namespace petrel::core {
namespace {

std::int64_t to_ns(std::uint32_t ms) { return std::int64_t{ms} * kNsPerMs; }

LinkEnd late(std::string what, std::uint32_t limit_ms, std::string_view rest = "") {
    what += std::to_string(limit_ms) + " ms";
    what += rest;
    return {LinkEndKind::Timeout, 0, std::move(what)};
}

}  // namespace

void LinkWatch::opened(std::int64_t now_ns) {
    frame_ns_ = now_ns;
    ping_due_ns_ = now_ns + to_ns(options_.ping_interval_ms);
}

std::uint64_t LinkWatch::ping_began(std::int64_t now_ns) {
    ping_sent_ns_ = now_ns;
    ping_due_ns_ = now_ns + to_ns(options_.ping_interval_ms);
    frames_at_ping_ = frames_;
    return ++ping_number_;
}

std::optional<std::int64_t> LinkWatch::pong(std::uint64_t number, std::int64_t now_ns) {
    if (!awaits_pong() || number != ping_number_) {
        return std::nullopt;  // unasked for, which is allowed
    }
    return std::max<std::int64_t>(now_ns - std::exchange(ping_sent_ns_, 0), 0);
}

std::optional<LinkEnd> LinkWatch::overdue(std::int64_t now_ns, const Seen& seen) {
    if (seen.frames != frames_) {
        frames_ = seen.frames;
        frame_ns_ = seen.received_ns;
    }
    const std::int64_t whole_ns = to_ns(options_.message_whole_ms);
    if (seen.partial_since_ns != 0 && now_ns - seen.partial_since_ns >= whole_ns) {
        return late("sent a message that is not whole ", options_.message_whole_ms,
                    " after its first byte");
    }
    if (write_since_ns_ != 0 && now_ns - write_since_ns_ >= whole_ns) {
        return late("has taken nothing of what we send for ", options_.message_whole_ms);
    }
    if (awaits_pong() && now_ns - ping_sent_ns_ >= to_ns(options_.pong_timeout_ms)) {
        if (frames_ == frames_at_ping_) {
            return late("sent no pong and nothing else for ", options_.pong_timeout_ms);
        }
        ping_sent_ns_ = 0;  // a missed pong, but the peer lives
    }
    if (options_.idle_ms_max > 0 && now_ns - frame_ns_ >= to_ns(options_.idle_ms_max)) {
        return late("was silent for ", options_.idle_ms_max);
    }
    return std::nullopt;
}

bool LinkWatch::ping_is_due(std::int64_t now_ns) const {
    return options_.ping_interval_ms > 0 && !awaits_pong() && now_ns >= ping_due_ns_;
}

std::int64_t LinkWatch::next_ns(std::int64_t now_ns, const Seen& seen) const {
    // A message that begins right after this look cannot be overdue before that.
    std::int64_t next = now_ns + to_ns(std::min(options_.message_whole_ms, 1'000U));
    const auto also = [&next](bool counts, std::int64_t since_ns, std::uint32_t limit_ms) {
        next = counts ? std::min(next, since_ns + to_ns(limit_ms)) : next;
    };
    also(seen.partial_since_ns != 0, seen.partial_since_ns, options_.message_whole_ms);
    also(write_since_ns_ != 0, write_since_ns_, options_.message_whole_ms);
    also(options_.ping_interval_ms > 0, now_ns, options_.ping_interval_ms);
    also(awaits_pong(), ping_sent_ns_, options_.pong_timeout_ms);
    also(options_.idle_ms_max > 0, frame_ns_, options_.idle_ms_max);
    also(options_.ping_interval_ms > 0 && !awaits_pong(), ping_due_ns_, 0);
    return next;
}

}  // namespace petrel::core
