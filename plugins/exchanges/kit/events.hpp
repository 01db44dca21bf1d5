// The events of one frame or page before they are handed on: a frame is believed whole or not at
// all, so nothing reaches the host before everything was read. Reused, so it soon stops allocating.
//
// Owned by a decoder or a page of history, on the instance's data path.
#pragma once

#include <vector>

#include "kit/contracts.hpp"

namespace petrel::kit {

using Events = std::vector<MarketEvent>;

// One more event of that kind and contract; the caller sets the figures.
template <typename Contract>
MarketEvent& add_event(Events& events, EventKind kind, const Contract& contract,
                       std::uint64_t time_ms) {
    MarketEvent& e = events.emplace_back();
    e.kind = static_cast<std::uint8_t>(kind);
    e.instrument = contract.handle;
    e.count = 1;
    e.exchange_ts_ns = ns_of(time_ms);
    return e;
}

template <typename Contract>
void set_figures(MarketEvent& e, const Contract& contract, const Figures& figures) {
    e.price = figures.price;
    e.quantity = figures.quantity;
    e.notional_usd = figures.notional * contract.usd_per_quote;
}

// `flags` are added to those of each event.
inline void hand_on(const Events& events, std::int64_t receive_ts_ns, std::uint16_t flags,
                    DecodeOut& out) {
    for (const MarketEvent& event : events) {
        MarketEvent& e = out.push();
        e = event;
        e.receive_ts_ns = receive_ts_ns;
        e.flags = static_cast<std::uint16_t>(e.flags | flags);
    }
}

}  // namespace petrel::kit
