// Differences of sums over longer and longer spans: what the windows answer anyhow.
#include "window/market_series.hpp"

#include <algorithm>

#include "window/window.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kPointsUsual = 100;
constexpr std::int64_t kPointsLeast = 20;

petrel_window_sum sum_over(const Window& window, std::uint32_t kind, std::int64_t horizon_ns) {
    petrel_window_query query{};
    query.size = sizeof(query);
    query.kind = kind;
    query.venue = PETREL_VENUE_ALL;
    query.horizon_ms = static_cast<std::uint32_t>(horizon_ns / kNsPerMs);
    petrel_window_sum sum{};
    sum.size = sizeof(sum);
    window.sum(query, sum);
    return sum;
}

// What the longer span has and the shorter has not; single events and buckets end at different
// moments, hence never below nothing.
double beyond(double longer, double shorter) { return std::max(0.0, longer - shorter); }

}  // namespace

MarketSeries market_series(const Window& window) {
    const std::int64_t buckets = window.reach_ns() / window.bucket_ns();
    MarketSeries series;
    series.step_ns = std::max<std::int64_t>(1, buckets / kPointsUsual) * window.bucket_ns();
    const std::int64_t seen = (window.now_ns() - window.first_seen_ns()) / series.step_ns + 1;
    const std::int64_t count =
        std::min(std::clamp(seen, kPointsLeast, kPointsUsual), window.reach_ns() / series.step_ns);
    if (window.first_seen_ns() == 0 || count < 2) {
        return {};
    }
    series.begin_ns = window.now_ns() - count * series.step_ns;
    series.points.resize(static_cast<std::size_t>(count));
    petrel_window_sum trades{};
    petrel_window_sum liquidations{};
    for (std::int64_t i = 1; i <= count; ++i) {
        SeriesPoint& point = series.points[static_cast<std::size_t>(count - i)];
        const auto more_trades = sum_over(window, PETREL_EVENT_TRADE, i * series.step_ns);
        const auto more = sum_over(window, PETREL_EVENT_LIQUIDATION, i * series.step_ns);
        const double quantity = beyond(more_trades.first_quantity + more_trades.second_quantity,
                                       trades.first_quantity + trades.second_quantity);
        const double notional =
            beyond(more_trades.first_notional_usd + more_trades.second_notional_usd,
                   trades.first_notional_usd + trades.second_notional_usd);
        const bool traded = more_trades.first_count + more_trades.second_count >
                            trades.first_count + trades.second_count;
        point.price = traded && quantity > 0 ? notional / quantity : 0;
        point.longs_usd = beyond(more.first_notional_usd, liquidations.first_notional_usd);
        point.shorts_usd = beyond(more.second_notional_usd, liquidations.second_notional_usd);
        trades = more_trades;
        liquidations = more;
    }
    series.sampled = (liquidations.flags & PETREL_FLAG_SAMPLED) != 0;
    for (std::size_t i = 1; i < series.points.size(); ++i) {
        double& price = series.points[i].price;
        price = price > 0 ? price : series.points[i - 1].price;
    }
    return series;
}

double price_before(const MarketSeries& series, std::int64_t at_ns) {
    if (series.points.empty() || series.step_ns <= 0 || at_ns < series.begin_ns) {
        return 0;
    }
    const auto at = static_cast<std::size_t>((at_ns - series.begin_ns) / series.step_ns);
    const std::size_t before = std::min(at == 0 ? 0 : at - 1, series.points.size() - 1);
    return series.points[before].price;
}

}  // namespace petrel::core
