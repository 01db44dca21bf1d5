// What a figure of the venue may be. A frame with anything outside is refused whole; the host
// checks again behind the boundary. Comparisons are written so that NaN fails them.
#pragma once

#include <cstdint>

#include "petrel/types.hpp"

namespace petrel::kraken {

inline constexpr double kPriceMax = 1e12;
inline constexpr double kQuantityMax = 1e18;
inline constexpr double kNotionalMax = 1e12;  // of one trade or level
inline constexpr double kInterestMax = 1e15;  // of all positions

inline constexpr std::uint64_t kTimeMsMin = 1'230'768'000'000;  // 2009
inline constexpr std::uint64_t kTimeMsMax = 4'102'444'800'000;  // 2100

// Also fails for a time in seconds, microseconds or nanoseconds.
inline bool time_fits(std::uint64_t ms) { return ms - kTimeMsMin <= kTimeMsMax - kTimeMsMin; }

inline bool within(double value, double low, double high) { return value >= low && value <= high; }

inline std::int64_t ns_of(std::uint64_t ms) { return static_cast<std::int64_t>(ms) * kNsPerMs; }

}  // namespace petrel::kraken
