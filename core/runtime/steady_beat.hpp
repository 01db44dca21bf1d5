// When a call that is due again and again is due next, and how late it came.
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
    explicit SteadyBeat(std::int64_t every_ns) : every_ns_(every_ns) {}

    // A beat happens now; the first one makes the grid. Returns in how many milliseconds the next
    // one is due, to be waited for before any work; beats that were missed are left out.
    std::int64_t beat_ms(std::int64_t now_ns) {
        due_ns_ = due_ns_ == 0 ? now_ns : due_ns_;
        note(now_ns / kNsPerSecond, now_ns - due_ns_);
        due_ns_ += ((now_ns - due_ns_) / every_ns_ + 1) * every_ns_;
        return (due_ns_ - now_ns + kNsPerMs - 1) / kNsPerMs;
    }

    // By how much a beat of the latest minute was late at most.
    [[nodiscard]] std::int64_t late_ns_max() const {
        return *std::max_element(late_ns_.begin(), late_ns_.end());
    }

private:
    void note(std::int64_t second, std::int64_t late_ns) {
        const auto slots = static_cast<std::int64_t>(late_ns_.size());
        second_ = std::max(second_, second - slots);
        while (second_ < second) {
            late_ns_[static_cast<std::size_t>(++second_ % slots)] = 0;
        }
        std::int64_t& most_ns = late_ns_[static_cast<std::size_t>(second % slots)];
        most_ns = std::max(most_ns, late_ns);
    }

    std::int64_t every_ns_;
    std::int64_t due_ns_ = 0;                 // 0: no beat yet
    std::int64_t second_ = 0;                 // of the latest beat
    std::array<std::int64_t, 60> late_ns_{};  // the most of each second
};

}  // namespace petrel::core
