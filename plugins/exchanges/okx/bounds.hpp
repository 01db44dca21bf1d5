// What a figure of the venue may be. A frame with anything outside is refused; the host checks
// again behind the boundary. Comparisons are written so that NaN fails them.
#pragma once

#include <cstdint>

namespace petrel::okx {

inline constexpr double kPriceMax = 1e12;
inline constexpr double kQuantityMax = 1e15;
inline constexpr double kNotionalUsdMax = 1e12;
inline constexpr double kOpenInterestUsdMax = 1e15;
inline constexpr std::uint64_t kTimeMsMin = 1'230'768'000'000;  // 2009
inline constexpr std::uint64_t kTimeMsMax = 4'102'444'800'000;  // 2100
inline constexpr std::uint64_t kCountMax = 1'000'000;           // matches in one pushed trade

// Also fails for a time in seconds, microseconds or nanoseconds.
inline bool time_fits(std::uint64_t ms) { return ms - kTimeMsMin <= kTimeMsMax - kTimeMsMin; }

inline bool within(double value, double low, double high) { return value >= low && value <= high; }

}  // namespace petrel::okx
