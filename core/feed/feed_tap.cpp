// Later copies count as plausible when what passed before was: a slower socket is healthy too.
#include "feed/feed_tap.hpp"

namespace petrel::core {
namespace {

constexpr std::uint32_t kDrainKinds =
    PETREL_KIND_BIT(PETREL_EVENT_OPEN_INTEREST) | PETREL_KIND_BIT(PETREL_EVENT_LIQUIDATION);

}  // namespace

std::size_t FeedTap::on_events(std::uint16_t venue, std::span<MarketEvent> events) {
    for (const MarketEvent& event : events) {
        const std::uint32_t bit = PETREL_KIND_BIT(event.kind & 31U);
        if ((bit & kDrainKinds) != 0) [[unlikely]] {
            drain_.saw(event);
        }
    }
    if (socket_ != nullptr && socket_->watch != nullptr) {
        for (const MarketEvent& event : events) {
            socket_->watch->saw(event, now_ns_);
        }
    }
    if (socket_ == nullptr || socket_->copies == nullptr) {
        return next_.on_events(venue, events);
    }
    std::size_t kept = 0;
    for (MarketEvent& event : events) {
        if (!socket_->copies->passes(event, socket_->lane)) {
            continue;
        }
        if (&events[kept] != &event) {
            events[kept] = event;
        }
        ++kept;
    }
    const std::size_t copies = events.size() - kept;
    std::size_t plausible = 0;
    if (kept > 0) {
        plausible = next_.on_events(venue, events.first(kept));
        plausible_ = plausible > 0;
    }
    return plausible + (plausible_ ? copies : 0);
}

}  // namespace petrel::core
