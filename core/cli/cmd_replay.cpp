// Output of a replay. Standard output is a function of the recordings, the rules and the
// configuration alone; rates and times of the run itself go to standard error.
#include "cli/cmd_replay.hpp"

#include <algorithm>
#include <ostream>

#include "cli/alert_line.hpp"
#include "cli/config_source.hpp"
#include "cli/replay_progress.hpp"
#include "plugin/plugin_setup.hpp"
#include "replay/replay.hpp"
#include "runtime/clock_text.hpp"
#include "runtime/human.hpp"
#include "signal/signal_json.hpp"

namespace petrel::core {
namespace {

std::string list(const std::map<std::string, std::uint64_t>& counts) {
    std::string text;
    for (const auto& [name, count] : counts) {
        if (count > 0) {
            text += (text.empty() ? "" : ", ") + name + " " + human_count(count);
        }
    }
    return text.empty() ? "none" : text;
}

std::string span_words(const ReplaySummary& summary) {
    if (summary.first_ns == 0) {
        return "no events";
    }
    const auto seconds =
        static_cast<std::uint64_t>((summary.last_ns - summary.first_ns) / kNsPerSecond);
    return date_clock_utc(summary.first_ns) + " to " + date_clock_utc(summary.last_ns) + " UTC (" +
           std::to_string(seconds / 3600) + " h " + std::to_string(seconds / 60 % 60) + " min " +
           std::to_string(seconds % 60) + " s)";
}

// What came of the signals at the main horizon.
std::string outcomes_summary(const ReplaySummary& summary) {
    std::uint64_t open = 0;
    for (const auto& [type, count] : summary.sent) {
        open += count;
    }
    for (const auto& [result, count] : summary.outcomes) {
        open -= std::min(open, count);
    }
    return list(summary.outcomes) + ", " +
           human_duration_ms(static_cast<std::uint64_t>(summary.outcome_horizon_ms)) + " after" +
           (open > 0 ? "; " + human_count(open) + " not so old when the recording ended" : "");
}

void print_summary(const ReplaySummary& summary, std::ostream& to) {
    const double rate =
        summary.seconds > 0 ? static_cast<double>(summary.events) / summary.seconds : 0.0;
    to << "events    " << human_count(summary.events) << " of " << human_count(summary.symbols)
       << " symbols, " << span_words(summary) << "\n";
    to << "speed     " << human_count(static_cast<std::uint64_t>(rate)) << " events/s, "
       << human_fixed(summary.seconds, 2) << " s\n";
    to << "findings  " << list(summary.findings) << "\n";
    to << "signals   " << list(summary.sent);
    if (summary.updates > 0) {
        to << " (and " << human_count(summary.updates) << " updates)";
    }
    to << "\nheld      " << list(summary.held) << "\n";
    if (!summary.refused.empty()) {
        to << "refused   " << list(summary.refused) << "\n";
    }
    for (const auto& [reason, count] : summary.skipped) {
        to << "skipped   " << human_count(count) << " × " << reason << ", first at "
           << summary.first_case.at(reason) << "\n";
    }
    for (const std::string& warning : summary.warnings) {
        to << "warning   " << warning << ". --rules DIR judges all by that pack\n";
    }
    for (const std::string& change : summary.detector_changes) {
        to << "warning   " << change << "; the library that is there now saw all of it\n";
    }
    std::string versions;
    for (const std::string& version : summary.rule_versions) {
        versions += (versions.empty() ? "" : ", ") + version;
    }
    to << "rules     " << versions << "\n";
    if (summary.outcome_horizon_ms > 0 && !summary.sent.empty()) {
        to << "outcomes  " << outcomes_summary(summary) << "\n";
    }
}

}  // namespace

int cmd_replay(const ReplayArguments& arguments, Terminal& terminal) {
    LoadOptions options = load_options(arguments.config, terminal, ImplicitFile::Ignored);
    if (!arguments.rules.empty()) {
        options.settings.push_back("rules.directory=" + arguments.rules);
    }
    const PluginSetup setup = load_setup(options);
    if (!can_replay(setup, arguments.files, arguments.output, terminal)) {
        return kExitUsage;
    }

    ReplayProgress progress(terminal);
    const Colour colour = terminal.out_colour(arguments.output.colour);
    ReplayOptions replay;
    replay.paths = arguments.files;
    replay.one_rule_pack = !arguments.rules.empty();
    replay.on_progress = [&](std::uint64_t bytes, std::uint64_t total, std::uint64_t events) {
        progress.update(bytes, total, events);
    };
    replay.on_signal = [&](SignalChange change, const Signal& signal) {
        const bool wanted =
            change == SignalChange::Admitted || (change == SignalChange::Held && arguments.held);
        if (!wanted) {
            return;
        }
        progress.clear();
        if (arguments.output.json) {
            terminal.out << signal_line(signal) << "\n";
        } else {
            terminal.out << alert_line(signal, colour) << "\n" << reason_line(signal) << "\n";
        }
    };
    const Result<ReplaySummary> summary = run_replay(setup, replay);
    progress.clear();
    if (!summary.ok()) {
        terminal.err << "error: " << summary.status().message() << "\n";
        return summary.status().code() == PETREL_E_IO ? kExitBroken : kExitUsage;
    }
    terminal.out << std::flush;
    print_summary(*summary, terminal.err);
    return kExitDone;
}

}  // namespace petrel::core
