// Closing prices of seconds. Realised volatility as usual: sigma of r_i = ln(p_i/p_i-1) around
// zero, times sqrt(3600) (Andersen, Bollerslev: realised variance as the sum of squares).
#include "window/price_track.hpp"

#include <cmath>

namespace petrel::core {

void PriceTrack::advance(std::int64_t second) {
    if (last_ < 0 || second - last_ > static_cast<std::int64_t>(past_.reach())) {
        past_.clear();  // too old to compare with
        first_ = second;
    } else {
        past_.push(last_, close_, second);
    }
    last_ = second;
}

double PriceTrack::return_pct(std::uint32_t seconds) const {
    if (last_ < 0) {
        return 0;
    }
    const std::int64_t then = last_ - static_cast<std::int64_t>(seconds);
    if (then < first()) {
        return 0;
    }
    return (close_ / close(then) - 1.0) * 100.0;
}

double PriceTrack::volatility_pct() const {
    if (known_for_ == last_) {
        return known_;
    }
    constexpr std::int64_t seconds_min = 30;
    known_for_ = last_;
    known_ = 0;
    const std::int64_t begin = first();
    const std::int64_t complete = last_ - 1;
    if (last_ < 0 || complete - begin < seconds_min) {
        return known_;
    }
    double squares = 0;
    // Seconds that are not held carried the close on: their return is zero.
    for (std::uint32_t i = past_.count_until(begin); i < past_.size(); ++i) {
        const double now = past_[i].value;
        const double before = past_[i - 1].value;
        if (now != before) {
            const double r = std::log(now / before);
            squares += r * r;
        }
    }
    known_ = std::sqrt(squares / static_cast<double>(complete - begin) * 3'600.0) * 100.0;
    return known_;
}

double PriceTrack::return_pct(std::int64_t now_ns, std::int64_t horizon_ns) const {
    if (last_ < 0) {
        return 0;
    }
    return (close_ / close(begin_of(now_ns, horizon_ns)) - 1.0) * 100.0;
}

double PriceTrack::volatility_pct(std::int64_t now_ns, std::int64_t horizon_ns) const {
    constexpr std::int64_t seconds_min = 10;
    const std::int64_t complete = now_ns / kNsPerSecond - 1;
    const std::int64_t begin = begin_of(now_ns, horizon_ns);
    if (last_ < 0 || complete - begin < seconds_min) {
        return 0;
    }
    double squares = 0;
    double before = close(begin);
    const auto add = [&](double now) {
        if (now != before) {
            const double r = std::log(now / before);
            squares += r * r;
            before = now;
        }
    };
    for (std::uint32_t i = past_.count_until(begin); i < past_.size(); ++i) {
        add(past_[i].value);
    }
    if (last_ <= complete) {
        add(close_);
    }
    return std::sqrt(squares / static_cast<double>(complete - begin) * 3'600.0) * 100.0;
}

}  // namespace petrel::core
