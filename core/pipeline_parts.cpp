// Making the parts. A detector that cannot be made stops the start: going on without it would be
// blindness that nobody asked for.
#include "pipeline_parts.hpp"

#include <algorithm>

namespace petrel::core {

std::vector<DetectorHandle> DetectorSet::handles() const {
    std::vector<DetectorHandle> handles;
    for (const DetectorInstance& instance : instances) {
        handles.push_back({instance.name(), &instance.table(), instance.handle()});
    }
    return handles;
}

Result<DetectorSet> make_detectors(const PluginSetup& setup) {
    DetectorSet set;
    for (const PlannedPlugin& planned : setup.detectors) {
        Result<DetectorInstance> made =
            DetectorInstance::create(*planned.plugin, planned.name, planned.values);
        if (!made.ok()) {
            return made.status();
        }
        set.instances.push_back(std::move(made).value());
    }
    return set;
}

std::vector<VoterHandle> VoterSet::handles() const {
    std::vector<VoterHandle> handles;
    for (std::size_t i = 0; i < instances.size(); ++i) {
        const VoterInstance& voter = instances[i];
        handles.push_back({voter.name(), &voter.table(), voter.handle(), figures[i]});
    }
    return handles;
}

Status add_voter(const PlannedPlugin& planned, VoterSet& set) {
    Result<VoterInstance> made =
        VoterInstance::create(*planned.plugin, planned.name, planned.values);
    if (!made.ok()) {
        return made.status();
    }
    Result<std::vector<InputFigure>> figures = ask_figures(made->table(), made->handle());
    if (!figures.ok()) {
        return Status::invalid("PTL-P013: voter '" + planned.name + "' (" +
                               file_name(planned.plugin->path) +
                               ") cannot be given what it wants: " + figures.status().message());
    }
    set.instances.push_back(std::move(made).value());
    set.figures.push_back(std::move(figures).value());
    return {};
}

Result<VoterSet> make_voters(const PluginSetup& setup) {
    VoterSet set;
    for (const PlannedPlugin& planned : setup.voters) {
        if (Status added = add_voter(planned, set); !added.ok()) {
            return added;
        }
    }
    return set;
}

namespace {

OutcomeOptions outcome_options(const Config& config) {
    OutcomeOptions options;
    for (const std::uint64_t horizon_ms : config.outcomes.horizons_ms) {
        options.horizons_ns.push_back(static_cast<std::int64_t>(horizon_ms) * kNsPerMs);
    }
    options.main_horizon_ns =
        static_cast<std::int64_t>(main_horizon_ms(config.outcomes)) * kNsPerMs;
    options.hit_sigma = config.outcomes.hit_sigma;
    options.price_age_max_ns =
        static_cast<std::int64_t>(config.engine.window_horizon_ms) * kNsPerMs;
    return options;
}

}  // namespace

ShardOptions shard_options(const Config& config) {
    constexpr std::uint32_t buckets = 300;
    ShardOptions options;
    // The number of buckets is fixed, so memory does not grow with the horizon.
    const auto horizon_ns = static_cast<std::int64_t>(config.engine.window_horizon_ms) * kNsPerMs;
    options.window.buckets = buckets;
    options.window.bucket_ns = std::max(horizon_ns / buckets, kNsPerMs);
    options.window.kept_max = config.engine.kept_events_max;
    options.window.kept_horizon_ns = static_cast<std::int64_t>(config.engine.window_ms) * kNsPerMs;
    options.track.spans = {config.engine.window_ms, config.engine.sentiment_valid_ms};
    options.track.cooldown_ms = config.cooldown_ms;
    options.track.signal_valid_ns =
        static_cast<std::int64_t>(config.engine.signal_valid_ms) * kNsPerMs;
    options.track.outcomes = outcome_options(config);
    for (const SymbolGroup& group : config.groups) {
        options.group_names.push_back(group.name);
    }
    return options;
}

InstrumentRegistry::GroupOf group_function(const Config& config) {
    Config groups_only;
    groups_only.groups = config.groups;
    return [groups = std::move(groups_only)](const SymbolEntry& symbol) {
        return group_index(groups, symbol.name);
    };
}

VenueEntry venue_entry(const std::string& name, const petrel_exchange& table) {
    VenueEntry venue;
    venue.name = name;
    const petrel_exchange_info& info = *table.info();
    for (std::uint32_t i = 0; i < info.alias_count; ++i) {
        venue.aliases.push_back(string_of(info.aliases[i]));
    }
    for (std::uint32_t kind = 1; kind < PETREL_EVENT_KIND_END; ++kind) {
        // A list that is polled may have lost entries in between: sums of it are lower bounds too.
        const bool flow = kind == PETREL_EVENT_TRADE || kind == PETREL_EVENT_LIQUIDATION;
        const std::uint8_t feed = info.completeness[kind];
        if (feed == PETREL_SAMPLED || (feed == PETREL_POLLED && flow)) {
            venue.sampled_kinds |= PETREL_KIND_BIT(kind);
        }
    }
    if (PETREL_HAS(&info, petrel_exchange_info, sample_interval_ms)) {
        std::copy(std::begin(info.sample_interval_ms), std::end(info.sample_interval_ms),
                  venue.sample_interval_ms.begin());
    }
    return venue;
}

journal::InstrumentLine journal_line(const InstrumentRegistry& registry, InstrumentId id) {
    const InstrumentEntry& entry = registry.instrument(id);
    journal::InstrumentLine line;
    line.handle = id;
    line.venue = registry.venue(entry.venue).name;
    line.native = entry.native;
    line.base = entry.base;
    line.quote = entry.quote;
    line.type = entry.type;
    line.price_divisor = entry.price_divisor;
    line.expiry_ns = entry.expiry_ns;
    return line;
}

Result<std::shared_ptr<const RulePack>> load_rules(const Config& config) {
    const ParameterOverrides parameters(config.rules.parameters.begin(),
                                        config.rules.parameters.end());
    return RulePack::load(config.rules.directory, parameters, rule_budget(config));
}

RuleBudget rule_budget(const Config& config) {
    RuleBudget budget;
    budget.fuel = config.rules.fuel;
    budget.memory_bytes = config.rules.memory_bytes;
    return budget;
}

}  // namespace petrel::core
