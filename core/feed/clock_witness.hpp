// The machine's clock was set: was it right before, or is it right now? The venues' times tell.
//
// While the times of live events agree with the even clock, a step of the machine's clock is a
// mistake and is not followed; when they do not, it is a correction. Without events to judge by,
// the machine is believed after a minute. Pure: times come in as arguments. Owned by the feed
// supervisor, on the feed thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "petrel/types.hpp"

namespace petrel::core {

class ClockWitness {
public:
    enum class Verdict : std::uint8_t { Stay, Follow };

    // A live event: receipt by the even clock, less exchange time.
    void saw(std::int64_t lag_ns) { nearest_ns_ = std::min(nearest_ns_, std::abs(lag_ns)); }

    // Each second; the machine's clock is ahead of the even one by `step_ns`.
    Verdict judge(std::int64_t steady_ns, std::int64_t step_ns) {
        const std::int64_t nearest_ns = std::exchange(nearest_ns_, kNone);
        if (std::abs(step_ns) <= kSmallNs) {
            since_ns_ = 0;
            return Verdict::Follow;  // kept right over the network
        }
        since_ns_ = since_ns_ == 0 ? steady_ns : since_ns_;
        const bool believed =
            nearest_ns == kNone ? steady_ns - since_ns_ >= kPatienceNs : nearest_ns > kAgreeNs;
        return believed ? Verdict::Follow : Verdict::Stay;
    }

private:
    static constexpr std::int64_t kNone = INT64_MAX;
    static constexpr std::int64_t kSmallNs = kNsPerSecond;
    static constexpr std::int64_t kAgreeNs = 5 * kNsPerSecond;  // beyond it times are clamped
    static constexpr std::int64_t kPatienceNs = 60 * kNsPerSecond;

    std::int64_t nearest_ns_ = kNone;  // since the last judgement
    std::int64_t since_ns_ = 0;        // steady time at which the step was seen; 0: there is none
};

}  // namespace petrel::core
