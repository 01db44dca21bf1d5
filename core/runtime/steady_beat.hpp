// When a call that is due each second is due next, and how late it came.
//
// The beats stand on a grid of the steady clock: one that comes late delays none of those after it,
// so they do not drift however long the work of each takes. Pure: time comes in as an argument.
// Owned by whoever sets the timer, on its thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "petrel/types.hpp"

namespace petrel::core {

class SteadyBeat {
public:
    static constexpr std::int64_t kEveryNs = kNsPerSecond;

    // A beat happens now; the first one makes the grid. Returns in how many milliseconds the next
    // one is due, to be waited for before any work; beats that were missed are left out.
    std::int64_t beat_ms(std::int64_t now_ns) {
        due_ns_ = due_ns_ == 0 ? now_ns : due_ns_;
        late_ns_[beats_++ % late_ns_.size()] = now_ns - due_ns_;
        due_ns_ += ((now_ns - due_ns_) / kEveryNs + 1) * kEveryNs;
        return (due_ns_ - now_ns + kNsPerMs - 1) / kNsPerMs;
    }

    // By how much a beat of the latest minute was late at most.
    [[nodiscard]] std::int64_t late_ns_max() const {
        return *std::max_element(late_ns_.begin(), late_ns_.end());
    }

private:
    std::int64_t due_ns_ = 0;  // 0: no beat yet
    std::array<std::int64_t, 60> late_ns_{};
    std::size_t beats_ = 0;
};

}  // namespace petrel::core
