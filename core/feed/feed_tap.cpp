// Later copies count as plausible when what passed before was: a slower socket is healthy too.
#include "feed/feed_tap.hpp"

#include <algorithm>

namespace petrel::core {
namespace {

constexpr std::uint32_t kDrainKinds =
    PETREL_KIND_BIT(PETREL_EVENT_OPEN_INTEREST) | PETREL_KIND_BIT(PETREL_EVENT_LIQUIDATION);
constexpr std::uint32_t kPromptKinds = PETREL_KIND_BIT(PETREL_EVENT_TRADE) |
                                       PETREL_KIND_BIT(PETREL_EVENT_BEST_BID) |
                                       PETREL_KIND_BIT(PETREL_EVENT_BEST_ASK);

}  // namespace

void TappedSocket::opened(std::int64_t now_ns) const {
    if (copies != nullptr) {
        copies->join(lane);
    }
    if (watch != nullptr) {
        watch->opened(now_ns);
    }
}

void TappedSocket::closed() const {
    if (copies != nullptr) {
        copies->leave(lane);
    }
    if (watch != nullptr) {
        watch->closed();
    }
}

// One event of a frame is enough. History tells nothing of now.
void FeedTap::witness(std::span<const MarketEvent> events) {
    const auto prompt = [](const MarketEvent& event) {
        return (PETREL_KIND_BIT(event.kind & 31U) & kPromptKinds) != 0 &&
               (event.flags & PETREL_FLAG_LATE) == 0 && event.receive_ts_ns != 0;
    };
    const auto found = std::find_if(events.begin(), events.end(), prompt);
    if (found != events.end()) {
        clock_->saw(found->receive_ts_ns - found->exchange_ts_ns);
    }
}

std::size_t FeedTap::on_events(std::uint16_t venue, std::span<MarketEvent> events) {
    for (const MarketEvent& event : events) {
        const std::uint32_t bit = PETREL_KIND_BIT(event.kind & 31U);
        if ((bit & kDrainKinds) != 0) [[unlikely]] {
            drain_.saw(event);
        }
    }
    if (socket_ != nullptr && clock_ != nullptr) {
        witness(events);
    }
    if (socket_ != nullptr && socket_->watch != nullptr) {
        for (const MarketEvent& event : events) {
            socket_->watch->saw(event, now_ns_);
        }
    }
    if (socket_ == nullptr || socket_->copies == nullptr) {
        return next_.on_events(venue, events);
    }
    venue_ = venue;
    merged_.clear();
    socket_->copies->take(events, socket_->lane, merged_);
    // Fewer than came: copies, and what waits; more: what has waited.
    const std::size_t others = events.size() - std::min(events.size(), merged_.size());
    std::size_t plausible = 0;
    if (!merged_.empty()) {
        plausible = std::min(next_.on_events(venue, merged_), events.size());
        plausible_ = plausible > 0;
    }
    return plausible + (plausible_ ? others : 0);
}

void FeedTap::release_due(CopyMerge& copies, std::int64_t now_ns) {
    if (!copies.holds()) {
        return;
    }
    merged_.clear();
    copies.release_due(now_ns, merged_);
    if (!merged_.empty()) {
        next_.on_events(venue_, merged_);
    }
}

}  // namespace petrel::core
