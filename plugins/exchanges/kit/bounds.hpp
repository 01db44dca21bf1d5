// What a figure of a venue may be. A frame with anything outside is refused; the host checks again
// behind the boundary. Comparisons are written so that NaN fails them.
//
// Pure; called from the decoders, on the instance's data path.
#pragma once

#include <cstdint>
#include <string_view>

#include "petrel/types.hpp"

namespace petrel::kit {

// Why a frame is refused, a literal; empty when all is well.
using Reason = std::string_view;

inline constexpr double kPriceMax = 1e12;
inline constexpr double kQuantityMax = 1e15;      // base currency; some venues have more
inline constexpr double kNotionalMax = 1e12;      // of one trade or level
inline constexpr double kOpenInterestMax = 1e15;  // of all positions
inline constexpr std::uint64_t kTimeMsMin = 1'230'768'000'000;  // 2009
inline constexpr std::uint64_t kTimeMsMax = 4'102'444'800'000;  // 2100

// Also fails for a time in seconds, microseconds or nanoseconds.
inline bool time_fits(std::uint64_t ms) { return ms - kTimeMsMin <= kTimeMsMax - kTimeMsMin; }

inline bool time_ns_fits(std::int64_t ns) {
    return ns >= static_cast<std::int64_t>(kTimeMsMin) * kNsPerMs &&
           ns <= static_cast<std::int64_t>(kTimeMsMax) * kNsPerMs;
}

inline bool within(double value, double low, double high) { return value >= low && value <= high; }

inline std::int64_t ns_of(std::uint64_t ms) { return static_cast<std::int64_t>(ms) * kNsPerMs; }

}  // namespace petrel::kit
