// How a connection is: what its socket and its silence say, for status.
#include "feed/feed_session.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {

FeedState FeedSession::state() const {
    if (!has_endpoint()) {
        return FeedState::Unusable;
    }
    if (opened_ns_ == 0) {
        return FeedState::Connecting;
    }
    const std::int64_t now_ns = steady_now_ns();
    const std::int64_t since_ns = last_data_steady_ns_ != 0 ? last_data_steady_ns_ : opened_ns_;
    const auto silent_ms = static_cast<std::uint64_t>((now_ns - since_ns) / kNsPerMs);
    if (options_.socket.watch != nullptr) {  // who judges what silence means
        return last_data_steady_ns_ == 0       ? FeedState::Pending
               : silent_ms > options_.quiet_ms ? FeedState::Quiet
                                               : FeedState::Healthy;
    }
    if (last_data_steady_ns_ == 0) {
        return silent_ms > options_.quiet_ms ? FeedState::Suspect : FeedState::Pending;
    }
    return silent_ms > options_.suspect_ms ? FeedState::Suspect
           : silent_ms > options_.quiet_ms ? FeedState::Quiet
                                           : FeedState::Healthy;
}

FeedStatus FeedSession::status() const {
    FeedStatus copy = status_;
    copy.state = state();
    copy.streams_pending = opened_ns_ == 0 ? copy.streams : pending_.count();
    return copy;
}

}  // namespace petrel::core
