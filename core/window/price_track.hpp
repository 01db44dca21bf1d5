// The symbol's price by the second: return and realised volatility over the ring's span.
//
// Stage 3, one a symbol. A second without a price carries the last one on. Owned by one shard.
#pragma once

#include <cstdint>
#include <vector>

namespace petrel::core {

class PriceTrack {
public:
    explicit PriceTrack(std::uint32_t seconds) : closes_(seconds) {}

    void add(std::int64_t ts_ns, double price);

    // Price now against the price `seconds` ago, in percent; 0 while the past is unknown.
    [[nodiscard]] double return_pct(std::uint32_t seconds) const;

    // Standard deviation of the log returns of the seconds that are complete, scaled to one hour by
    // the square root of time, in percent; 0 with fewer than 30 of them. Worked out once a second.
    [[nodiscard]] double volatility_pct() const;

private:
    [[nodiscard]] double close(std::int64_t second) const {
        return closes_[static_cast<std::size_t>(second %
                                                static_cast<std::int64_t>(closes_.size()))];
    }

    std::vector<double> closes_;
    std::int64_t first_ = -1;              // oldest second with a price
    std::int64_t last_ = -1;               // newest
    mutable std::int64_t known_for_ = -1;  // the second for which `known_` holds
    mutable double known_ = 0;
};

}  // namespace petrel::core
