// Reports when liquidations of one side add up to a storm within the window, and while it lasts.
//
// Stage 4 of the flow. One instance serves all symbols of a shard and runs on its thread. It keeps
// one small story for each symbol and side; the figures come from the host's windows.
#pragma once

#include <array>

#include "petrel/detector.hpp"
#include "petrel/story.hpp"

namespace petrel::liquidation_storm {

class LiquidationStorm final : public Detector {
public:
    LiquidationStorm(const Host& host, const Config& config);

    static PluginInfo describe();
    static std::span<const petrel_text> finding_types();

    [[nodiscard]] Status ready() const override;
    [[nodiscard]] std::vector<petrel_interest> interests() const override;
    void on_events(const EventBatch& batch, const WindowView& view, FindingOut& out) override;
    void save_state(StateWriter& out) const;
    Status load_state(StateReader& in);

private:
    struct Minima {
        double usd;
        double events;
    };
    struct Stories {
        Story longs;
        Story shorts;
    };

    // The finding for a story of `side` at this event; fields that are the same for every phase.
    [[nodiscard]] static petrel_finding describe_storm(const MarketEvent& event,
                                                       const petrel_window_sum& sum, Side side);
    // Judges both sides at one liquidation and emits what its own side gives.
    void on_liquidation(const EventBatch& batch, std::uint32_t index, const WindowView& view,
                        FindingOut& out);

    std::uint32_t window_ms_ = 0;
    std::vector<Minima> minima_;    // by symbol group
    std::vector<Stories> stories_;  // by symbol
    std::array<MarketEvent, 8 * PETREL_EVIDENCE_MAX> listed_{};
};

}  // namespace petrel::liquidation_storm
