// When the next connection of a venue may begin, whoever wants it: what ended together does not
// come back together. Nobody holds a place in a queue: an attempt that is given up while it waits
// costs no turn. Pure: time comes in as an argument.
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
    // Whoever carries streams that nobody else carries goes before what is made beside another.
    enum class Need : std::uint8_t { Bare, Beside };

    explicit ConnectPace(ConnectLimits limits = {}) : limits_(limits) {}

    // 0: the connection that asks may begin, and counts as begun. Else how long to wait before
    // asking again; whoever does not ask again has cost nobody anything.
    std::int64_t wait_ns(std::int64_t now_ns, Need need) {
        const std::int64_t each_ns =
            60 * kNsPerSecond / std::max<std::uint32_t>(limits_.per_minute, 1);
        std::int64_t from_ns = std::max(free_from_ns_, owed_ns_ - each_ns * limits_.burst);
        if (need == Need::Beside) {
            from_ns = std::max(from_ns, bare_until_ns_);
        }
        if (from_ns <= now_ns) {
            free_from_ns_ = now_ns + limits_.gap_ms * kNsPerMs;
            owed_ns_ = std::max(owed_ns_, now_ns) + each_ns;
            return 0;
        }
        if (need == Need::Bare) {
            bare_until_ns_ = from_ns + kSlack_ns;  // it asks again before that
        }
        return from_ns - now_ns;
    }

private:
    static constexpr std::int64_t kSlack_ns = 200 * kNsPerMs;

    ConnectLimits limits_;
    std::int64_t free_from_ns_ = 0;
    std::int64_t owed_ns_ = 0;        // when all that began is paid for in the long run
    std::int64_t bare_until_ns_ = 0;  // somebody bare waits until then
};

}  // namespace petrel::core
