// A storm's script: the shock to the price, the positions that die of it at once, and the whales
// that trade around it. What follows from them is left to the Hawkes process.
//
// plan_storm is pure: same request and same random state, same plan. Sizes are multiples of the
// symbol's scale, so that every storm clears the default thresholds of its group on each venue,
// even where a venue shows only the largest liquidation of a second.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "market_event.hpp"
#include "rng.hpp"

namespace petrel::sim {

struct PlannedOrder {
    EventKind kind = EventKind::Liquidation;  // Liquidation or Trade
    Venue venue = Venue::Binance;
    double at_s = 0.0;  // since the storm's start
    double usd = 0.0;
};

struct StormPlan {
    double move = 0.0;       // relative change of price by the shock, negative for a long storm
    double ramp_s = 1.5;     // the shock is spread over this long
    double regime_s = 14.0;  // how long liquidations excite one another strongly
    double branching = 0.85;
    std::vector<PlannedOrder> orders;  // in the order of time
};

StormPlan plan_storm(const Scale& scale, Position position, std::span<const Venue> venues,
                     Rng& rng);

struct StormStart {
    std::size_t symbol = 0;
    Position position = Position::Long;
    double at_s = 0.0;
};

// When and where storms begin: the first where and when it was asked for, then by chance.
class StormSchedule {
public:
    StormSchedule(std::size_t symbol_count, double first_after_s, Rng rng)
        : symbol_count_(symbol_count), next_s_(first_after_s), rng_(rng) {}

    // The storm that begins at or before now_s, once.
    std::optional<StormStart> due(double now_s);

private:
    std::size_t symbol_count_;
    double next_s_;
    bool first_ = true;
    Rng rng_;
};

}  // namespace petrel::sim
