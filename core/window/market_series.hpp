// The last minutes of a symbol in a few points: price, and what was liquidated on each side. For
// the picture and the sparkline of an alert.
//
// Taken on the shard when a signal is admitted, and at most once a second while it goes on: a
// function of the windows, at most kSeriesPointsMax points whatever happened. A value from then on.
#pragma once

#include <cstdint>
#include <vector>

namespace petrel::core {

class Window;

inline constexpr std::size_t kSeriesPointsMax = 120;

struct SeriesPoint {
    double price = 0;  // mean of the trades by volume; the one before where there was none; 0: none
    double longs_usd = 0;  // liquidated
    double shorts_usd = 0;
    bool operator==(const SeriesPoint&) const = default;
};

struct MarketSeries {
    std::int64_t begin_ns = 0;  // of the first point
    std::int64_t step_ns = 0;
    std::vector<SeriesPoint> points{};  // oldest first
    bool sampled = false;  // what was liquidated is at least that: a feed in it is a sample
    bool operator==(const MarketSeries&) const = default;
};

// As of the window's event time, as far back as its sums reach.
MarketSeries market_series(const Window& window);

// The price at a time, of the point before the one that holds it; 0 when it is not known.
double price_before(const MarketSeries& series, std::int64_t at_ns);

}  // namespace petrel::core
