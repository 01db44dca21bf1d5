// A storm of one side holds when the liquidations of that side in (t - window, t] reach both the
// USD minimum and the least number. It is judged at every liquidation of the symbol: of its own
// side it may begin or go on, at one of the other side it may only end.
#include "liquidation_storm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace petrel::liquidation_storm {
namespace {

petrel_parameter window_parameter() {
    petrel_parameter p = parameter(PETREL_PARAMETER_DURATION, "window", "ms",
                                   "how far back liquidations are added up");
    p.flags = PETREL_PARAMETER_REQUIRED;
    p.minimum = 1'000;
    p.maximum = 3'600'000;
    return p;
}

petrel_parameter min_events_parameter() {
    petrel_parameter p = parameter(PETREL_PARAMETER_INTEGER, "min_events", "events",
                                   "least number of liquidations of the side in the window");
    p.flags = PETREL_PARAMETER_PER_GROUP | PETREL_PARAMETER_REQUIRED;
    p.minimum = 1;
    p.maximum = 1e6;
    return p;
}

}  // namespace

LiquidationStorm::LiquidationStorm(const Host& host, const Config& config) {
    (void)host;
    const double window_ms = config.number("window");
    window_ms_ = window_ms >= 1 ? static_cast<std::uint32_t>(window_ms) : 0;
    for (std::uint32_t group = 0; group < config.group_count(); ++group) {
        minima_.push_back({config.number("min_usd", group), config.number("min_events", group)});
    }
}

PluginInfo LiquidationStorm::describe() {
    return {"liquidation_storm",
            "1.0.0",
            "petrel",
            "Reports when liquidations of one side add up to a storm within the window.",
            {window_parameter(),
             usd_minimum_per_group("min_usd", "least sum of one side's liquidations in the window"),
             min_events_parameter()}};
}

std::span<const petrel_text> LiquidationStorm::finding_types() {
    static constexpr petrel_text types[] = {text_of("LIQ_STORM")};
    return types;
}

Status LiquidationStorm::ready() const {
    const bool complete = std::all_of(minima_.begin(), minima_.end(), [](const Minima& minima) {
        return std::isfinite(minima.usd) && std::isfinite(minima.events);
    });
    if (window_ms_ == 0 || !complete) {
        return Status::invalid(
            "liquidation_storm: window, min_usd and min_events must be set for every symbol group; "
            "give at least MID_CAP figures");
    }
    return {};
}

std::vector<petrel_interest> LiquidationStorm::interests() const {
    std::vector<petrel_interest> all;
    for (std::uint32_t group = 0; group < minima_.size(); ++group) {
        all.push_back(interest(EventKind::Liquidation, group, window_ms_, 0));
    }
    return all;
}

void LiquidationStorm::save_state(StateWriter& out) const {
    save_stories(stories_, std::array{&Stories::longs, &Stories::shorts}, out);
}

Status LiquidationStorm::load_state(StateReader& in) {
    return load_stories(stories_, std::array{&Stories::longs, &Stories::shorts}, in);
}

void LiquidationStorm::on_events(const EventBatch& batch, const WindowView& view, FindingOut& out) {
    if (batch.group() >= minima_.size()) {
        return;
    }
    if (batch.symbol() >= stories_.size()) {
        stories_.resize(std::size_t{batch.symbol()} + 1);
    }
    for (std::uint32_t i = 0; i < batch.size(); ++i) {
        on_liquidation(batch, i, view, out);
    }
}

void LiquidationStorm::on_liquidation(const EventBatch& batch, std::uint32_t index,
                                      const WindowView& view, FindingOut& out) {
    // Above zero, so that the host adds up kept events exactly instead of whole buckets.
    const WindowQuery query{EventKind::Liquidation, window_ms_, std::numeric_limits<double>::min(),
                            PETREL_VENUE_ALL};
    const MarketEvent& event = batch[index];
    if (!covers(query, event, batch.now_ns())) {
        return;
    }
    const Minima& minima = minima_[batch.group()];
    const petrel_window_sum sum = sum_at(batch, index, view, query);
    Stories& stories = stories_[batch.symbol()];
    for (const Side side : {Side::Long, Side::Short}) {
        Story& story = side == Side::Long ? stories.longs : stories.shorts;
        const SideSum own = side_of(sum, side);
        if (!(own.notional_usd >= minima.usd && static_cast<double>(own.count) >= minima.events)) {
            story.end();
            continue;
        }
        if (event.side != static_cast<std::uint8_t>(side)) {
            continue;
        }
        petrel_finding finding = describe_storm(event, sum, side);
        finding.phase = story.holds_at(event.exchange_ts_ns, window_ms_);
        finding.onset_ns = story.onset_ns();
        finding.threshold_usd = minima.usd;
        finding.window_ms = window_ms_;
        const auto evidence = evidence_at(event, event.side, view.events(query, listed_));
        for (const MarketEvent& seen : evidence) {
            finding.flags |= seen.flags & PETREL_FLAG_SAMPLED;
        }
        out.emit(finding, evidence);
    }
}

petrel_finding LiquidationStorm::describe_storm(const MarketEvent& event,
                                                const petrel_window_sum& sum, Side side) {
    const SideSum own = side_of(sum, side);
    petrel_finding finding{};
    finding.side = static_cast<std::uint8_t>(side);
    finding.venue = sum.venue_count > 1 ? PETREL_VENUE_ALL : event.venue;
    finding.flags = sum.flags & PETREL_FLAG_SAMPLED;
    finding.events = static_cast<std::uint32_t>(own.count);
    finding.at_ns = event.exchange_ts_ns;
    finding.notional_usd = own.notional_usd;
    finding.price = own.mean_price(event.price);
    finding.dominance = dominance_of(sum);
    return finding;
}

}  // namespace petrel::liquidation_storm

PETREL_PLUGIN(petrel::liquidation_storm::LiquidationStorm);
