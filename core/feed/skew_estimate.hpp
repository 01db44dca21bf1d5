// The least difference between receive and exchange time of late: the venue's clock against ours,
// and the way. What an event lags beyond it is its age.
//
// One wild time must not make all others look old: what lies further ahead of receipt than stage 2
// lets pass says nothing, and the least of any one second is not believed alone. Stage 1, part of a
// stream watch, which owns it. Pure; feed thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "petrel/types.hpp"

namespace petrel::core {

class SkewEstimate {
public:
    void add(std::int64_t lag_ns) {
        if (lag_ns >= -kAheadMax_ns) {
            second_ns_ = std::min(second_ns_, lag_ns);
        }
    }
    // Each second. Minima are kept for ten to twenty minutes: clocks drift.
    void turn(std::int64_t now_ns) {
        current_.take(std::exchange(second_ns_, kNone));
        if (now_ns - turned_ns_ > kSpan_ns && current_.next_ns != kNone) {
            previous_ = std::exchange(current_, {});
            turned_ns_ = now_ns;
        }
    }
    void forget() {
        second_ns_ = kNone;
        current_ = previous_ = {};
    }

    [[nodiscard]] bool known() const { return least() != kNone; }
    // How old something was that lagged so; meaningful when the skew is known.
    [[nodiscard]] std::int64_t age_ns(std::int64_t lag_ns) const { return lag_ns - least(); }

private:
    static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();
    static constexpr std::int64_t kSpan_ns = 600 * kNsPerSecond;
    static constexpr std::int64_t kAheadMax_ns = 5 * kNsPerSecond;

    // The least of a span's seconds, and the least but that.
    struct Span {
        std::int64_t least_ns = kNone;
        std::int64_t next_ns = kNone;

        void take(std::int64_t lag_ns) {
            next_ns = std::min(next_ns, std::max(least_ns, lag_ns));
            least_ns = std::min(least_ns, lag_ns);
        }
    };

    [[nodiscard]] std::int64_t least() const {
        return std::min(current_.next_ns, previous_.next_ns);
    }

    std::int64_t second_ns_ = kNone;  // of the second that goes on
    Span current_;
    Span previous_;
    std::int64_t turned_ns_ = 0;
};

}  // namespace petrel::core
