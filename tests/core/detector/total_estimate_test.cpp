// What samples hide: hand-computed factors, sums over venues of all kinds, and simulated truths.
#include "detector/total_estimate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "petrel/testing/event_builder.hpp"

namespace petrel::core {
namespace {

using petrel::testing::EventBuilder;
using petrel::testing::liquidation;

constexpr std::uint16_t kComplete = 1;
constexpr std::uint16_t kEverySecond = 2;
constexpr std::uint16_t kNoRule = 3;

std::uint32_t interval_of(std::uint16_t venue, std::uint8_t /*kind*/) {
    return venue == kEverySecond ? 1'000 : 0;
}

WindowShape shape_of_test() {
    WindowShape shape;
    shape.kept_horizon_ns = 60 * kNsPerSecond;
    return shape;
}

struct Sum {
    Window window{shape_of_test(), 0};
    petrel_finding finding{};

    Sum() {
        finding.side = PETREL_SIDE_LONG;
        finding.window_ms = 30'000;
    }
    void shows(const EventBuilder& event) {
        const MarketEvent made = event;
        window.add(made);
        finding.flags |= made.flags & PETREL_FLAG_SAMPLED;
        finding.notional_usd += made.side == finding.side ? made.notional_usd : 0;
    }
    void samples(double usd, std::int64_t at_ms, Side side = Side::Long) {
        shows(liquidation(side).usd(usd).venue(kEverySecond).sampled().at_ms(at_ms));
    }
    [[nodiscard]] TotalEstimate total() const {
        return estimate_total(window, finding, interval_of);
    }
};

TEST(HiddenFactor, is_that_of_a_truncated_poisson_variable) {
    // 12 intervals, 7 with one: of the 10 inner ones 5 are empty, share (5 + 1/2) / 11 = 1/2,
    // m = ln 2, so one stands for ln 2 / (1/2).
    const HiddenFactor factor = hidden_factor(7, 12);
    EXPECT_NEAR(factor.likely, 2 * std::log(2), 1e-12);
    // Wilson: (0.5 + 0.135277 - 1.644854 * sqrt(0.025 + 0.0067639)) / 1.270554 = 0.269271
    EXPECT_NEAR(factor.high, -std::log(0.269271) / (1 - 0.269271), 1e-5);
}

TEST(HiddenFactor, has_no_upper_bound_when_every_interval_shows_one) {
    for (const std::uint64_t events : {1U, 2U, 3U, 30U}) {
        EXPECT_EQ(hidden_factor(events, events).high, 0) << events;
        EXPECT_GT(hidden_factor(events, events).likely, 1) << events;
    }
    // More than the rule allows is told when clocks differ: as if every interval were full.
    EXPECT_EQ(hidden_factor(40, 12).likely, hidden_factor(12, 12).likely);
}

TEST(HiddenFactor, is_near_one_when_events_are_rare) {
    EXPECT_LT(hidden_factor(3, 600).likely, 1.01);
    EXPECT_LT(hidden_factor(3, 600).high, 1.02);
    EXPECT_GE(hidden_factor(3, 600).high, hidden_factor(3, 600).likely);
}

TEST(TotalEstimate, of_complete_feeds_is_the_sum) {
    Sum sum;
    sum.shows(liquidation(Side::Long).usd(700).venue(kComplete).at_ms(5'000));
    EXPECT_EQ(sum.total().likely_usd, 700);
    EXPECT_EQ(sum.total().high_usd, 700);
}

TEST(TotalEstimate, adds_what_the_sampled_venue_hid_to_what_all_showed) {
    Sum sum;
    sum.shows(liquidation(Side::Long).usd(5'000).venue(kComplete).at_ms(1'000));
    // Seven of twelve seconds, one of them with the other side: 600 USD of this one.
    for (const std::int64_t second : {2, 3, 5, 7, 9, 11}) {
        sum.samples(100, second * 1'000);
    }
    sum.samples(9'999, 13'000, Side::Short);
    const HiddenFactor factor = hidden_factor(7, 12);
    EXPECT_NEAR(sum.total().likely_usd, 5'000 + 600 * factor.likely, 1e-6);
    // Six of 100 USD: 6 (high - 1) are hidden, and 1.644854 * 100 times the root of that number.
    const double hidden = 6 * (factor.high - 1);
    EXPECT_NEAR(sum.total().high_usd, 5'600 + 100 * hidden + 164.4854 * std::sqrt(hidden), 1e-2);
}

TEST(TotalEstimate, counts_what_lies_in_the_window_only) {
    Sum sum;
    sum.samples(100, 1'000);
    sum.finding.notional_usd = 0;
    for (const std::int64_t second : {40, 42, 44}) {
        sum.samples(100, second * 1'000);
    }
    const HiddenFactor factor = hidden_factor(3, 5);
    EXPECT_NEAR(sum.total().likely_usd, 300 * factor.likely, 1e-6);
}

TEST(TotalEstimate, is_not_known_without_a_rule_a_window_or_all_events) {
    Sum no_rule;
    no_rule.shows(liquidation(Side::Long).usd(700).venue(kNoRule).sampled().at_ms(5'000));
    EXPECT_EQ(no_rule.total().likely_usd, 0);
    Sum long_window;
    long_window.samples(100, 1'000);
    long_window.finding.window_ms = 61'000;
    EXPECT_EQ(long_window.total().likely_usd, 0);
    Sum single;
    single.samples(100, 1'000);
    single.finding.window_ms = 0;
    EXPECT_EQ(single.total().high_usd, 0);
    Sum nobody;
    nobody.samples(100, 1'000);
    EXPECT_EQ(estimate_total(nobody.window, nobody.finding, {}).likely_usd, 0);
}

// A Poisson stream of this many a second, of which the last of each second is shown.
struct Simulated {
    double truth_usd = 0;
    TotalEstimate told;
    double shown_usd = 0;
};

Simulated simulate(double per_second, std::mt19937_64& random) {
    std::exponential_distribution<double> gap(per_second);
    std::lognormal_distribution<double> size(9, 1);
    Sum sum;
    Simulated result;
    double pending_usd = 0;
    std::int64_t second = 0;
    for (double at = gap(random); at < 30; at += gap(random)) {
        const auto now = static_cast<std::int64_t>(at);
        if (now != second && pending_usd > 0) {
            sum.samples(pending_usd, 1'000'000 + second * 1'000);
        }
        second = now;
        pending_usd = size(random);
        result.truth_usd += pending_usd;
    }
    sum.samples(pending_usd, 1'000'000 + second * 1'000);
    result.told = sum.total();
    result.shown_usd = sum.finding.notional_usd;
    return result;
}

TEST(TotalEstimate, holds_the_truth_of_simulated_streams_between_its_bounds) {
    std::mt19937_64 random(20'261'121);
    for (const double per_second : {0.2, 0.5, 1.0, 2.0}) {
        int within = 0;
        double truth_usd = 0;
        double likely_usd = 0;
        constexpr int runs = 1'000;
        for (int i = 0; i < runs; ++i) {
            const Simulated one = simulate(per_second, random);
            const double high =
                one.told.high_usd > 0 ? one.told.high_usd : std::numeric_limits<double>::infinity();
            within += one.truth_usd >= one.shown_usd && one.truth_usd <= high ? 1 : 0;
            truth_usd += one.truth_usd;
            likely_usd += one.told.likely_usd;
        }
        EXPECT_GE(within, runs * 85 / 100) << per_second;
        EXPECT_NEAR(likely_usd / truth_usd, 1, 0.1) << per_second;
    }
}

}  // namespace
}  // namespace petrel::core
