// When to connect again, and to which end point. Pure: chance is handed in as a number.
//
// First retry at once, then exponential from 500 ms to 30 s, of which the upper half is jitter. A
// connection that lived less than ten seconds does not reset the back-off: a wrong route or a limit
// would loop for ever. (A session counts some seconds with data as so long.) After ten failures in
// a row the next end point is tried. It never gives up.
#pragma once

#include <algorithm>
#include <cstdint>

namespace petrel::core {

struct ReconnectLimits {
    std::uint64_t first_ms = 500;
    std::uint64_t longest_ms = 30'000;
    std::uint64_t lived_ms = 10'000;
    std::uint32_t failures_max = 10;
};

class ReconnectPolicy {
public:
    explicit ReconnectPolicy(ReconnectLimits limits = {}) : limits_(limits) {}

    // A connection ended after `lived_ms` (0: it never opened). `chance` is uniform in [0, 1).
    // Returns the wait before the next attempt.
    std::uint64_t ended(std::uint64_t lived_ms, double chance) {
        if (lived_ms >= limits_.lived_ms) {
            failures_ = 0;
            tries_here_ = 0;
        }
        ++failures_;
        ++tries_here_;
        if (failures_ == 1) {
            return 0;
        }
        const std::uint64_t doublings = std::min<std::uint64_t>(failures_ - 2, 16);
        const std::uint64_t full = std::min(limits_.longest_ms, limits_.first_ms << doublings);
        const std::uint64_t half = full / 2;
        return half + static_cast<std::uint64_t>(static_cast<double>(half) * chance);
    }

    // True when the end point in use has failed often enough; counting then begins anew.
    bool wants_next_endpoint() {
        if (tries_here_ < limits_.failures_max) {
            return false;
        }
        tries_here_ = 0;
        return true;
    }

    [[nodiscard]] std::uint32_t failures() const { return failures_; }

private:
    ReconnectLimits limits_;
    std::uint32_t failures_ = 0;    // in a row
    std::uint32_t tries_here_ = 0;  // at this end point
};

}  // namespace petrel::core
