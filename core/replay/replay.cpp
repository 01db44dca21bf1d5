// Pulling batches from the sources and feeding one shard.
#include "replay/replay.hpp"

#include <algorithm>

#include "pipeline_parts.hpp"
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

private:
    const ReplayOptions& options_;
    ReplaySummary& summary_;
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
    for (std::size_t i = 0; i < static_cast<std::size_t>(Refusal::Count_); ++i) {
        const auto reason = static_cast<Refusal>(i);
        if (const std::uint64_t count = sources.normaliser().refused(reason); count > 0) {
            summary.refused[std::string(refusal_name(reason))] = count;
        }
    }
    SourceSet::Totals totals = sources.totals();
    summary.skipped = std::move(totals.skipped);
    summary.first_case = std::move(totals.first_case);
}

Status feed(SourceSet& sources, Shard& shard, const ReplayOptions& options,
            ReplaySummary& summary) {
    constexpr std::int64_t progress_every_ns = 100 * kNsPerMs;
    std::int64_t progress_ns = steady_now_ns();
    for (;;) {
        Result<std::span<const MarketEvent>> events = sources.next();
        if (!events.ok()) {
            return events.status();
        }
        if (events->empty()) {
            return {};
        }
        note_span(*events, summary);
        shard.on_events(*events);
        if (const std::int64_t now_ns = steady_now_ns();
            options.on_progress && now_ns - progress_ns >= progress_every_ns) {
            progress_ns = now_ns;
            const SourceSet::Totals totals = sources.totals();
            options.on_progress(totals.bytes, totals.bytes_total, shard.figures().events);
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
    summary.rule_version = (*pack)->id();
    Result<DetectorSet> detectors = make_detectors(setup);
    if (!detectors.ok()) {
        return detectors.status();
    }
    InstrumentRegistry registry(group_function(setup.config));
    SourceSet sources(setup, registry);
    if (Status made = sources.make_adapters(); !made.ok()) {
        return made;
    }
    if (Status opened = sources.open(options.paths); !opened.ok()) {
        return opened;
    }
    Collector collector(options, summary);
    Shard shard(shard_options(setup.config), detectors->handles(), registry, collector);
    shard.use_rules(*pack, rule_budget(setup.config));

    const std::int64_t started_ns = steady_now_ns();
    if (Status fed = feed(sources, shard, options, summary); !fed.ok()) {
        return fed;
    }
    summary.seconds = static_cast<double>(steady_now_ns() - started_ns) / 1e9;
    close_summary(shard, sources, summary);
    return summary;
}

}  // namespace petrel::core
