// Pulling batches from the sources and feeding one shard.
#include "replay/replay.hpp"

#include <algorithm>
#include <optional>

#include "pipeline_parts.hpp"
#include "pipeline_rules.hpp"
#include "replay/source_set.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

// Counts and passes on what leaves the shard.
class Collector final : public SignalSink {
public:
    Collector(const ReplayOptions& options, ReplaySummary& summary)
        : options_(options), summary_(summary) {}

    void on_signal(SignalChange change, const Signal& signal) override {
        if (change == SignalChange::Admitted) {
            ++summary_.sent[signal.type];
        } else if (change == SignalChange::Updated) {
            ++summary_.updates;
        }
        if (options_.on_signal) {
            options_.on_signal(change, signal);
        }
    }

    void on_outcome(const SignalOutcome& outcome) override {
        if (outcome.horizon_ms == summary_.outcome_horizon_ms) {
            ++summary_.outcomes[std::string(result_name(outcome.result))];
        }
        if (options_.on_outcome) {
            options_.on_outcome(outcome);
        }
    }

    void on_near_miss(const SignalOutcome& outcome) override {
        if (options_.on_near_miss) {
            options_.on_near_miss(outcome);
        }
    }

private:
    const ReplayOptions& options_;
    ReplaySummary& summary_;
};

// Passes on what the version that looks on would have sent.
class Beside final : public SignalSink {
public:
    explicit Beside(const ReplayOptions& options) : options_(options) {}
    void on_signal(SignalChange change, const Signal& signal) override {
        if (options_.on_beside) {
            options_.on_beside(change, signal);
        }
    }

private:
    const ReplayOptions& options_;
};

void note_span(std::span<const MarketEvent> events, ReplaySummary& summary) {
    for (const MarketEvent& event : events) {
        if (event.kind >= kTickEvent) {
            continue;  // the host's own
        }
        if (summary.first_ns == 0 || event.exchange_ts_ns < summary.first_ns) {
            summary.first_ns = event.exchange_ts_ns;
        }
        summary.last_ns = std::max(summary.last_ns, event.exchange_ts_ns);
    }
}

void close_summary(const Shard& shard, const SourceSet& sources, ReplaySummary& summary) {
    const ShardFigures figures = shard.figures();
    summary.events = figures.events;
    summary.ticks = figures.ticks;
    summary.symbols = figures.symbols;
    summary.findings = figures.findings_by_type;
    summary.held = figures.held_by_reason;
    summary.rule_errors = figures.rule_errors;
    if (const RuleTrack* beside = shard.onlooker(); beside != nullptr) {
        summary.beside_held = beside->held_by_reason();
        summary.beside_rule_errors = beside->rule_figures().errors;
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(Refusal::Count_); ++i) {
        const auto reason = static_cast<Refusal>(i);
        if (const std::uint64_t count = sources.normaliser().refused(reason); count > 0) {
            summary.refused[std::string(refusal_name(reason))] = count;
        }
    }
    SourceSet::Totals totals = sources.totals();
    summary.skipped = std::move(totals.skipped);
    summary.first_case = std::move(totals.first_case);
    summary.detector_changes = std::move(totals.detector_changes);
}

// Lets a shard judge each batch by the rules that judged it when it was recorded.
class RuleSwitch {
public:
    RuleSwitch(const PluginSetup& setup, Shard& shard, std::shared_ptr<const RulePack> current)
        : budget_(rule_budget(setup.config)), shard_(shard), recorded_(current, budget_) {
        shard_.use_rules(std::move(current), budget_);
    }

    void follow(const RulesMark& mark) {
        if (mark_ && mark == *mark_) {
            return;
        }
        mark_ = mark;
        const std::shared_ptr<const RulePack> pack = recorded_.at(mark.journal, mark.entry);
        if (pack->id() != shard_.rule_version()) {
            shard_.use_rules(pack, budget_);
        }
    }
    [[nodiscard]] const std::vector<std::string>& warnings() const { return recorded_.warnings(); }
    [[nodiscard]] std::vector<std::string> versions() const {
        return recorded_.used().empty() ? std::vector{shard_.rule_version()} : recorded_.used();
    }

private:
    RuleBudget budget_;
    Shard& shard_;
    std::optional<RulesMark> mark_;
    RecordedRules recorded_;
};

struct Way {
    SourceSet& sources;
    Shard& shard;
    RuleSwitch& rules;
};

Status feed(const Way& way, const ReplayOptions& options, ReplaySummary& summary) {
    constexpr std::int64_t progress_every_ns = 100 * kNsPerMs;
    std::int64_t progress_ns = steady_now_ns();
    for (;;) {
        Result<std::span<const MarketEvent>> events = way.sources.next();
        if (!events.ok()) {
            return events.status();
        }
        if (events->empty()) {
            return {};
        }
        note_span(*events, summary);
        if (!options.one_rule_pack) {
            way.rules.follow(way.sources.rules());
        }
        way.shard.on_events(*events);
        if (const std::int64_t now_ns = steady_now_ns();
            options.on_progress && now_ns - progress_ns >= progress_every_ns) {
            progress_ns = now_ns;
            const SourceSet::Totals totals = way.sources.totals();
            options.on_progress(totals.bytes, totals.bytes_total, way.shard.figures().events);
        }
    }
}

}  // namespace

Result<ReplaySummary> run_replay(const PluginSetup& setup, const ReplayOptions& options) {
    ReplaySummary summary;
    Result<std::shared_ptr<const RulePack>> pack = load_rules(setup.config);
    if (!pack.ok()) {
        return pack.status();
    }
    Result<DetectorSet> detectors = make_detectors(setup);
    if (!detectors.ok()) {
        return detectors.status();
    }
    const Result<VoterSet> voters = make_voters(setup);
    if (!voters.ok()) {
        return voters.status();
    }
    InstrumentRegistry registry(group_function(setup.config));
    SourceSet sources(setup, registry);
    if (Status made = sources.make_adapters(); !made.ok()) {
        return made;
    }
    if (Status opened = sources.open(options.paths); !opened.ok()) {
        return opened;
    }
    summary.outcome_horizon_ms = static_cast<std::int64_t>(main_horizon_ms(setup.config.outcomes));
    Collector collector(options, summary);
    Beside beside(options);
    Shard shard(shard_options(setup.config), detectors->handles(), registry, collector);
    shard.use_voters(voters->handles());
    RuleSwitch rules(setup, shard, *pack);
    if (options.beside != nullptr) {
        shard.look_on(options.beside, rule_budget(setup.config), beside);
    }

    const std::int64_t started_ns = steady_now_ns();
    if (Status fed = feed({sources, shard, rules}, options, summary); !fed.ok()) {
        return fed;
    }
    summary.seconds = static_cast<double>(steady_now_ns() - started_ns) / 1e9;
    summary.rule_versions = rules.versions();
    summary.warnings = rules.warnings();
    close_summary(shard, sources, summary);
    return summary;
}

}  // namespace petrel::core
