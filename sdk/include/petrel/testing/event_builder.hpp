// Builds market events for tests in one readable line:
//
//   liquidation(Side::Long).usd(600'000).price(91'214).at_ms(1'500).venue(2).sampled()
//
// What is not said gets a plausible value; the quantity follows from value and price. Times are
// milliseconds after FakeClock::kStartNs. A builder converts to the event it describes.
#pragma once

#include "petrel/testing/fake_clock.hpp"
#include "petrel/types.hpp"

namespace petrel::testing {

class EventBuilder {
public:
    EventBuilder(EventKind kind, Side side) {
        event_.kind = static_cast<std::uint8_t>(kind);
        event_.side = static_cast<std::uint8_t>(side);
        event_.count = 1;
        event_.price = 100;
        at_ms(0);
    }

    EventBuilder& usd(double notional_usd) {
        event_.notional_usd = notional_usd;
        return *this;
    }
    EventBuilder& price(double price) {
        event_.price = price;
        return *this;
    }
    // Only where the quantity is not value / price.
    EventBuilder& quantity(double base_units) {
        event_.quantity = base_units;
        quantity_was_set_ = true;
        return *this;
    }
    EventBuilder& at_ms(std::int64_t after_start_ms) {
        return at_ns(FakeClock::kStartNs + after_start_ms * kNsPerMs);
    }
    EventBuilder& at_ns(std::int64_t since_epoch_ns) {
        event_.exchange_ts_ns = since_epoch_ns;
        event_.receive_ts_ns = since_epoch_ns;
        return *this;
    }
    EventBuilder& venue(std::uint16_t number) {
        event_.venue = number;
        return *this;
    }
    EventBuilder& id(std::uint64_t id) {
        event_.id = id;
        return *this;
    }
    EventBuilder& count(std::uint32_t merged_events) {
        event_.count = merged_events;
        return *this;
    }
    EventBuilder& flags(std::uint16_t flags) {
        event_.flags = static_cast<std::uint16_t>(event_.flags | flags);
        return *this;
    }
    EventBuilder& sampled() { return flags(PETREL_FLAG_SAMPLED); }

    [[nodiscard]] MarketEvent build() const {
        MarketEvent event = event_;
        if (!quantity_was_set_ && event.price > 0) {
            event.quantity = event.notional_usd / event.price;
        }
        return event;
    }
    operator MarketEvent() const { return build(); }  // NOLINT(google-explicit-constructor)

private:
    MarketEvent event_{};
    bool quantity_was_set_ = false;
};

// `side` is the aggressor's: Buy or Sell.
inline EventBuilder trade(Side side) { return {EventKind::Trade, side}; }

// `side` is the position that was liquidated: Long or Short.
inline EventBuilder liquidation(Side side) { return {EventKind::Liquidation, side}; }

inline EventBuilder mark_price(double price) {
    EventBuilder builder(EventKind::MarkPrice, Side::None);
    builder.price(price).quantity(0);
    return builder;
}

}  // namespace petrel::testing
