// The few points of the last minutes: what is in which, and that there are never more.
#include "window/market_series.hpp"

#include <gtest/gtest.h>

#include "window/window.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kBegin = 1'765'419'300 * kNsPerSecond;

MarketEvent event(std::uint8_t kind, std::uint8_t side, std::int64_t second, double price) {
    MarketEvent made{};
    made.kind = kind;
    made.side = side;
    made.count = 1;
    made.exchange_ts_ns = kBegin + second * kNsPerSecond;
    made.price = price;
    made.quantity = 2;
    made.notional_usd = 2 * price;
    return made;
}

TEST(MarketSeries, has_the_price_of_trades_and_what_was_liquidated_by_side) {
    Window window(WindowShape{}, 1e9);
    for (std::int64_t second = 0; second <= 290; ++second) {
        window.add(event(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, second,
                         1'000.0 + static_cast<double>(second)));
    }
    window.add(event(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_LONG, 290, 700));
    window.add(event(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_SHORT, 290, 100));
    const MarketSeries series = market_series(window);
    ASSERT_EQ(series.points.size(), 97U);
    EXPECT_EQ(series.step_ns, 3 * kNsPerSecond);
    EXPECT_EQ(series.begin_ns, window.now_ns() - 97 * series.step_ns);
    EXPECT_EQ(series.points.back().longs_usd, 1'400);
    EXPECT_EQ(series.points.back().shorts_usd, 200);
    EXPECT_EQ(series.points[50].longs_usd, 0);
    EXPECT_DOUBLE_EQ(series.points.back().price, 1'289) << "of the seconds 288 to 290";
    EXPECT_DOUBLE_EQ(series.points[50].price, 1'289 - 46 * 3);
    EXPECT_DOUBLE_EQ(price_before(series, window.now_ns() - 1), 1'286);
    EXPECT_EQ(price_before(series, series.begin_ns - 1), 0) << "nothing is known of then";
}

TEST(MarketSeries, knows_whether_what_was_liquidated_is_a_sample) {
    Window window(WindowShape{}, 1e9);
    MarketEvent trade = event(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, 1, 1'000);
    trade.flags = PETREL_FLAG_SAMPLED;  // of trades: says nothing of liquidations
    window.add(trade);
    window.add(event(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, 60, 1'000));
    window.add(event(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_LONG, 60, 700));
    EXPECT_FALSE(market_series(window).sampled);
    MarketEvent sampled = event(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_LONG, 61, 700);
    sampled.flags = PETREL_FLAG_SAMPLED;
    sampled.venue = 3;
    window.add(sampled);
    EXPECT_TRUE(market_series(window).sampled);
}

TEST(MarketSeries, sums_up_to_what_was_liquidated_whatever_the_buckets) {
    WindowShape shape;
    shape.buckets = 777;
    Window window(shape, 1e9);
    double longs = 0;
    for (std::int64_t second = 0; second < 700; ++second) {
        const double price = static_cast<double>(10 + second * 37 % 91);
        window.add(event(PETREL_EVENT_TRADE, PETREL_SIDE_SELL, second, price));
        window.add(event(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_LONG, second, price));
        longs += 2 * price;
    }
    const MarketSeries series = market_series(window);
    EXPECT_LE(series.points.size(), kSeriesPointsMax);
    double sum = 0;
    for (const SeriesPoint& point : series.points) {
        EXPECT_GE(point.longs_usd, 0);
        sum += point.longs_usd;
    }
    EXPECT_NEAR(sum, longs, longs * 0.01);
}

TEST(MarketSeries, of_a_symbol_that_was_never_seen_is_empty) {
    EXPECT_TRUE(market_series(Window(WindowShape{}, 1e9)).points.empty());
    EXPECT_EQ(price_before({}, 5), 0);
}

TEST(MarketSeries, carries_a_price_over_calm_seconds) {
    Window window(WindowShape{}, 1e9);
    window.add(event(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, 0, 500));
    window.add(event(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_LONG, 100, 400));
    const MarketSeries series = market_series(window);
    EXPECT_EQ(series.points.back().price, 500);
}

}  // namespace
}  // namespace petrel::core
