// Both ways end in the same report, so that what a replay foretold can be laid beside what came.
#include "cli/cmd_rules_score.hpp"

#include <algorithm>
#include <ostream>
#include <set>

#include "cli/ask_engine.hpp"
#include "cli/config_source.hpp"
#include "cli/replay_progress.hpp"
#include "cli/score_json.hpp"
#include "cli/score_text.hpp"
#include "cli/signal_query.hpp"
#include "cli/since.hpp"
#include "cli/verdict_report.hpp"
#include "config/units.hpp"
#include "petrel/types.hpp"
#include "plugin/plugin_setup.hpp"
#include "replay/replay.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

int used_wrongly(const std::string& why, Terminal& terminal) {
    terminal.err << "error: " << why << "\n";
    return kExitUsage;
}

int print_score(const std::string& json, const RulesScoreArguments& arguments, Terminal& terminal) {
    if (arguments.output.json) {
        terminal.out << json << "\n" << std::flush;
        return kExitDone;
    }
    const Result<std::string> text = score_text(json);
    if (!text.ok()) {
        terminal.err << "error: " << text.status().message() << "\n";
        return kExitBroken;
    }
    terminal.out << *text << std::flush;
    return kExitDone;
}

std::string horizon_words(const OutcomesConfig& outcomes) {
    std::string words;
    for (const std::uint64_t horizon_ms : outcomes.horizons_ms) {
        words += (words.empty() ? "" : ", ") + format_duration_ms(horizon_ms);
    }
    return words.empty() ? "none" : words;
}

// The horizon that was asked for, or the main one.
Result<std::int64_t> horizon_of(const RulesScoreArguments& arguments, const Config& config) {
    if (arguments.horizon.empty()) {
        const auto main_ms = static_cast<std::int64_t>(main_horizon_ms(config.outcomes));
        return main_ms > 0 ? Result<std::int64_t>(main_ms)
                           : Status::invalid(
                                 "outcomes.horizons is empty: no signal is followed. "
                                 "Name a horizon: --horizon 15m");
    }
    const std::optional<std::uint64_t> ms = parse_duration_ms(arguments.horizon);
    if (!ms || *ms == 0 || *ms > 86'400'000) {
        return Status::invalid("--horizon " + arguments.horizon +
                               " is no duration of at most a day, such as 15m");
    }
    return static_cast<std::int64_t>(*ms);
}

// What was sent and held in the place of a scorecard.
int show_reasons(const Config& config, const ScoreQuery& asked,
                 const RulesScoreArguments& arguments, Terminal& terminal) {
    VerdictQuery query;
    query.since_ns = asked.since_ns;
    query.horizon_ms = asked.horizon_ms;
    if (arguments.reasons == "hour") {
        query.bucket_ns = VerdictQuery::kHourNs;
    }
    const Result<std::string> json = query_verdicts(config, query);
    if (!json.ok()) {
        terminal.err << "error: " << json.status().message() << "\n";
        return json.status().code() == PETREL_E_IO ? kExitBroken : kExitNo;
    }
    const Result<std::string> text =
        arguments.output.json ? Result<std::string>(*json + "\n") : verdicts_text(*json);
    if (!text.ok()) {
        terminal.err << "error: " << text.status().message() << "\n";
        return kExitBroken;
    }
    terminal.out << *text << std::flush;
    return kExitDone;
}

ScoreBy grouping_of(const RulesScoreArguments& arguments) {
    const ScoreBy usual = arguments.near_misses ? ScoreBy::Reason : ScoreBy::Version;
    return parse_score_by(arguments.by).value_or(usual);
}

int score_store(const RulesScoreArguments& arguments, Terminal& terminal) {
    Config config;
    if (!load_engine_config(load_options(arguments.config, terminal, arguments.state_dir), config,
                            arguments.output.colour, terminal)) {
        return kExitUsage;
    }
    ScoreQuery query;
    query.by = grouping_of(arguments);
    query.of = arguments.near_misses ? OutcomesOf::NearMisses : OutcomesOf::Sent;
    query.each = arguments.each;
    const Result<std::int64_t> horizon_ms = horizon_of(arguments, config);
    if (!horizon_ms.ok()) {
        return used_wrongly(horizon_ms.status().message(), terminal);
    }
    query.horizon_ms = *horizon_ms;
    if (!arguments.since.empty()) {
        const Result<std::int64_t> since = parse_moment(arguments.since, wall_now_ns());
        if (!since.ok()) {
            return used_wrongly(since.status().message(), terminal);
        }
        query.since_ns = *since;
    }
    if (!arguments.reasons.empty()) {
        return show_reasons(config, query, arguments, terminal);
    }
    const Result<std::string> json = query_score(config, query);
    if (!json.ok()) {
        terminal.err << "error: " << json.status().message() << "\n";
        return json.status().code() == PETREL_E_IO ? kExitBroken : kExitNo;
    }
    return print_score(*json, arguments, terminal);
}

// One pass over the recordings; keeps the outcomes of one horizon.
Result<ScoreReport> replay_report(const PluginSetup& setup, ReplayOptions replay,
                                  ScoreReport report) {
    std::vector<SignalOutcome> outcomes;
    std::set<std::string> sent;
    std::set<std::string> held;
    replay.on_signal = [&](SignalChange change, const Signal& signal) {
        if (change == SignalChange::Admitted) {
            sent.insert(signal.id);
        } else if (change == SignalChange::Held) {
            held.insert(signal.id);
        }
    };
    (report.near_misses ? replay.on_near_miss
                        : replay.on_outcome) = [&](const SignalOutcome& outcome) {
        if (outcome.horizon_ms == report.horizon_ms) {
            outcomes.push_back(outcome);
        }
    };
    const Result<ReplaySummary> summary = run_replay(setup, replay);
    if (!summary.ok()) {
        return summary.status();
    }
    if (report.near_misses) {
        // A story that was sent later was no miss.
        std::erase_if(outcomes, [&](const auto& one) { return sent.contains(one.signal_id); });
        std::erase_if(held, [&](const auto& id) { return sent.contains(id); });
    }
    std::set<std::string>& looked_at = report.near_misses ? held : sent;
    for (const SignalOutcome& outcome : outcomes) {
        looked_at.erase(outcome.signal_id);
    }
    report.without_outcome = looked_at.size();
    report.card = make_scorecard(outcomes, report.by);
    report.voters = make_voter_card(outcomes);
    report.each = std::move(outcomes);
    return report;
}

int score_recordings(const RulesScoreArguments& arguments, Terminal& terminal) {
    LoadOptions options = load_options(arguments.config, terminal, ImplicitFile::Ignored);
    if (!arguments.rules.empty()) {
        options.settings.push_back("rules.directory=" + arguments.rules);
    }
    const PluginSetup setup = load_setup(options);
    if (!can_replay(setup, arguments.recordings, arguments.output, terminal)) {
        return kExitUsage;
    }
    const Result<std::int64_t> horizon_ms = horizon_of(arguments, setup.config);
    if (!horizon_ms.ok()) {
        return used_wrongly(horizon_ms.status().message(), terminal);
    }
    const std::vector<std::uint64_t>& followed = setup.config.outcomes.horizons_ms;
    if (std::find(followed.begin(), followed.end(), *horizon_ms) == followed.end()) {
        return used_wrongly(
            "signals are not followed to " + arguments.horizon +
                ", but to: " + horizon_words(setup.config.outcomes) +
                ". Take one of them, or --set outcomes.horizons=" + arguments.horizon,
            terminal);
    }
    ReplayProgress progress(terminal);
    ReplayOptions replay;
    replay.paths = arguments.recordings;
    replay.one_rule_pack = !arguments.rules.empty();
    replay.on_progress = [&](std::uint64_t bytes, std::uint64_t total, std::uint64_t events) {
        progress.update(bytes, total, events);
    };
    ScoreReport empty;
    empty.source = "recordings";
    empty.horizon_ms = *horizon_ms;
    empty.near_misses = arguments.near_misses;
    empty.by = grouping_of(arguments);
    Result<ScoreReport> report = replay_report(setup, std::move(replay), std::move(empty));
    progress.clear();
    if (!report.ok()) {
        terminal.err << "error: " << report.status().message() << "\n";
        return report.status().code() == PETREL_E_IO ? kExitBroken : kExitUsage;
    }
    if (!arguments.each) {
        report->each.clear();
    }
    return print_score(score_report_json(*report), arguments, terminal);
}

}  // namespace

int cmd_rules_score(const RulesScoreArguments& arguments, Terminal& terminal) {
    if (arguments.near_misses ? arguments.by == "voter" || !arguments.reasons.empty()
                              : arguments.by == "reason") {
        return used_wrongly(
            "--near-misses goes with --by version, pattern, group, type, strength or reason, and "
            "--by reason with --near-misses alone",
            terminal);
    }
    if (arguments.recordings.empty()) {
        return arguments.rules.empty()
                   ? score_store(arguments, terminal)
                   : used_wrongly("--rules DIR judges recordings: name them with --on", terminal);
    }
    if (!arguments.since.empty() || !arguments.state_dir.empty() || !arguments.reasons.empty()) {
        return used_wrongly(
            "--since, --reasons and --state-dir are for the store; recordings given with "
            "--on are taken whole",
            terminal);
    }
    return score_recordings(arguments, terminal);
}

}  // namespace petrel::core
