// Sizes and times of a storm's scripted part.
#include "storm.hpp"

#include <algorithm>
#include <array>

namespace petrel::sim {
namespace {

// Five lead liquidations a venue, more than a second apart: a feed that shows one liquidation a
// second shows all of them, and their sum alone is more than twice the storm minimum.
constexpr std::array<double, 5> kLeadShares{0.85, 0.60, 0.50, 0.40, 0.30};
constexpr double kLeadSpacing_s = 1.1;
constexpr int kFollowers = 6;
constexpr int kWhales = 4;
constexpr std::size_t kFavourites = 8;

void plan_venue(const Scale& scale, Venue venue, Rng& rng, std::vector<PlannedOrder>& orders) {
    const double lag_s = 0.05 + 0.07 * static_cast<double>(index_of(venue));
    for (std::size_t index = 0; index < kLeadShares.size(); ++index) {
        orders.push_back({EventKind::Liquidation, venue,
                          lag_s + kLeadSpacing_s * static_cast<double>(index),
                          scale.storm_usd * kLeadShares[index] * rng.uniform(0.9, 1.2)});
    }
    for (int index = 0; index < kFollowers; ++index) {
        orders.push_back({EventKind::Liquidation, venue, rng.uniform(0.3, 5.0),
                          rng.log_normal(scale.storm_usd * 0.04, 0.7)});
    }
    for (int index = 0; index < kWhales; ++index) {
        orders.push_back({EventKind::Trade, venue, lag_s + 0.15 + 0.8 * index,
                          scale.whale_usd * rng.uniform(1.2, 2.2)});
    }
}

}  // namespace

StormPlan plan_storm(const Scale& scale, Position position, std::span<const Venue> venues,
                     Rng& rng) {
    StormPlan plan;
    const double size = rng.uniform(0.006, 0.014);
    plan.move = position == Position::Long ? -size : size;
    plan.branching = rng.uniform(0.80, 0.92);
    for (const Venue venue : venues) {
        plan_venue(scale, venue, rng, plan.orders);
    }
    std::ranges::stable_sort(plan.orders, {}, &PlannedOrder::at_s);
    return plan;
}

std::optional<StormStart> StormSchedule::due(double now_s) {
    if (now_s < next_s_) {
        return std::nullopt;
    }
    StormStart start{.symbol = 0, .position = Position::Long, .at_s = next_s_};
    if (!first_) {
        start.symbol =
            rng_.below(rng_.chance(0.7) ? std::min(symbol_count_, kFavourites) : symbol_count_);
        start.position = rng_.chance(0.65) ? Position::Long : Position::Short;
    }
    first_ = false;
    next_s_ += rng_.uniform(15.0, 25.0);
    return start;
}

}  // namespace petrel::sim
