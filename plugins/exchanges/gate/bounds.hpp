// What a figure of the venue may be. A frame with anything outside is refused; the host checks
// again behind the boundary. Comparisons are written so that NaN fails them.
#pragma once

#include <cstdint>

namespace petrel::gate {

inline constexpr double kPriceMax = 1e12;
inline constexpr double kQuantityMax = 1e15;
inline constexpr double kNotionalUsdMax = 1e12;
inline constexpr double kOpenInterestUsdMax = 1e15;
inline constexpr std::uint64_t kTimeMsMin = 1'230'768'000'000;  // 2009
inline constexpr std::uint64_t kTimeMsMax = 4'102'444'800'000;  // 2100

// Also fails for a time in seconds, microseconds or nanoseconds.
inline bool time_fits(std::uint64_t ms) { return ms - kTimeMsMin <= kTimeMsMax - kTimeMsMin; }

// A time in milliseconds, for one that may be in seconds (with decimals); 0 for an absurd one.
inline std::uint64_t ms_of(double time) {
    constexpr double kSecondsMax = 1e11;
    const double ms = time < kSecondsMax ? time * 1e3 : time;
    const bool fits =
        ms >= static_cast<double>(kTimeMsMin) && ms <= static_cast<double>(kTimeMsMax);
    return fits ? static_cast<std::uint64_t>(ms + 0.5) : 0;
}

inline bool within(double value, double low, double high) { return value >= low && value <= high; }

}  // namespace petrel::gate
