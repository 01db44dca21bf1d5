// Bounds of single events that the contract holds an adapter to.
#include "contract/event_rules.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace petrel::core {
namespace {

class MoodOfAnAdapter : public ::testing::Test {
protected:
    MoodOfAnAdapter() : registry_([](const SymbolEntry&) { return 0U; }) {
        petrel_instrument instrument{};
        instrument.size = sizeof(instrument);
        instrument.type = PETREL_INSTRUMENT_PERPETUAL;
        instrument.native = text_of("BTCUSDT");
        instrument.base = text_of("BTC");
        instrument.quote = text_of("USDT");
        instrument.price_divisor = 1;
        mood_.instrument = registry_.add(registry_.add_venue({"acme", {}, 0}), instrument);
        mood_.kind = PETREL_EVENT_SENTIMENT;
        mood_.count = 1;
        mood_.exchange_ts_ns = 1'794'000'000 * kNsPerSecond;
        mood_.receive_ts_ns = mood_.exchange_ts_ns;
        mood_.price = -1;
        mood_.quantity = 1;
    }
    [[nodiscard]] std::string fault() const {
        return event_fault(mood_, registry_, mood_.receive_ts_ns);
    }
    InstrumentRegistry registry_;
    MarketEvent mood_{};
};

TEST_F(MoodOfAnAdapter, within_its_bounds_is_an_event_like_any_other) {
    EXPECT_EQ(fault(), "");
    EXPECT_EQ(event_text(mood_, registry_).rfind("sentiment BTCUSDT none", 0), 0U);
}

TEST_F(MoodOfAnAdapter, out_of_its_bounds_is_a_fault_in_words) {
    mood_.price = -1.25;
    EXPECT_EQ(fault(), "a sentiment lies between -1 and 1, this one is -1.25");
    mood_.price = std::numeric_limits<double>::infinity();
    EXPECT_EQ(fault(), "price is inf, which is no finite number");
    mood_.price = 0;
    mood_.quantity = 1.5;
    EXPECT_EQ(fault(), "a news impact (quantity) lies between 0 and 1, this one is 1.5");
    mood_.quantity = -0.5;
    EXPECT_EQ(fault(), "quantity is negative: -0.5");
    mood_.quantity = 0;
    mood_.notional_usd = 2;
    EXPECT_EQ(fault(), "notional_usd of a sentiment is 0, this one is 2");
    mood_.notional_usd = 0;
    mood_.side = PETREL_SIDE_BUY;
    EXPECT_EQ(fault(), "side is buy, of a sentiment it is none");
}

}  // namespace
}  // namespace petrel::core
