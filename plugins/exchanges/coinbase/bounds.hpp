// What a figure of the venue may be. A frame with anything outside is refused whole; the host
// checks again behind the boundary. Comparisons are written so that NaN fails them.
#pragma once

#include <cstdint>

#include "petrel/types.hpp"

namespace petrel::coinbase {

inline constexpr double kPriceMax = 1e12;
inline constexpr double kQuantityMax = 1e18;
inline constexpr double kNotionalMax = 1e12;  // of one trade or level

inline constexpr std::int64_t kTimeNsMin = 1'230'768'000 * kNsPerSecond;  // 2009
inline constexpr std::int64_t kTimeNsMax = 4'102'444'800 * kNsPerSecond;  // 2100

inline bool time_fits(std::int64_t ns) { return ns >= kTimeNsMin && ns <= kTimeNsMax; }

inline bool within(double value, double low, double high) { return value >= low && value <= high; }

}  // namespace petrel::coinbase
