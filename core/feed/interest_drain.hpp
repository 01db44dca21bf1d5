// Open interest that falls while no liquidation is told: evidence against a liquidation stream.
//
// Positions end by orders, too, so only a fall counts that is rare without liquidations: by
// kShareOfFall of the highest within kSpanNs. One figure a symbol, whether it comes over a socket
// or by a poll. Memory: one entry for each instrument of the venue. Pure: time is that of receipt.
// Owned by the tap of an exchange feed, on the feed thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>

#include "petrel/types.hpp"

namespace petrel::core {

class InterestDrain {
public:
    static constexpr double kShareOfFall = 0.03;
    static constexpr std::int64_t kSpanNs = 300 * kNsPerSecond;

    // Any event of the venue.
    void saw(const MarketEvent& event);

    // Whether the open interest fell so much within the span before `wall_ns`, since the
    // last liquidation that was told.
    [[nodiscard]] bool drained(std::uint32_t instrument, std::int64_t wall_ns) const;

private:
    static constexpr std::size_t kPoints = 20;  // one each fifteen seconds

    struct Point {
        std::int64_t at_ns = 0;  // 0: none
        double quantity = 0;     // the highest of its time
    };
    struct Interest {
        std::array<Point, kPoints> points{};
        std::size_t newest = 0;
        double latest = 0;
    };

    std::map<std::uint32_t, Interest> interests_;
};

}  // namespace petrel::core
