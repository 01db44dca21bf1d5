// `petrel rules diff`: what an edit of the rules would have changed, told on recordings.
//
// Both versions see the same events in one pass, with cooldowns, life-cycle and all that they
// remember; windows and detectors run once. What each sends then takes its way to the configured
// channels (delivery_model). Deterministic, as a replay is. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plugin/plugin_setup.hpp"
#include "replay/delivery_model.hpp"
#include "replay/replay.hpp"
#include "signal/version_compare.hpp"

namespace petrel::core {

struct RuleDiffOptions {
    std::string after;  // folder of the second version; the first is the configured one
    std::vector<std::string> paths;
    std::function<void(std::uint64_t, std::uint64_t, std::uint64_t)> on_progress;  // as in replay
};

// One channel under both versions.
struct ChannelDiff {
    ModelChannel channel;
    ChannelTally before;
    ChannelTally after;
};

// A signal that fares otherwise on a channel. Nothing where a version does not send it there.
struct DeliveryChange {
    std::string channel;
    std::optional<ModelDelivery> before;
    std::optional<ModelDelivery> after;
};

struct RuleDiff {
    std::string before;  // "default@9c41e2"
    std::string after;
    ReplaySummary replay;  // of the first version; `beside_` figures are of the second
    VersionCounts counts;
    std::vector<VersionPair> pairs;     // stories that one of them sent, by time of first mention
    std::vector<ChannelDiff> channels;  // in the order of the configuration
    std::map<std::string, std::vector<DeliveryChange>> deliveries;  // by id; those that differ
    std::vector<std::string> warnings;  // channels whose limits are not known

    [[nodiscard]] bool differs() const;
};

Result<RuleDiff> run_rule_diff(const PluginSetup& setup, const RuleDiffOptions& options);

}  // namespace petrel::core
