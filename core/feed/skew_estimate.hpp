// The least difference between receive and exchange time of late: the venue's clock against ours,
// and the way. What an event lags beyond it is its age.
//
// Stage 1, part of a stream watch, which owns it. Pure; feed thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "petrel/types.hpp"

namespace petrel::core {

class SkewEstimate {
public:
    void add(std::int64_t lag_ns) { current_ns_ = std::min(current_ns_, lag_ns); }
    // Minima are kept for ten to twenty minutes: clocks drift.
    void turn(std::int64_t now_ns) {
        if (now_ns - turned_ns_ > kSpan_ns && current_ns_ != kNone) {
            previous_ns_ = std::exchange(current_ns_, kNone);
            turned_ns_ = now_ns;
        }
    }
    void forget() { current_ns_ = previous_ns_ = kNone; }

    [[nodiscard]] bool known() const { return std::min(current_ns_, previous_ns_) != kNone; }
    // How old something was that lagged so; meaningful when the skew is known.
    [[nodiscard]] std::int64_t age_ns(std::int64_t lag_ns) const {
        return lag_ns - std::min(current_ns_, previous_ns_);
    }

private:
    static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();
    static constexpr std::int64_t kSpan_ns = 600 * kNsPerSecond;

    std::int64_t current_ns_ = kNone;
    std::int64_t previous_ns_ = kNone;
    std::int64_t turned_ns_ = 0;
};

}  // namespace petrel::core
