// The second version looks on while the first one is replayed.
#include "replay/rule_diff.hpp"

#include <utility>

#include "pipeline_parts.hpp"

namespace petrel::core {

bool RuleDiff::differs() const {
    std::uint64_t same = 0;
    if (const auto found = counts.by_change.find(VersionChange::Same);
        found != counts.by_change.end()) {
        same = found->second;
    }
    return same != pairs.size();
}

Result<RuleDiff> run_rule_diff(const PluginSetup& setup, const RuleDiffOptions& options) {
    RuleDiff diff;
    const ParameterOverrides parameters(setup.config.rules.parameters.begin(),
                                        setup.config.rules.parameters.end());
    Result<std::shared_ptr<const RulePack>> after =
        RulePack::load(options.after, parameters, rule_budget(setup.config));
    if (!after.ok()) {
        return after.status();
    }
    diff.after = (*after)->id();
    VersionCompare compare([&](const VersionPair& pair) { diff.pairs.push_back(pair); });
    ReplayOptions replay;
    replay.paths = options.paths;
    replay.one_rule_pack = true;
    replay.on_progress = options.on_progress;
    replay.on_signal = [&](SignalChange change, const Signal& signal) {
        compare.on_signal(VersionSide::Before, change, signal);
    };
    replay.beside = *after;
    replay.on_beside = [&](SignalChange change, const Signal& signal) {
        compare.on_signal(VersionSide::After, change, signal);
    };
    Result<ReplaySummary> summary = run_replay(setup, replay);
    if (!summary.ok()) {
        return summary.status();
    }
    compare.finish();
    diff.before = summary->rule_versions.front();
    diff.counts = compare.counts();
    diff.replay = std::move(*summary);
    return diff;
}

}  // namespace petrel::core
