// `petrel replay`: recordings through stages 2 to 7 as fast as they go, with a summary.
//
// The same shard, rules and detectors as a running engine; no network, no store, no clock in any
// decision. Two runs over the same files give the same bytes. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "plugin/plugin_setup.hpp"
#include "script/rule_pack.hpp"
#include "signal/signal_stage.hpp"

namespace petrel::core {

struct ReplayOptions {
    std::vector<std::string> paths;
    // Judge all by the rules of the configuration, whatever a journal says.
    bool one_rule_pack = false;
    // Called for each change of a signal, in order.
    std::function<void(SignalChange, const Signal&)> on_signal;
    // Called for each outcome of a signal, in order; and of a near miss.
    std::function<void(const SignalOutcome&)> on_outcome;
    std::function<void(const SignalOutcome&)> on_near_miss;
    // A second version that looks on with the first one's events, and what it would have sent.
    std::shared_ptr<const RulePack> beside;
    std::function<void(SignalChange, const Signal&)> on_beside;
    // Called now and then with bytes read and bytes in all (0: unknown) and events so far.
    std::function<void(std::uint64_t, std::uint64_t, std::uint64_t)> on_progress;
};

struct ReplaySummary {
    std::uint64_t events = 0;
    std::uint64_t ticks = 0;
    std::uint64_t symbols = 0;
    std::int64_t first_ns = 0;  // exchange time of the first event and the latest
    std::int64_t last_ns = 0;
    double seconds = 0;                             // wall time of the run
    std::map<std::string, std::uint64_t> findings;  // by type
    std::map<std::string, std::uint64_t> sent;      // by type
    std::map<std::string, std::uint64_t> held;      // by reason
    std::uint64_t updates = 0;
    std::int64_t outcome_horizon_ms = 0;            // the main one; 0: nothing was followed
    std::map<std::string, std::uint64_t> outcomes;  // at it, by result
    std::uint64_t rule_errors = 0;                  // calls that the fallback of the pack answered
    // The same of the version that looks on.
    std::map<std::string, std::uint64_t> beside_held;
    std::uint64_t beside_rule_errors = 0;
    std::map<std::string, std::uint64_t> refused;   // events, by the normaliser's reason
    std::map<std::string, std::uint64_t> skipped;   // records, by the source's reason
    std::map<std::string, std::string> first_case;  // of each of them
    std::vector<std::string> rule_versions;         // that judged, in the order of their first use
    std::vector<std::string> warnings;              // versions that were not to be had
    // Detectors that were replaced in the middle of a recording; here one library saw all of it.
    std::set<std::string> detector_changes;
};

Result<ReplaySummary> run_replay(const PluginSetup& setup, const ReplayOptions& options);

}  // namespace petrel::core
