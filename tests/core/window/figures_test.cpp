// Figures of a window over any span, against hand-computed cases.
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "window/lead_lag.hpp"
#include "window/window.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kFiguresStart = 1'765'419'500 * kNsPerSecond;

MarketEvent trade_at(double second, double usd, double price = 100.0) {
    MarketEvent event{};
    event.kind = PETREL_EVENT_TRADE;
    event.side = PETREL_SIDE_BUY;
    event.count = 1;
    event.exchange_ts_ns = kFiguresStart + static_cast<std::int64_t>(second * 1e9);
    event.price = price;
    event.notional_usd = usd;
    event.quantity = usd / price;
    return event;
}

MarketEvent open_interest_at(double second, double usd) {
    MarketEvent event = trade_at(second, usd);
    event.kind = PETREL_EVENT_OPEN_INTEREST;
    return event;
}

Window::Rank rank_of(const Window& window, std::uint32_t horizon_ms) {
    return window.rank(
        {sizeof(petrel_window_query), PETREL_EVENT_TRADE, PETREL_VENUE_ALL, horizon_ms, 0.0});
}

class Ranked : public ::testing::Test {
protected:
    // One trade a second; the sums of two seconds that follow the first one are 3 5 7 9 9 7.
    void add(double newest_usd) {
        const std::array<double, 10> usd{50, 1, 2, 3, 4, 5, 4, 3, 2, newest_usd};
        for (std::size_t second = 0; second < usd.size(); ++second) {
            window.add(trade_at(static_cast<double>(second) + 0.5, usd[second]));
        }
    }
    Window window{WindowShape{10, kNsPerSecond, 64, kNsPerSecond}, 1e9};
};

TEST_F(Ranked, a_sum_is_ranked_among_earlier_ones_of_its_length) {
    add(6);  // 2 + 6 = 8: above 3, 5, 7 and 7
    const Window::Rank rank = rank_of(window, 2'000);
    EXPECT_EQ(rank.compared, 6U);
    EXPECT_DOUBLE_EQ(rank.pct, 100.0 * 4 / 6);
}

TEST_F(Ranked, equal_sums_count_half) {
    add(7);  // 2 + 7 = 9: above four, as large as two
    EXPECT_DOUBLE_EQ(rank_of(window, 2'000).pct, 100.0 * 5 / 6);
}

TEST_F(Ranked, a_span_that_leaves_no_earlier_one_is_not_ranked) {
    add(6);
    EXPECT_EQ(rank_of(window, 5'000).compared, 0U) << "nine seconds are known, ten are needed";
    EXPECT_EQ(rank_of(window, 5'000).pct, 0.0);
    EXPECT_EQ(rank_of(window, 4'000).compared, 2U);
    EXPECT_EQ(rank_of(window, 600'000).compared, 0U);
}

TEST_F(Ranked, seconds_without_a_trade_count_as_nothing) {
    add(6);
    window.add(trade_at(13.5, 1));  // seconds 10 to 12 were empty
    // Known are 4 5 4 3 2 6 0 0 0 1 of seconds 4 to 13: the latest two sum up to 1, those before
    // to 9 9 7 5 8 6 0.
    const Window::Rank rank = rank_of(window, 2'000);
    EXPECT_EQ(rank.compared, 7U);
    EXPECT_DOUBLE_EQ(rank.pct, 100.0 * 1 / 7);
}

class Priced : public ::testing::Test {
protected:
    void SetUp() override {
        window.add(trade_at(0.5, 10, 100));
        window.add(trade_at(10.5, 10, 110));
        window.add(trade_at(20.5, 10, 121));
    }
    // Moves event time on without a price.
    void pass_to(double second) { window.add(open_interest_at(second, 1e6)); }
    static constexpr std::int64_t seconds(std::int64_t count) { return count * kNsPerSecond; }
    Window window{WindowShape{}, 1e9};
};

TEST_F(Priced, returns_are_against_the_price_when_the_span_began) {
    EXPECT_NEAR(window.return_over_pct(seconds(10)), 10, 1e-9);
    EXPECT_NEAR(window.return_over_pct(seconds(15)), 21, 1e-9);
    EXPECT_NEAR(window.return_over_pct(seconds(3'000)), 21, 1e-9) << "as far as is known";
    pass_to(40.5);
    EXPECT_DOUBLE_EQ(window.return_over_pct(seconds(10)), 0) << "nothing moved since";
    EXPECT_NEAR(window.return_over_pct(seconds(25)), 10, 1e-9);
}

TEST_F(Priced, volatility_is_of_the_complete_seconds_of_the_span) {
    // Nineteen seconds after the first are complete; one of them moved, the newest goes on.
    EXPECT_NEAR(window.volatility_over_pct(seconds(20)),
                std::log(1.1) * std::sqrt(3'600.0 / 19) * 100, 1e-9);
    EXPECT_DOUBLE_EQ(window.volatility_over_pct(seconds(10)), 0) << "nine are too few";
    pass_to(40.5);
    EXPECT_NEAR(window.volatility_over_pct(seconds(25)),
                std::log(1.1) * std::sqrt(3'600.0 / 24) * 100, 1e-9);
    EXPECT_NEAR(window.volatility_over_pct(seconds(300)),
                std::log(1.1) * std::sqrt(2 * 3'600.0 / 39) * 100, 1e-9);
}

TEST_F(Priced, open_interest_is_compared_with_what_held_when_the_span_began) {
    Window fresh{WindowShape{}, 1e9};
    EXPECT_DOUBLE_EQ(fresh.open_interest_over_pct(seconds(10)), 0);
    for (const auto& [second, usd] : {std::pair{0, 100.0}, {5, 110.0}, {10, 120.0}, {20, 90.0}}) {
        fresh.add(open_interest_at(second, usd));
    }
    EXPECT_DOUBLE_EQ(fresh.open_interest_over_pct(seconds(10)), -25);
    EXPECT_DOUBLE_EQ(fresh.open_interest_over_pct(seconds(3)), -25) << "120 until the newest came";
    EXPECT_NEAR(fresh.open_interest_over_pct(seconds(15)), 100.0 * (90.0 / 110 - 1), 1e-9);
    EXPECT_NEAR(fresh.open_interest_over_pct(seconds(300)), -10, 1e-9) << "the oldest one";
}

TEST_F(Priced, mean_prices_of_complete_buckets_carry_on) {
    window.add(trade_at(21.5, 1, 100));
    std::array<double, 12> prices{};
    window.mean_prices(0, prices);  // of seconds 9 to 20; the 21st goes on
    EXPECT_NEAR(prices[1], 110, 1e-9);
    EXPECT_NEAR(prices[10], 110, 1e-9);
    EXPECT_NEAR(prices[11], 121, 1e-9);
    EXPECT_DOUBLE_EQ(prices[0], 0) << "not known inside the span";
    window.mean_prices(7, prices);
    EXPECT_DOUBLE_EQ(prices[11], 0);
}

// Ten returns that alternate; the second series does the opposite of the first.
TEST(LeadLag, opposite_returns_follow_each_other_after_one_bucket) {
    std::array<double, 11> first{};
    std::array<double, 11> second{};
    for (std::size_t i = 0; i < first.size(); ++i) {
        first[i] = i % 2 == 0 ? 100 : 101;
        second[i] = i % 2 == 0 ? 101 : 100;
    }
    const LeadLag found = lead_lag(first, second);
    EXPECT_NEAR(found.correlation, -1, 1e-9);
    EXPECT_EQ(found.lead, 1);
    EXPECT_NEAR(found.at_lead, 0.9, 1e-9) << "nine of the ten meet";
}

TEST(LeadLag, a_series_that_repeats_the_other_two_buckets_later_is_led_by_two) {
    std::array<double, 60> first{};
    std::array<double, 60> second{};
    double price = 100;
    std::uint32_t chance = 7;
    for (std::size_t i = 0; i < first.size(); ++i) {
        chance = chance * 1'664'525U + 1'013'904'223U;
        price *= 1.0 + (static_cast<double>(chance >> 16) / 65'536.0 - 0.5) / 100;
        first[i] = price;
        second[i] = i < 2 ? 100 : first[i - 2];
    }
    EXPECT_EQ(lead_lag(first, second).lead, 2);
    EXPECT_GT(lead_lag(first, second).at_lead, 0.9);
    EXPECT_EQ(lead_lag(second, first).lead, -2);
    EXPECT_NEAR(lead_lag(first, first).correlation, 1, 1e-12);
    EXPECT_EQ(lead_lag(first, first).lead, 0);
}

TEST(LeadLag, too_few_returns_or_none_that_move_say_nothing) {
    const std::array<double, 11> still{5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5};
    std::array<double, 11> moving{};
    for (std::size_t i = 0; i < moving.size(); ++i) {
        moving[i] = i % 2 == 0 ? 100 : 101;
    }
    EXPECT_EQ(lead_lag(still, moving).correlation, 0);
    EXPECT_EQ(lead_lag(moving, std::span(moving).last(10)).correlation, 0);
    moving[0] = 0;  // not known yet: ten prices are nine returns
    EXPECT_EQ(lead_lag(moving, moving).correlation, 0);
}

}  // namespace
}  // namespace petrel::core
