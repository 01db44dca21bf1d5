// Reports each single liquidation of at least a minimum value in USD. Only the figures of the event
// itself count, so there is no story: each finding is of phase SINGLE and its onset is its own
// time.
#include "large_liquidation.hpp"

#include <cmath>

namespace petrel::large_liquidation {

LargeLiquidation::LargeLiquidation(const Host& host, const Config& config) {
    (void)host;
    for (std::uint32_t group = 0; group < config.group_count(); ++group) {
        min_usd_.push_back(config.number("min_usd", group));
    }
}

PluginInfo LargeLiquidation::describe() {
    return {"large_liquidation",
            "1.0.0",
            "petrel",
            "Reports each single liquidation of at least a minimum value in USD.",
            {usd_minimum_per_group("min_usd", "least value of a liquidation that is reported")}};
}

std::span<const petrel_text> LargeLiquidation::finding_types() {
    static constexpr petrel_text types[] = {text_of("LIQUIDATION_LARGE")};
    return types;
}

Status LargeLiquidation::ready() const {
    for (const double minimum : min_usd_) {
        if (!std::isfinite(minimum)) {
            return Status::invalid(
                "large_liquidation: min_usd is not set for every symbol group; "
                "give at least MID_CAP a figure");
        }
    }
    return {};
}

std::vector<petrel_interest> LargeLiquidation::interests() const {
    std::vector<petrel_interest> all;
    for (std::uint32_t group = 0; group < min_usd_.size(); ++group) {
        all.push_back(interest(EventKind::Liquidation, group, 0, min_usd_[group]));
    }
    return all;
}

void LargeLiquidation::on_events(const EventBatch& batch, const WindowView& view, FindingOut& out) {
    (void)view;
    if (batch.group() >= min_usd_.size()) {
        return;
    }
    const double minimum = min_usd_[batch.group()];
    for (std::uint32_t i = 0; i < batch.size(); ++i) {
        const MarketEvent& event = batch[i];
        if (event.kind != static_cast<std::uint8_t>(EventKind::Liquidation) ||
            !(event.notional_usd >= minimum)) {
            continue;
        }
        petrel_finding finding{};
        finding.phase = PETREL_PHASE_SINGLE;
        finding.side = event.side;
        finding.venue = event.venue;
        finding.flags = event.flags & (PETREL_FLAG_SAMPLED | PETREL_FLAG_LATE);
        finding.events = event.count;
        finding.onset_ns = event.exchange_ts_ns;
        finding.at_ns = event.exchange_ts_ns;
        finding.notional_usd = event.notional_usd;
        finding.threshold_usd = minimum;
        finding.price = event.price;
        finding.dominance = 1.0;
        out.emit(finding, {&event, 1});
    }
}

}  // namespace petrel::large_liquidation

PETREL_PLUGIN(petrel::large_liquidation::LargeLiquidation);
