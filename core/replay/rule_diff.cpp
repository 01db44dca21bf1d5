// The second version looks on while the first one is replayed.
#include "replay/rule_diff.hpp"

#include <set>
#include <utility>

#include "notifier/channel.hpp"
#include "pipeline_parts.hpp"

namespace petrel::core {
namespace {

// An instance of each channel is made to ask for its limits, and sends nothing.
DeliveryModelOptions model_options(const PluginSetup& setup, std::vector<std::string>& warnings) {
    DeliveryModelOptions options;
    options.routing = setup.config.routing;
    options.use_by_ns = static_cast<std::int64_t>(setup.config.delivery.use_by_s) * kNsPerSecond;
    options.dispatch.ahead_ns =
        static_cast<std::int64_t>(setup.config.delivery.digest_ahead_ms) * kNsPerMs;
    for (const PlannedPlugin& planned : setup.notifiers) {
        ModelChannel channel{planned.name, {}};
        const auto found = setup.config.delivery.channels.find(planned.name);
        const ChannelConfig configured =
            found == setup.config.delivery.channels.end() ? ChannelConfig() : found->second;
        const Result<NotifierInstance> made =
            NotifierInstance::create(*planned.plugin, planned.name, planned.values);
        if (made.ok()) {
            const NotifierHandle handle{planned.name, &made->table(), made->handle(),
                                        configured.per_minute};
            const petrel_notifier_limits limits = ask_limits(handle);
            channel.limits = pace_of(handle, limits);
            channel.takes_digests =
                ChannelTraits{limits.abilities, UpdateMode::Auto, configured.digests, ""}
                    .takes_digests();
        } else {
            warnings.push_back("channel " + planned.name +
                               " is looked at as if it had no limits: " + made.status().message());
        }
        options.channels.push_back(std::move(channel));
    }
    return options;
}

std::optional<ModelDelivery> fate_in(const DeliveryModel& model, const std::string& id,
                                     const std::string& channel) {
    const auto fates = model.by_signal().find(id);
    if (fates == model.by_signal().end()) {
        return std::nullopt;
    }
    const auto found = fates->second.find(channel);
    return found == fates->second.end() ? std::nullopt : std::optional(found->second);
}

bool fare_alike(const std::optional<ModelDelivery>& a, const std::optional<ModelDelivery>& b) {
    return a.has_value() == b.has_value() && (!a || a->fate == b->fate);
}

void compare_deliveries(const DeliveryModelOptions& options, const DeliveryModel& before,
                        const DeliveryModel& after, RuleDiff& diff) {
    const std::vector<ChannelTally> tallies_before = before.tallies();
    const std::vector<ChannelTally> tallies_after = after.tallies();
    std::set<std::string> ids;
    for (const DeliveryModel* model : {&before, &after}) {
        for (const auto& [id, fates] : model->by_signal()) {
            ids.insert(id);
        }
    }
    for (std::size_t i = 0; i < options.channels.size(); ++i) {
        const ModelChannel& channel = options.channels[i];
        diff.channels.push_back({channel, tallies_before[i], tallies_after[i]});
        for (const std::string& id : ids) {
            DeliveryChange change{channel.name, fate_in(before, id, channel.name),
                                  fate_in(after, id, channel.name)};
            if (!fare_alike(change.before, change.after)) {
                diff.deliveries[id].push_back(std::move(change));
            }
        }
    }
}

}  // namespace

bool RuleDiff::differs() const {
    std::uint64_t same = 0;
    if (const auto found = counts.by_change.find(VersionChange::Same);
        found != counts.by_change.end()) {
        same = found->second;
    }
    return same != pairs.size() || !deliveries.empty();
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
    const DeliveryModelOptions channels = model_options(setup, diff.warnings);
    Result<DeliveryModel> sent_before = DeliveryModel::make(channels);
    if (!sent_before.ok()) {
        return sent_before.status();
    }
    DeliveryModel sent_after = *sent_before;
    VersionCompare compare([&](const VersionPair& pair) { diff.pairs.push_back(pair); });
    ReplayOptions replay;
    replay.paths = options.paths;
    replay.one_rule_pack = true;
    replay.on_progress = options.on_progress;
    replay.on_signal = [&](SignalChange change, const Signal& signal) {
        compare.on_signal(VersionSide::Before, change, signal);
        sent_before->on_signal(change, signal);
    };
    replay.beside = *after;
    replay.on_beside = [&](SignalChange change, const Signal& signal) {
        compare.on_signal(VersionSide::After, change, signal);
        sent_after.on_signal(change, signal);
    };
    Result<ReplaySummary> summary = run_replay(setup, replay);
    if (!summary.ok()) {
        return summary.status();
    }
    compare.finish();
    sent_before->finish();
    sent_after.finish();
    compare_deliveries(channels, *sent_before, sent_after, diff);
    diff.before = summary->rule_versions.front();
    diff.counts = compare.counts();
    diff.replay = std::move(*summary);
    return diff;
}

}  // namespace petrel::core
