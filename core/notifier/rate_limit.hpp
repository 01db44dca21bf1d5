// Token bucket for one channel: what the provider allows, held on our side.
//
// Stage 9. Pure arithmetic on the caller's steady time; owned by the channel's thread. Limits come
// from a plugin: what is no sensible number counts as no limit.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>

namespace petrel::core {

struct RateLimits {
    double per_second = 0;  // 0: no such limit
    double per_minute = 0;
    double burst = 1;
};

// What left the engine later than this after its admission is marked late: longer than a queue that
// is in order takes, with a second try in it.
inline constexpr std::int64_t kOnTimeNs = 30'000'000'000;

class RateLimit {
public:
    explicit RateLimit(RateLimits limits)
        : limits_(limits), burst_(limits.burst >= 1.0 ? limits.burst : 1.0),
          in_minute_max_(limits.per_minute > 0 && limits.per_minute < kInMinuteMax
                             ? std::max<std::size_t>(1, static_cast<std::size_t>(limits.per_minute))
                             : 0),
          tokens_(burst_) {}

    // Nanoseconds until one may be sent; 0 when it may be sent now.
    [[nodiscard]] std::int64_t wait_ns(std::int64_t now_ns) {
        refill(now_ns);
        std::int64_t wait = 0;
        if (limits_.per_second > 0 && tokens_ < 1.0) {
            wait = static_cast<std::int64_t>((1.0 - tokens_) / limits_.per_second * 1e9) + 1;
        }
        if (in_minute_max_ > 0 && sent_.size() >= in_minute_max_) {
            wait = std::max(wait, sent_.front() + kMinuteNs - now_ns);
        }
        return std::max<std::int64_t>(wait, 0);
    }

    // So many may be sent now, and so many within the span, those of now included; without a limit
    // half a million.
    [[nodiscard]] std::size_t available(std::int64_t now_ns) { return within(now_ns, 0); }
    [[nodiscard]] std::size_t within(std::int64_t now_ns, std::int64_t span_ns) {
        refill(now_ns);
        std::size_t count = kUnlimited;
        if (limits_.per_second > 0) {
            const double seconds = static_cast<double>(span_ns) / 1e9;
            const double tokens = tokens_ + seconds * limits_.per_second;
            count = tokens < static_cast<double>(kUnlimited) ? static_cast<std::size_t>(tokens)
                                                             : kUnlimited;
        }
        if (in_minute_max_ > 0) {
            const auto counted = std::count_if(sent_.begin(), sent_.end(), [&](std::int64_t at) {
                return at > now_ns + span_ns - kMinuteNs;
            });
            count = std::min(count, in_minute_max_ - std::min(in_minute_max_,
                                                              static_cast<std::size_t>(counted)));
        }
        return count;
    }
    // So many may be sent now that one place and half of a minute's budget stay free.
    [[nodiscard]] std::size_t spare(std::int64_t now_ns) {
        std::size_t count = available(now_ns);
        if (limits_.per_second > 0) {
            count -= std::min<std::size_t>(count, 1);
        }
        if (in_minute_max_ > 0) {
            const std::size_t half = in_minute_max_ / 2;
            count = std::min(count, half - std::min(half, sent_.size()));
        }
        return count;
    }
    [[nodiscard]] bool limited() const { return limits_.per_second > 0 || in_minute_max_ > 0; }
    [[nodiscard]] const RateLimits& limits() const { return limits_; }

    // Counts one as sent.
    void take(std::int64_t now_ns) {
        refill(now_ns);
        tokens_ = std::max(0.0, tokens_ - 1.0);
        if (in_minute_max_ > 0) {
            sent_.push_back(now_ns);
        }
    }

private:
    static constexpr std::int64_t kMinuteNs = 60'000'000'000;
    static constexpr double kInMinuteMax = 1e6;
    static constexpr std::size_t kUnlimited = 500'000;

    void refill(std::int64_t now_ns) {
        if (last_ns_ != 0 && limits_.per_second > 0) {
            const double seconds = static_cast<double>(now_ns - last_ns_) / 1e9;
            tokens_ = std::min(burst_, tokens_ + seconds * limits_.per_second);
        }
        last_ns_ = now_ns;
        while (!sent_.empty() && sent_.front() <= now_ns - kMinuteNs) {
            sent_.pop_front();
        }
    }

    RateLimits limits_;
    double burst_;
    std::size_t in_minute_max_;  // 0: no such limit
    double tokens_;
    std::int64_t last_ns_ = 0;
    std::deque<std::int64_t> sent_;  // within the last minute; bounded by per_minute
};

}  // namespace petrel::core
