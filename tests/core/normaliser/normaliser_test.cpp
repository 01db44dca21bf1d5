// What the normaliser accepts, changes and refuses.
#include "normaliser/normaliser.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace petrel::core {
namespace {

constexpr std::int64_t kNow = 1'794'000'000 * kNsPerSecond;

petrel_instrument instrument(std::string_view native, std::string_view base,
                             std::string_view quote) {
    petrel_instrument i{};
    i.size = sizeof(i);
    i.type = PETREL_INSTRUMENT_PERPETUAL;
    i.native = text_of(native);
    i.base = text_of(base);
    i.quote = text_of(quote);
    i.price_divisor = 1;
    return i;
}

class NormaliserTest : public ::testing::Test {
protected:
    NormaliserTest() : registry_([](const SymbolEntry&) { return 2U; }), normaliser_(registry_) {
        VenueEntry venue;
        venue.name = "acme";
        venue.aliases = {"acme_perp"};
        venue.sampled_kinds = PETREL_KIND_BIT(PETREL_EVENT_LIQUIDATION);
        venue_ = registry_.add_venue(venue);
        btc_ = registry_.add(venue_, instrument("BTCUSDT", "BTC", "USDT"));
    }

    MarketEvent trade(std::uint64_t id) const {
        MarketEvent e{};
        e.kind = PETREL_EVENT_TRADE;
        e.side = PETREL_SIDE_SELL;
        e.instrument = btc_;
        e.exchange_ts_ns = kNow;
        e.receive_ts_ns = kNow + 30 * kNsPerMs;
        e.price = 91'250.1;
        e.quantity = 0.25;
        e.notional_usd = 22'812.525;
        e.id = id;
        return e;
    }

    bool accepts(MarketEvent event) { return normaliser_.accept(venue_, {&event, 1}) == 1; }

    InstrumentRegistry registry_;
    Normaliser normaliser_;
    VenueId venue_ = 0;
    InstrumentId btc_ = 0;
};

TEST_F(NormaliserTest, a_sound_trade_passes_and_carries_its_venue) {
    MarketEvent event = trade(1);
    ASSERT_EQ(normaliser_.accept(venue_, {&event, 1}), 1U);
    EXPECT_EQ(event.venue, venue_);
    EXPECT_EQ(event.count, 1U);
    EXPECT_EQ(normaliser_.accepted(), 1U);
}

TEST_F(NormaliserTest, the_same_trade_again_is_a_duplicate) {
    EXPECT_TRUE(accepts(trade(17)));
    EXPECT_FALSE(accepts(trade(17)));
    EXPECT_TRUE(accepts(trade(18)));
    EXPECT_EQ(normaliser_.refused(Refusal::Duplicate), 1U);
}

TEST_F(NormaliserTest, ids_that_start_again_are_new_trades) {
    for (std::uint64_t id = 1'000; id < 1'500; ++id) {
        ASSERT_TRUE(accepts(trade(id)));
    }
    for (std::uint64_t id = 1; id < 200; ++id) {
        ASSERT_TRUE(accepts(trade(id))) << id;
    }
}

TEST_F(NormaliserTest, equal_liquidations_count_twice_in_one_frame_and_once_over_two) {
    MarketEvent l = trade(0);
    l.kind = PETREL_EVENT_LIQUIDATION;
    l.side = PETREL_SIDE_LONG;
    MarketEvent frame[2] = {l, l};
    EXPECT_EQ(normaliser_.accept(venue_, frame), 2U);
    EXPECT_EQ(frame[0].flags & PETREL_FLAG_SAMPLED, PETREL_FLAG_SAMPLED);
    EXPECT_FALSE(accepts(l));
}

TEST_F(NormaliserTest, a_time_far_ahead_of_receipt_is_set_to_receipt_and_flagged) {
    MarketEvent event = trade(1);
    event.exchange_ts_ns = event.receive_ts_ns + 6 * kNsPerSecond;
    ASSERT_EQ(normaliser_.accept(venue_, {&event, 1}), 1U);
    EXPECT_EQ(event.exchange_ts_ns, event.receive_ts_ns);
    EXPECT_EQ(event.flags & PETREL_FLAG_TIME_CLAMPED, PETREL_FLAG_TIME_CLAMPED);
    EXPECT_EQ(normaliser_.clamped(), 1U);
}

TEST_F(NormaliserTest, a_slow_recorder_clock_is_no_reason_to_clamp) {
    MarketEvent event = trade(1);
    event.receive_ts_ns = event.exchange_ts_ns - 1'270 * kNsPerMs;
    ASSERT_EQ(normaliser_.accept(venue_, {&event, 1}), 1U);
    EXPECT_EQ(event.exchange_ts_ns, kNow);
}

TEST_F(NormaliserTest, wild_numbers_are_refused) {
    const double wild[] = {std::numeric_limits<double>::quiet_NaN(),
                           std::numeric_limits<double>::infinity(), -1.0, 1e30};
    std::uint64_t id = 100;
    for (const double value : wild) {
        MarketEvent event = trade(id++);
        event.price = value;
        EXPECT_FALSE(accepts(event));
        event = trade(id++);
        event.notional_usd = value;
        EXPECT_FALSE(accepts(event));
        event = trade(id++);
        event.quantity = value;
        EXPECT_FALSE(accepts(event));
    }
    EXPECT_EQ(normaliser_.refused(Refusal::Number), 12U);
}

TEST_F(NormaliserTest, sentiment_and_impact_have_bounds_and_no_value) {
    MarketEvent mood = trade(1);
    mood.kind = PETREL_EVENT_SENTIMENT;
    mood.side = PETREL_SIDE_NONE;
    mood.notional_usd = 0;
    for (const double value : {-1.0, 0.0, 1.0}) {
        mood.price = value;
        mood.quantity = value < 0 ? 0.0 : value;
        EXPECT_TRUE(accepts(mood)) << value;
        EXPECT_TRUE(accepts(mood)) << "a state is no duplicate";
    }
    for (const double value : {-1.01, 1.01, std::numeric_limits<double>::quiet_NaN()}) {
        MarketEvent wild = mood;
        wild.price = value;
        EXPECT_FALSE(accepts(wild)) << value;
        wild = mood;
        wild.quantity = value;
        EXPECT_FALSE(accepts(wild)) << value;
    }
    mood.notional_usd = 1;
    EXPECT_FALSE(accepts(mood));
    EXPECT_EQ(normaliser_.refused(Refusal::Number), 7U);
}

TEST_F(NormaliserTest, sides_must_belong_to_their_kind) {
    MarketEvent event = trade(1);
    event.side = PETREL_SIDE_LONG;
    EXPECT_FALSE(accepts(event));
    event.kind = PETREL_EVENT_MARK_PRICE;
    EXPECT_FALSE(accepts(event));
    EXPECT_EQ(normaliser_.refused(Refusal::Side), 2U);
}

TEST_F(NormaliserTest, unknown_instruments_kinds_and_times_are_refused) {
    MarketEvent event = trade(1);
    event.instrument = 99;
    EXPECT_FALSE(accepts(event));
    event = trade(2);
    event.kind = 77;
    EXPECT_FALSE(accepts(event));
    event = trade(3);
    event.exchange_ts_ns = kNow / 1'000'000;  // milliseconds taken for nanoseconds
    EXPECT_FALSE(accepts(event));
    EXPECT_EQ(normaliser_.refused(Refusal::Instrument), 1U);
    EXPECT_EQ(normaliser_.refused(Refusal::Kind), 1U);
    EXPECT_EQ(normaliser_.refused(Refusal::Time), 1U);
}

TEST_F(NormaliserTest, refused_events_leave_the_others_in_order) {
    MarketEvent frame[4] = {trade(1), trade(2), trade(3), trade(4)};
    frame[1].price = -5;
    ASSERT_EQ(normaliser_.accept(venue_, frame), 3U);
    EXPECT_EQ(frame[0].id, 1U);
    EXPECT_EQ(frame[1].id, 3U);
    EXPECT_EQ(frame[2].id, 4U);
}

TEST_F(NormaliserTest, symbols_of_two_venues_meet) {
    VenueEntry other;
    other.name = "other";
    const VenueId second = registry_.add_venue(other);
    const InstrumentId id = registry_.add(second, instrument("BTC-USDT-SWAP", "BTC", "USDT"));
    EXPECT_NE(id, btc_);
    EXPECT_EQ(registry_.instrument(id).symbol, registry_.instrument(btc_).symbol);
    EXPECT_EQ(registry_.symbol(registry_.instrument(id).symbol).name, "BTC-USDT-PERP");
    EXPECT_EQ(registry_.symbol(registry_.instrument(id).symbol).short_name, "BTCUSDT");
    EXPECT_EQ(registry_.find_venue("acme_perp"), venue_);
}

TEST_F(NormaliserTest, hostile_names_are_refused_and_counted) {
    EXPECT_EQ(registry_.add(venue_, instrument("<b>BTC", "BTC", "USDT")), PETREL_NO_INSTRUMENT);
    EXPECT_EQ(registry_.add(venue_, instrument("", "BTC", "USDT")), PETREL_NO_INSTRUMENT);
    EXPECT_EQ(registry_.add(venue_, instrument("X", "B\nTC", "USDT")), PETREL_NO_INSTRUMENT);
    EXPECT_EQ(registry_.refused(), 3U);
}

TEST_F(NormaliserTest, dated_contracts_carry_their_date) {
    petrel_instrument dated = instrument("BTCUSDT_261225", "BTC", "USDT");
    dated.type = PETREL_INSTRUMENT_FUTURE;
    dated.expiry_ns = 1'798'185'600LL * kNsPerSecond;  // 2026-12-25 08:00 UTC
    EXPECT_EQ(symbol_name(dated), "BTC-USDT-261225");
}

TEST_F(NormaliserTest, a_trade_and_a_liquidation_may_have_the_same_id) {
    MarketEvent liquidation = trade(7);
    liquidation.kind = PETREL_EVENT_LIQUIDATION;
    liquidation.side = PETREL_SIDE_LONG;
    EXPECT_TRUE(accepts(trade(7)));
    EXPECT_TRUE(accepts(liquidation));
    EXPECT_FALSE(accepts(liquidation));
}

TEST_F(NormaliserTest, a_jump_of_consecutive_ids_is_told_as_a_gap) {
    const auto numbered = [this](std::uint64_t id) {
        MarketEvent event = trade(id);
        event.flags = PETREL_FLAG_ID_SEQUENCE;
        event.exchange_ts_ns += static_cast<std::int64_t>(id) * kNsPerMs;
        return event;
    };
    EXPECT_TRUE(accepts(numbered(7)));
    EXPECT_FALSE(normaliser_.has_gaps());
    EXPECT_TRUE(accepts(numbered(10)));
    const std::vector<StreamGap> gaps = normaliser_.take_gaps();
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps[0].instrument, btc_);
    EXPECT_EQ(gaps[0].first_id, 8U);
    EXPECT_EQ(gaps[0].last_id, 9U);
    EXPECT_EQ(gaps[0].from_ns, kNow + 7 * kNsPerMs);
    EXPECT_EQ(gaps[0].to_ns, kNow + 10 * kNsPerMs);
    EXPECT_EQ(normaliser_.missing(gaps[0]), 2U);
    EXPECT_TRUE(accepts(numbered(8)));
    EXPECT_EQ(normaliser_.missing(gaps[0]), 1U);
    EXPECT_FALSE(normaliser_.has_gaps());
}

TEST_F(NormaliserTest, the_first_live_event_after_a_break_tells_what_may_be_missing) {
    EXPECT_EQ(normaliser_.on_break(btc_, PETREL_EVENT_TRADE), 0) << "nothing came yet";
    EXPECT_TRUE(accepts(trade(7)));
    EXPECT_EQ(normaliser_.on_break(btc_, PETREL_EVENT_TRADE), kNow);
    MarketEvent late = trade(8);
    late.flags = PETREL_FLAG_LATE;
    late.exchange_ts_ns += kNsPerSecond / 2;
    late.receive_ts_ns += kNsPerSecond;
    EXPECT_TRUE(accepts(late));
    EXPECT_FALSE(normaliser_.has_gaps()) << "history is not the live stream";
    MarketEvent next = trade(9);
    next.exchange_ts_ns += kNsPerSecond;
    next.receive_ts_ns += kNsPerSecond;
    EXPECT_TRUE(accepts(next));
    const std::vector<StreamGap> gaps = normaliser_.take_gaps();
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_TRUE(gaps[0].after_break);
    EXPECT_FALSE(gaps[0].whole);
    EXPECT_FALSE(gaps[0].has_ids());
    EXPECT_EQ(gaps[0].from_ns, kNow) << "history need not reach back to the break";
    EXPECT_EQ(gaps[0].to_ns, kNow + kNsPerSecond);
}

TEST_F(NormaliserTest, consecutive_ids_over_a_break_prove_that_nothing_is_missing) {
    MarketEvent before = trade(7);
    before.flags = PETREL_FLAG_ID_SEQUENCE;
    MarketEvent after = before;
    after.id = 8;
    EXPECT_TRUE(accepts(before));
    normaliser_.on_break(btc_, PETREL_EVENT_TRADE);
    EXPECT_TRUE(accepts(after));
    const std::vector<StreamGap> gaps = normaliser_.take_gaps();
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_TRUE(gaps[0].whole);
}

}  // namespace
}  // namespace petrel::core
