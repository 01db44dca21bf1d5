// Reports when whale trades cluster on one side within the window, and while the cluster lasts.
//
// Stage 4 of the flow. One instance serves all symbols of a shard and runs on its thread. It keeps
// one small story for each symbol and side; the figures come from the host's windows.
#pragma once

#include <array>

#include "petrel/detector.hpp"
#include "petrel/story.hpp"

namespace petrel::whale_cluster {

class WhaleCluster final : public Detector {
public:
    WhaleCluster(const Host& host, const Config& config);

    static PluginInfo describe();
    static std::span<const petrel_text> finding_types();

    [[nodiscard]] Status ready() const override;
    [[nodiscard]] std::vector<petrel_interest> interests() const override;
    void on_events(const EventBatch& batch, const WindowView& view, FindingOut& out) override;
    void save_state(StateWriter& out) const;
    Status load_state(StateReader& in);

private:
    struct Minima {
        double trade_usd;
        double usd;
        double trades;
    };
    struct Stories {
        Story buys;
        Story sells;
    };

    // The side that clusters, None when there is too little or it is too balanced.
    [[nodiscard]] Side cluster_of(const petrel_window_sum& sum, const Minima& minima) const;
    // The finding for a cluster of `side` at this event; its story is filled in by the caller.
    [[nodiscard]] static petrel_finding describe_cluster(const MarketEvent& event,
                                                         const petrel_window_sum& sum, Side side);
    void on_whale(const EventBatch& batch, std::uint32_t index, const WindowView& view,
                  FindingOut& out);

    std::uint32_t window_ms_ = 0;
    double min_dominance_ = 0;
    std::vector<Minima> minima_;    // by symbol group
    std::vector<Stories> stories_;  // by symbol
    std::array<MarketEvent, 8 * PETREL_EVIDENCE_MAX> listed_{};
};

}  // namespace petrel::whale_cluster
