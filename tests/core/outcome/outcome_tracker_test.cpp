// What came of a signal, by hand-computed prices: both pressures, what is not known, what is late.
#include "outcome/outcome_tracker.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kStart = 1'794'000'000 * kNsPerSecond;
constexpr std::uint32_t kCoin = 3;
constexpr std::uint32_t kStorm = 1;

OutcomeOptions minutes(const std::vector<int>& horizons_min) {
    OutcomeOptions options;
    for (const int horizon : horizons_min) {
        options.horizons_ns.push_back(horizon * 60 * kNsPerSecond);
    }
    return options;
}

Signal signal_of(const std::string& pressure, std::int64_t at_s, const std::string& id = "sig-1") {
    Signal signal;
    signal.id = id;
    signal.type = "LIQ_STORM";
    signal.symbol = "BTC-USDT-PERP";
    signal.group = "MAJORS";
    signal.ts_ns = kStart + at_s * kNsPerSecond;
    signal.score.total = 0.9;
    signal.score.pattern = "storm_only";
    signal.score.strength = "strong";
    signal.score.pressure = pressure;
    signal.rule_version = "default@1a2b3c";
    signal.state = SignalState::Active;
    return signal;
}

Signal near_miss(const std::string& reason, std::int64_t at_s, const std::string& id = "sig-1") {
    Signal signal = signal_of("bearish", at_s, id);
    signal.state = SignalState::Held;
    signal.verdict.reasons = {reason, "second"};
    return signal;
}

class Tracker : public ::testing::Test {
protected:
    void use(OutcomeOptions options) { tracker_ = OutcomeTracker(std::move(options)); }

    void add(std::uint8_t kind, double at_s, double price, std::uint32_t symbol = kCoin) {
        MarketEvent event{};
        event.kind = kind;
        event.side = PETREL_SIDE_BUY;
        event.count = 1;
        event.price = price;
        event.notional_usd = 1'000;
        event.exchange_ts_ns = kStart + static_cast<std::int64_t>(at_s * 1e9);
        event.receive_ts_ns = event.exchange_ts_ns;
        windows_.add(symbol, 0, event);
    }
    void trade(double at_s, double price, std::uint32_t symbol = kCoin) {
        add(PETREL_EVENT_TRADE, at_s, price, symbol);
    }
    // Sixty one-second returns of 0.1 % up and down: realised volatility 0.1 % × sqrt(3600) = 6 %
    // an hour, close to it by the logarithm.
    void warm_up() {
        for (int second = -61; second <= 0; ++second) {
            trade(second, second % 2 == 0 ? 100.0 : 100.1);
        }
    }
    void follow(const Signal& signal, std::uint32_t symbol = kCoin) {
        tracker_.follow(signal, symbol, kStorm, windows_.of(symbol, 0));
    }
    // The outcomes at a tick.
    std::vector<SignalOutcome> tick(std::int64_t at_s) {
        std::vector<SignalOutcome> outcomes;
        for (const SettledOutcome& settled :
             tracker_.tick(kStart + at_s * kNsPerSecond, windows_)) {
            outcomes.push_back(settled.outcome);
        }
        return outcomes;
    }

    WindowStore windows_{WindowShape{}, {1e6}};
    OutcomeTracker tracker_{minutes({1})};
};

// ln(100.1 / 100)² = 9.990e-7; times 3600 is 0.0035964, its root 5.997 %.
constexpr double kVolatilityPct = 5.9970;

TEST_F(Tracker, a_fall_after_a_bearish_signal_is_a_hit_with_its_figures) {
    warm_up();
    follow(signal_of("bearish", 0));
    trade(10, 100.2);
    EXPECT_THAT(tick(10), IsEmpty());
    trade(40, 98.8);
    tick(40);
    trade(59, 99.0);
    const std::vector<SignalOutcome> outcomes = tick(60);
    ASSERT_EQ(outcomes.size(), 1U);
    const SignalOutcome& outcome = outcomes.front();
    EXPECT_EQ(outcome.result, OutcomeResult::Hit);
    EXPECT_EQ(outcome.reason, "");
    EXPECT_EQ(outcome.horizon_ms, 60'000);
    EXPECT_EQ(outcome.at_ns, kStart + 60 * kNsPerSecond);
    EXPECT_EQ(*outcome.price_before, 100.0);
    EXPECT_EQ(*outcome.price_after, 99.0);
    EXPECT_NEAR(*outcome.return_pct, -1.0, 1e-9);
    // One minute of it: 5.997 % / sqrt(60) = 0.7742 %.
    EXPECT_NEAR(*outcome.return_sigma, -1.0 / (kVolatilityPct / std::sqrt(60.0)), 1e-3);
    EXPECT_NEAR(*outcome.with_pct, 1.2, 1e-9);
    EXPECT_NEAR(*outcome.against_pct, 0.2, 1e-9);
    EXPECT_EQ(*outcome.lead_s, 40.0);
    EXPECT_EQ(outcome.signal_id, "sig-1");
    EXPECT_EQ(outcome.pattern, "storm_only");
    EXPECT_EQ(outcome.strength, "strong");
    EXPECT_EQ(outcome.group, "MAJORS");
    EXPECT_EQ(outcome.rule_version, "default@1a2b3c");
    EXPECT_EQ(outcome.score, 0.9);
    EXPECT_EQ(tracker_.open(), 0U);
}

TEST_F(Tracker, the_same_fall_after_a_bullish_signal_is_a_false_alarm) {
    warm_up();
    follow(signal_of("bullish", 0));
    trade(10, 100.2);
    tick(10);
    trade(59, 99.0);
    const SignalOutcome outcome = tick(60).front();
    EXPECT_EQ(outcome.result, OutcomeResult::FalseAlarm);
    EXPECT_NEAR(*outcome.return_pct, -1.0, 1e-9) << "the price's, whatever was meant";
    EXPECT_NEAR(*outcome.with_pct, 0.2, 1e-9);
    EXPECT_NEAR(*outcome.against_pct, 1.0, 1e-9);
    EXPECT_EQ(*outcome.lead_s, 10.0);
}

TEST_F(Tracker, a_neutral_signal_is_hit_by_a_move_either_way) {
    warm_up();
    follow(signal_of("neutral", 0));
    trade(30, 100.3);
    tick(30);
    trade(59, 99.0);
    const SignalOutcome outcome = tick(60).front();
    EXPECT_EQ(outcome.result, OutcomeResult::Hit);
    EXPECT_NEAR(*outcome.with_pct, 1.0, 1e-9) << "the larger one";
    EXPECT_FALSE(outcome.against_pct.has_value());
    EXPECT_EQ(*outcome.lead_s, 59.0);
}

TEST_F(Tracker, half_a_unit_of_volatility_divides_flat_from_the_rest) {
    // Half of 0.7742 % is 0.3871 %.
    const auto result = [&](const std::string& pressure, double price) {
        windows_ = WindowStore(WindowShape{}, {1e6});
        warm_up();
        follow(signal_of(pressure, 0));
        trade(59, price);
        return tick(60).front().result;
    };
    EXPECT_EQ(result("bullish", 100.386), OutcomeResult::Flat);
    EXPECT_EQ(result("bullish", 100.388), OutcomeResult::Hit);
    EXPECT_EQ(result("bullish", 99.614), OutcomeResult::Flat);
    EXPECT_EQ(result("bullish", 99.612), OutcomeResult::FalseAlarm);
    EXPECT_EQ(result("bearish", 99.612), OutcomeResult::Hit);
    EXPECT_EQ(result("neutral", 100.386), OutcomeResult::Flat);
    EXPECT_EQ(result("neutral", 99.612), OutcomeResult::Hit);
    EXPECT_EQ(result("neutral", 99.614), OutcomeResult::Flat);
}

TEST_F(Tracker, no_favourable_move_has_no_lead) {
    warm_up();
    follow(signal_of("bullish", 0));
    trade(59, 99.9);
    const SignalOutcome outcome = tick(60).front();
    EXPECT_EQ(*outcome.with_pct, 0.0);
    EXPECT_FALSE(outcome.lead_s.has_value());
    follow(signal_of("bearish", 59));
    trade(118, 100.5);
    EXPECT_FALSE(std::signbit(*tick(119).front().with_pct)) << "0 and not -0 in a document";
}

TEST_F(Tracker, looks_at_the_first_tick_at_or_after_each_horizon_and_once) {
    use(minutes({1, 5}));
    warm_up();
    follow(signal_of("bullish", 0));
    trade(1, 101);
    EXPECT_THAT(tick(59), IsEmpty());
    EXPECT_EQ(tick(60).size(), 1U) << "exactly then";
    EXPECT_THAT(tick(60), IsEmpty());
    EXPECT_THAT(tick(61), IsEmpty());
    trade(299, 102);
    const auto later = tick(301);
    ASSERT_EQ(later.size(), 1U);
    EXPECT_EQ(later.front().horizon_ms, 300'000);
    EXPECT_NEAR(*later.front().return_sigma, 2.0 / (kVolatilityPct / std::sqrt(12.0)), 1e-3);
    EXPECT_EQ(tracker_.open(), 0U);
}

TEST_F(Tracker, a_symbol_without_a_price_is_unknown_and_says_so) {
    add(PETREL_EVENT_LIQUIDATION, 0, 100);
    follow(signal_of("bearish", 0));
    trade(30, 99);  // too late to compare with
    const SignalOutcome outcome = tick(60).front();
    EXPECT_EQ(outcome.result, OutcomeResult::Unknown);
    EXPECT_EQ(outcome.reason, "no_price");
    EXPECT_FALSE(outcome.price_before || outcome.price_after || outcome.return_pct ||
                 outcome.return_sigma || outcome.with_pct || outcome.against_pct || outcome.lead_s);
}

TEST_F(Tracker, a_price_of_long_ago_is_no_price_of_the_signal) {
    warm_up();
    follow(signal_of("bearish", 300));
    EXPECT_EQ(tick(360).front().reason, "no_price");
    follow(signal_of("bearish", 299));
    EXPECT_EQ(tick(360).front().reason, "price_not_seen") << "it had a price, and none since";
}

TEST_F(Tracker, a_price_that_was_not_seen_since_is_not_made_up) {
    use(minutes({1, 15}));
    warm_up();
    follow(signal_of("bearish", 0));
    EXPECT_EQ(tick(60).front().reason, "price_not_seen");
    trade(600, 99);
    const SignalOutcome outcome = tick(900).front();
    EXPECT_EQ(outcome.reason, "price_not_seen") << "five minutes old";
    EXPECT_EQ(*outcome.price_before, 100.0);
    EXPECT_FALSE(outcome.price_after.has_value());
    follow(signal_of("bearish", 0));
    trade(601, 99);
    EXPECT_EQ(*tick(900).back().price_after, 99.0) << "a second less is within the window";
}

TEST_F(Tracker, without_volatility_the_return_is_told_and_not_judged) {
    trade(-1, 100);
    follow(signal_of("bearish", 0));
    trade(59, 99);
    const SignalOutcome outcome = tick(60).front();
    EXPECT_EQ(outcome.result, OutcomeResult::Unknown);
    EXPECT_EQ(outcome.reason, "volatility_not_known");
    EXPECT_NEAR(*outcome.return_pct, -1.0, 1e-9);
    EXPECT_FALSE(outcome.return_sigma.has_value());
}

TEST_F(Tracker, a_gap_in_the_ticks_is_not_taken_for_the_horizon) {
    use(minutes({1, 5}));
    warm_up();
    follow(signal_of("bearish", 0));
    trade(66, 99);
    EXPECT_EQ(tick(66).front().result, OutcomeResult::Hit) << "6 s late: a tenth of a minute";
    use(minutes({1, 5}));
    follow(signal_of("bearish", 0));
    trade(67, 99);
    const auto outcomes = tick(67);
    ASSERT_EQ(outcomes.size(), 1U);
    EXPECT_EQ(outcomes.front().reason, "not_watched");
    EXPECT_FALSE(outcomes.front().price_after.has_value());
    trade(299, 99);
    EXPECT_EQ(tick(300).front().result, OutcomeResult::Flat) << "-1 % of 1.731 %: later is known";
}

TEST_F(Tracker, all_horizons_of_a_long_gap_end_unknown_in_their_order) {
    use(minutes({1, 5, 15}));
    warm_up();
    follow(signal_of("bearish", 0));
    std::vector<std::int64_t> horizons;
    for (const SignalOutcome& outcome : tick(4'000)) {
        horizons.push_back(outcome.horizon_ms);
        EXPECT_EQ(outcome.reason, "not_watched");
    }
    EXPECT_THAT(horizons, ElementsAre(60'000, 300'000, 900'000));
    EXPECT_EQ(tracker_.open(), 0U);
}

TEST_F(Tracker, the_mark_price_stands_in_where_nothing_trades) {
    add(PETREL_EVENT_MARK_PRICE, -1, 100);
    follow(signal_of("bearish", 0));
    trade(50, 50);  // another kind of price: not mixed in
    add(PETREL_EVENT_MARK_PRICE, 59, 99);
    const SignalOutcome outcome = tick(60).front();
    EXPECT_EQ(*outcome.price_before, 100.0);
    EXPECT_EQ(*outcome.price_after, 99.0);
    EXPECT_NEAR(*outcome.with_pct, 1.0, 1e-9);
}

TEST_F(Tracker, a_trade_counts_before_the_mark_price) {
    trade(-1, 100);
    add(PETREL_EVENT_MARK_PRICE, -1, 90);
    follow(signal_of("bearish", 0));
    trade(58, 99);
    add(PETREL_EVENT_MARK_PRICE, 59, 80);
    const SignalOutcome outcome = tick(60).front();
    EXPECT_EQ(*outcome.price_before, 100.0);
    EXPECT_EQ(*outcome.price_after, 99.0);
}

TEST_F(Tracker, what_finds_no_room_is_counted_and_room_comes_back) {
    OutcomeOptions options = minutes({1});
    options.open_max = 2;
    use(options);
    warm_up();
    follow(signal_of("bearish", 0, "sig-1"));
    follow(signal_of("bearish", 0, "sig-2"));
    follow(signal_of("bearish", 0, "sig-3"));
    EXPECT_EQ(tracker_.open(), 2U);
    EXPECT_EQ(tracker_.dropped(), 1U);
    EXPECT_EQ(tick(60).size(), 2U);
    follow(signal_of("bearish", 60, "sig-4"));
    EXPECT_EQ(tracker_.open(), 1U);
    EXPECT_EQ(tracker_.dropped(), 1U);
}

TEST_F(Tracker, without_horizons_nothing_is_followed) {
    use(OutcomeOptions{});
    warm_up();
    follow(signal_of("bearish", 0));
    EXPECT_EQ(tracker_.open(), 0U);
    EXPECT_EQ(tracker_.dropped(), 0U);
    EXPECT_THAT(tick(3'600), IsEmpty());
}

TEST_F(Tracker, symbols_do_not_mix_and_come_in_their_order) {
    for (const std::uint32_t symbol : {7U, kCoin}) {
        trade(-1, 100, symbol);
    }
    follow(signal_of("bearish", 0, "sig-late"), 7);
    follow(signal_of("bearish", 0, "sig-early"), kCoin);
    trade(59, 99, kCoin);
    trade(59, 103, 7);
    const auto outcomes = tick(60);
    ASSERT_EQ(outcomes.size(), 2U);
    EXPECT_EQ(outcomes[0].signal_id, "sig-early");
    EXPECT_EQ(*outcomes[0].price_after, 99.0);
    EXPECT_EQ(outcomes[1].signal_id, "sig-late");
    EXPECT_EQ(*outcomes[1].price_after, 103.0);
}

TEST_F(Tracker, a_copy_goes_on_by_itself) {
    warm_up();
    follow(signal_of("bearish", 0));
    OutcomeTracker copy(tracker_);
    trade(59, 99);
    EXPECT_EQ(tick(60).size(), 1U);
    EXPECT_EQ(copy.open(), 1U);
    EXPECT_EQ(copy.tick(kStart + 60 * kNsPerSecond, windows_).size(), 1U);
}

TEST_F(Tracker, a_near_miss_is_followed_from_its_first_hold_for_each_reason) {
    warm_up();
    follow(near_miss("cooldown", 0));
    trade(10, 99.0);
    follow(near_miss("spread_too_wide", 10));
    follow(near_miss("cooldown", 20));
    EXPECT_EQ(tracker_.near_misses_open(), 2U);
    trade(59, 98.0);
    std::vector<SignalOutcome> outcomes = tick(60);
    ASSERT_EQ(outcomes.size(), 1U);
    EXPECT_EQ(outcomes[0].held_for, "cooldown");
    EXPECT_EQ(outcomes[0].signal_ns, kStart) << "the second hold for it is none";
    EXPECT_NEAR(*outcomes[0].return_pct, -2.0, 1e-9);
    outcomes = tick(70);
    ASSERT_EQ(outcomes.size(), 1U);
    EXPECT_EQ(outcomes[0].held_for, "spread_too_wide");
    EXPECT_EQ(*outcomes[0].price_before, 99.0);
    EXPECT_EQ(tracker_.near_misses_open(), 0U);
}

TEST_F(Tracker, a_story_that_is_sent_was_no_near_miss) {
    warm_up();
    follow(near_miss("not_confirmed", 0));
    follow(near_miss("not_confirmed", 0, "sig-2"));
    follow(signal_of("bearish", 5));
    trade(59, 99.0);
    const std::vector<SignalOutcome> at_60 = tick(60);
    ASSERT_EQ(at_60.size(), 1U);
    EXPECT_EQ(at_60[0].signal_id, "sig-2");
    EXPECT_EQ(tick(65).front().held_for, "");
    EXPECT_EQ(tracker_.open() + tracker_.near_misses_open(), 0U);
}

TEST_F(Tracker, near_misses_take_half_of_the_room_and_none_from_a_signal) {
    OutcomeOptions options = minutes({1});
    options.open_max = 4;
    use(options);
    warm_up();
    for (int n = 0; n < 3; ++n) {
        follow(near_miss("cooldown", 0, "held-" + std::to_string(n)));
    }
    EXPECT_EQ(tracker_.near_misses_open(), 2U);
    EXPECT_EQ(tracker_.near_misses_dropped(), 1U);
    for (int n = 0; n < 5; ++n) {
        follow(signal_of("bearish", 0, "sent-" + std::to_string(n)));
    }
    EXPECT_EQ(tracker_.open(), 4U) << "as many as without near misses";
    EXPECT_EQ(tracker_.dropped(), 1U);
}

}  // namespace
}  // namespace petrel::core
