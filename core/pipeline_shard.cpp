// Making a shard, naming what leaves it, counting what it did. The flow itself is in pipeline.cpp.
#include "pipeline_shard.hpp"

#include <algorithm>

namespace petrel::core {

std::string_view RegistryNames::symbol(std::uint32_t symbol) const {
    return registry_.symbol(symbol).name;
}
std::string_view RegistryNames::short_symbol(std::uint32_t symbol) const {
    return registry_.symbol(symbol).short_name;
}
std::string_view RegistryNames::group(std::uint32_t group) const {
    return group < groups_.size() ? std::string_view(groups_[group]) : std::string_view("");
}
std::string_view RegistryNames::venue(std::uint16_t venue) const {
    return registry_.venue(venue).name;
}

namespace {

WindowShape with_horizon(WindowShape shape, const DetectorStage& detectors) {
    shape.kept_horizon_ns = std::max(shape.kept_horizon_ns, detectors.kept_horizon_ns());
    return shape;
}

SampleInterval interval_function(const InstrumentRegistry& registry) {
    return [&registry](std::uint16_t venue, std::uint8_t kind) -> std::uint32_t {
        const VenueEntry& entry = registry.venue(venue);
        const bool sampled = (entry.sampled_kinds & PETREL_KIND_BIT(kind)) != 0;
        return sampled ? entry.sample_interval_ms[kind] : 0;
    };
}

}  // namespace

Shard::Shard(const ShardOptions& options, std::vector<DetectorHandle> detectors,
             const InstrumentRegistry& registry, SignalSink& sink)
    : registry_(registry), names_(registry, options.group_names),
      detectors_(std::move(detectors), static_cast<std::uint32_t>(options.group_names.size()),
                 interval_function(registry)),
      whole_from_usd_(detectors_.keep_trades_from_usd()),
      windows_(with_horizon(options.window, detectors_), whole_from_usd_),
      live_(options.track, detectors_.types(), names_, sink),
      findings_by_type_(detectors_.types().size() + 1) {
    detectors_.set_aside_type(kRadarType);  // where the rules' stages have it
}

void Shard::use_voters(std::vector<VoterHandle> voters) {
    voters_ = voters.empty() ? nullptr : std::make_unique<VoteStage>(std::move(voters));
    live_.hear(voters_.get());
}

void Shard::use_rules(std::shared_ptr<const RulePack> pack, const RuleBudget& budget) {
    live_.use_rules(std::move(pack), budget);
}

void Shard::look_on(std::shared_ptr<const RulePack> pack, const RuleBudget& budget,
                    SignalSink& sink) {
    onlooker_ = std::make_unique<RuleTrack>(live_, sink);
    onlooker_->use_rules(std::move(pack), budget);
}

void Shard::replace_detector(std::size_t number, DetectorHandle detector,
                             const DetectorWants& wants) {
    const std::size_t known = detectors_.types().size();
    detectors_.replace(number, std::move(detector), wants);
    const std::span<const std::string> fresh = std::span(detectors_.types()).subspan(known);
    findings_by_type_.resize(detectors_.types().size());
    live_.add_types(fresh);
    if (onlooker_ != nullptr) {
        onlooker_->add_types(fresh);
    }
}

EventPlace Shard::place_of(std::uint32_t instrument) {
    if (instrument >= places_.size()) {
        for (std::size_t i = places_.size(); i <= instrument; ++i) {
            const SymbolId symbol = registry_.instrument(static_cast<InstrumentId>(i)).symbol;
            places_.push_back({symbol, registry_.symbol(symbol).group});
        }
    }
    return places_[instrument];
}

double Shard::whole_from_usd(const MarketEvent& event) const {
    if (event.kind != PETREL_EVENT_TRADE) {
        return 0;
    }
    const SymbolId symbol = registry_.instrument(event.instrument).symbol;
    return whole_from_usd_[registry_.symbol(symbol).group];
}

ShardFigures Shard::figures() const {
    ShardFigures figures;
    figures.events = events_;
    figures.ticks = ticks_;
    figures.symbols = windows_.symbols();
    figures.open_signals = live_.open_signals();
    figures.admitted = live_.admitted();
    figures.followed = live_.outcomes().open();
    figures.not_followed = live_.outcomes().dropped();
    figures.near_misses_followed = live_.outcomes().near_misses_open();
    figures.near_misses_not_followed = live_.outcomes().near_misses_dropped();
    figures.rule_version = live_.version();
    const RuleVmFigures rules = live_.rule_figures();
    figures.rule_calls = rules.calls;
    figures.rule_errors = rules.errors;
    figures.rule_fault = rules.last_fault;
    figures.rule_fuel_max = rules.fuel_max;
    figures.rule_state_lost = live_.state_lost();
    figures.late = windows_.late();
    figures.forgotten = windows_.forgotten();
    figures.detectors = detectors_.figures();
    if (voters_ != nullptr) {
        figures.voters = voters_->figures();
    }
    figures.held_by_reason = live_.held_by_reason();
    for (std::size_t type = 0; type < findings_by_type_.size(); ++type) {
        if (type != live_.radar_type()) {
            figures.findings += findings_by_type_[type];
            figures.findings_by_type[detectors_.types()[type]] = findings_by_type_[type];
        }
    }
    return figures;
}

}  // namespace petrel::core
