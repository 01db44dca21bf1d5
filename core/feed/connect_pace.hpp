// When the next connection of a venue may begin, whoever wants it: what ended together does not
// come back together. Pure: time comes in as an argument.
//
// Part of an exchange feed, on the feed thread.
#pragma once

#include <algorithm>
#include <cstdint>

#include "petrel/types.hpp"

namespace petrel::core {

// The figures keep below the strictest venue: 300 attempts of an address in five minutes.
struct ConnectLimits {
    std::uint32_t gap_ms = 250;     // least time between two
    std::uint32_t burst = 100;      // that may follow at that gap
    std::uint32_t per_minute = 40;  // in the long run
};

class ConnectPace {
public:
    explicit ConnectPace(ConnectLimits limits = {}) : limits_(limits) {}

    // The moment when the connection that asks now may begin. Each call takes a turn.
    std::int64_t turn_ns(std::int64_t now_ns) {
        const std::int64_t each_ns =
            60 * kNsPerSecond / std::max<std::uint32_t>(limits_.per_minute, 1);
        const std::int64_t begin_ns =
            std::max({now_ns, free_from_ns_, owed_ns_ - each_ns * limits_.burst});
        free_from_ns_ = begin_ns + limits_.gap_ms * kNsPerMs;
        owed_ns_ = std::max(owed_ns_, begin_ns) + each_ns;
        return begin_ns;
    }

private:
    ConnectLimits limits_;
    std::int64_t free_from_ns_ = 0;
    std::int64_t owed_ns_ = 0;  // when all turns so far are paid for in the long run
};

}  // namespace petrel::core
