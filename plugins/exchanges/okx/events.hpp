// The events of one frame or page before they are handed on: a frame is believed whole or not at
// all, so nothing reaches the host before everything was read. Reused, so it soon stops allocating.
#pragma once

#include <vector>

#include "contracts.hpp"

namespace petrel::okx {

using Events = std::vector<MarketEvent>;

// One more event of that kind and contract; the caller sets the figures.
inline MarketEvent& add_event(Events& events, EventKind kind, const Contract& contract,
                              std::uint64_t time_ms) {
    MarketEvent& e = events.emplace_back();
    e.kind = static_cast<std::uint8_t>(kind);
    e.instrument = contract.handle;
    e.count = 1;
    e.exchange_ts_ns = static_cast<std::int64_t>(time_ms) * kNsPerMs;
    return e;
}

inline void set_figures(MarketEvent& e, const Contract& contract, const Figures& figures) {
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

}  // namespace petrel::okx
