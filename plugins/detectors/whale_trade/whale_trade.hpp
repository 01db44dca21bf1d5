// Reports each single trade of at least a minimum value in USD.
//
// Stage 4 of the flow. One instance serves all symbols of a shard and runs on its thread; it keeps
// no state from one event to the next.
#pragma once

#include "petrel/detector.hpp"

namespace petrel::whale_trade {

class WhaleTrade final : public Detector {
public:
    WhaleTrade(const Host& host, const Config& config);

    static PluginInfo describe();
    static std::span<const petrel_text> finding_types();

    [[nodiscard]] Status ready() const override;
    [[nodiscard]] std::vector<petrel_interest> interests() const override;
    void on_events(const EventBatch& batch, const WindowView& view, FindingOut& out) override;

private:
    std::vector<double> min_usd_;  // by symbol group
};

}  // namespace petrel::whale_trade
