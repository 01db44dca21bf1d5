// What a channel has room for, and what its provider asks for. Times are steady.
#include <algorithm>

#include "notifier/channel.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

constexpr std::uint32_t kTooMany = 429;

}  // namespace

ChannelRoom Channel::room(std::int64_t ahead_ns) {
    const std::int64_t now_ns = steady_now_ns();
    const std::lock_guard lock(pace_mutex_);
    const auto left = [&](std::size_t count) { return count - std::min(count, handed_over_); };
    const bool held = held_until_ns_ > now_ns;
    const std::size_t now =
        held ? 0 : left(std::min<std::size_t>(limit_.available(now_ns), kQueue));
    const std::size_t spare = held ? 0 : left(std::min<std::size_t>(limit_.spare(now_ns), kQueue));
    return {now, limit_.limited() ? left(limit_.within(now_ns, ahead_ns)) : kNoLimit, spare};
}

std::int64_t Channel::room_in_ms() {
    const std::int64_t now_ns = steady_now_ns();
    const std::lock_guard lock(pace_mutex_);
    const std::int64_t wait_ns = std::max(limit_.wait_ns(now_ns), held_until_ns_ - now_ns);
    return wait_ns <= 0 ? 0 : wait_ns / kNsPerMs + 1;
}

void Channel::hold_for(std::int64_t ms) {
    const std::lock_guard lock(pace_mutex_);
    held_until_ns_ = steady_now_ns() + ms * kNsPerMs;
}

// Whether one may be sent now; counts it as sent.
bool Channel::take_room() {
    const std::int64_t now_ns = steady_now_ns();
    const std::lock_guard lock(pace_mutex_);
    handed_over_ -= std::min<std::size_t>(handed_over_, 1);
    if (broken_ || held_until_ns_ > now_ns || limit_.wait_ns(now_ns) > 0) {
        return false;
    }
    limit_.take(now_ns);
    return true;
}

// A provider's wait is for all that goes there, not for the one message that it refused; it may
// come with a success, too. One that says "too many" and not how long to wait is left alone for
// longer each time.
void Channel::hold(const DeliveryOutcome& outcome) {
    std::uint64_t wait_ms = RetryPolicy::clamp_provider_ms(outcome.retry_after_ms);
    const bool unnamed = outcome.http_status == kTooMany && wait_ms == 0;
    const std::lock_guard lock(pace_mutex_);
    if (unnamed && held_until_ns_ > steady_now_ns()) {
        return;  // others that were under way are refused with it
    }
    refused_for_pace_ = unnamed ? refused_for_pace_ + 1 : 0;
    if (unnamed) {
        wait_ms = RetryPolicy{}.wait_ms(refused_for_pace_, handle_.name);
    }
    if (wait_ms > 0) {
        held_until_ns_ = steady_now_ns() + static_cast<std::int64_t>(wait_ms) * kNsPerMs;
    }
    if (outcome.result == DeliveryResult::Broken) {
        broken_why_ = outcome.reason;
    }
}

}  // namespace petrel::core
