// The picture of a storm: price, what was liquidated on each side, and the storm's span, in one
// dark PNG of 800 by 420 pixels.
//
// A value in, bytes out; bounded work (a few ms), no clock. Any thread; cairo stays in card.cpp.
#pragma once

#include <cstdint>
#include <string>

#include "petrel/result.hpp"
#include "window/market_series.hpp"

namespace petrel::core {

inline constexpr int kCardWidth = 800;
inline constexpr int kCardHeight = 420;

struct CardInput {
    std::string title;
    std::string sentence;
    MarketSeries series;
    std::int64_t span_begin_ns = 0;
    std::int64_t span_end_ns = 0;
    bool operator==(const CardInput&) const = default;
};

// PNG bytes. Refuses a series without two points, without a price, or with figures that are none.
Result<std::string> draw_card(const CardInput& input);

}  // namespace petrel::core
