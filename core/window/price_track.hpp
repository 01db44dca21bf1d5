// The symbol's price by the second: return and realised volatility over the ring's span.
//
// Stage 3, one a symbol. A second without a price carries the last one on and is not held. Owned by
// one shard.
#pragma once

#include <algorithm>
#include <cstdint>

#include "petrel/types.hpp"
#include "window/sparse_ring.hpp"

namespace petrel::core {

class PriceTrack {
public:
    // Remembers the closes of the last `seconds`, of the newest one too; at least 2.
    explicit PriceTrack(std::uint32_t seconds) : past_(seconds - 1) {}

    void add(std::int64_t ts_ns, double price) {
        const std::int64_t second = ts_ns / kNsPerSecond;
        if (second < last_) {
            return;  // a late price is no close
        }
        if (second > last_) {
            advance(second);
        }
        close_ = price;
    }

    // Price now against the price `seconds` ago, in percent; 0 while the past is unknown.
    [[nodiscard]] double return_pct(std::uint32_t seconds) const;

    // Standard deviation of the log returns of the seconds that are complete, scaled to one hour by
    // the square root of time, in percent; 0 with fewer than 30 of them. Worked out once a second.
    [[nodiscard]] double volatility_pct() const;

    // The same two over any span that ends with the second of now, as far back as closes are known.
    // The return is against the close of the second in which the span begins; volatility wants ten
    // complete seconds, and walks over all that the span holds.
    [[nodiscard]] double return_pct(std::int64_t now_ns, std::int64_t horizon_ns) const;
    [[nodiscard]] double volatility_pct(std::int64_t now_ns, std::int64_t horizon_ns) const;

private:
    void advance(std::int64_t second);
    // The known second that the span begins with.
    [[nodiscard]] std::int64_t begin_of(std::int64_t now_ns, std::int64_t horizon_ns) const {
        return std::max((now_ns - horizon_ns) / kNsPerSecond, first());
    }
    // Oldest second whose close is known.
    [[nodiscard]] std::int64_t first() const {
        return std::max(first_, last_ - static_cast<std::int64_t>(past_.reach()));
    }
    [[nodiscard]] double close(std::int64_t second) const {
        return second >= last_ ? close_ : past_[past_.count_until(second) - 1].value;
    }

    // What every price needs stands first.
    std::int64_t last_ = -1;               // newest second with a price
    double close_ = 0;                     // its latest price
    SparseRing<double> past_;              // closes of seconds before the newest one
    std::int64_t first_ = -1;              // since when there was no gap longer than the ring
    mutable std::int64_t known_for_ = -1;  // the second for which `known_` holds
    mutable double known_ = 0;
};

}  // namespace petrel::core
