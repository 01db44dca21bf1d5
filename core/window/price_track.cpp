// Closing prices in a ring of seconds. Realised volatility as usual: sigma of r_i = ln(p_i/p_i-1)
// around zero, times sqrt(3600) (Andersen, Bollerslev: realised variance as the sum of squares).
#include "window/price_track.hpp"

#include <algorithm>
#include <cmath>

#include "petrel/types.hpp"

namespace petrel::core {

void PriceTrack::add(std::int64_t ts_ns, double price) {
    const std::int64_t second = ts_ns / kNsPerSecond;
    const auto size = static_cast<std::int64_t>(closes_.size());
    if (second < last_) {
        return;  // a late price is no close
    }
    if (last_ < 0 || second - last_ >= size) {
        first_ = second;
    } else {
        const double carried = close(last_);
        for (std::int64_t s = last_ + 1; s < second; ++s) {
            closes_[static_cast<std::size_t>(s % size)] = carried;
        }
    }
    closes_[static_cast<std::size_t>(second % size)] = price;
    last_ = second;
    first_ = std::max(first_, second - size + 1);
}

double PriceTrack::return_pct(std::uint32_t seconds) const {
    if (last_ < 0) {
        return 0;
    }
    const std::int64_t then = last_ - static_cast<std::int64_t>(seconds);
    if (then < first_) {
        return 0;
    }
    return (close(last_) / close(then) - 1.0) * 100.0;
}

double PriceTrack::volatility_pct() const {
    if (known_for_ == last_) {
        return known_;
    }
    constexpr std::int64_t seconds_min = 30;
    known_for_ = last_;
    known_ = 0;
    const std::int64_t complete = last_ - 1;
    if (last_ < 0 || complete - first_ < seconds_min) {
        return known_;
    }
    double squares = 0;
    for (std::int64_t s = first_ + 1; s <= complete; ++s) {
        const double now = close(s);
        const double before = close(s - 1);
        if (now != before) {  // most seconds of a quiet symbol: spare the logarithm
            const double r = std::log(now / before);
            squares += r * r;
        }
    }
    known_ = std::sqrt(squares / static_cast<double>(complete - first_) * 3'600.0) * 100.0;
    return known_;
}

}  // namespace petrel::core
