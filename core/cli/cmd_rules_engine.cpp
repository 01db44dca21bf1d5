// Each command is one request; what it prints comes from the answer alone.
#include "cli/cmd_rules_engine.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/ask_engine.hpp"
#include "pipeline_audit.hpp"
#include "runtime/clock_text.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

using Answer = nlohmann::ordered_json;

std::string view_line(const char* title, const Answer& view) {
    if (!view.is_object()) {
        return "    " + std::string(title) + "never spoke of it\n";
    }
    std::string text = "    " + std::string(title) +
                       clock_utc(view.value("ts_ns", std::int64_t{})) + "  score " +
                       human_fixed(view.value("score", 0.0), 4) + " " + view.value("pattern", "") +
                       (view.value("verdict", "") == "send" ? ", sent:" : ", held:");
    for (const Answer& reason : view.value("reasons", Answer::array())) {
        text += " " + reason.get<std::string>();
    }
    const std::string note = view.value("note", "");
    return text + (note.empty() ? "" : " (" + note + ")") + "\n";
}

std::string stories_text(const Answer& stories) {
    std::string text;
    for (const Answer& story : stories) {
        text += "\n" + story.value("symbol", "") + "  " + story.value("type", "") + "  " +
                story.value("side", "") + "  " + human_usd(story.value("notional_usd", 0.0)) +
                "   " + story.value("change", "");
        if (const double later_s = story.value("later_s", 0.0); later_s != 0) {
            text += ", " + human_fixed(later_s < 0 ? -later_s : later_s, 1) + " s " +
                    (later_s < 0 ? "earlier" : "later");
        }
        text += "   " + story.value("id", "") + "\n" + view_line("live    ", story["before"]) +
                view_line("shadow  ", story["after"]);
    }
    return text;
}

std::string shadow_text(const Answer& answer) {
    const std::string version = answer.value("version", "");
    if (version.empty()) {
        return "no version looks on; petrel rules shadow DIR begins one\n";
    }
    const Answer& counts = answer["counts"];
    const auto count = [&](const char* name) {
        return human_count(counts.value(name, std::uint64_t{}));
    };
    std::string text = version + " looks on since " + answer.value("since", "") + ", from " +
                       answer.value("directory", "") + "\n";
    text += "sent       live " + count("sent_before") + ", shadow " + count("sent_after") + "\n";
    text += "agree      " + count("same") + ", with another score " + count("rescored") +
            ", for other reasons " + count("rereasoned") + "\n";
    text += "only live  " + count("removed") + "\n";
    text += "only shadow " + count("added") + "\n";
    text += "earlier    " + count("earlier") + ", by " +
            human_fixed(counts.value("earlier_mean_s", 0.0), 1) + " s on average; later " +
            count("later") + ", by " + human_fixed(counts.value("later_mean_s", 0.0), 1) + " s\n";
    text += "cost       " + human_count(answer.value("calls", std::uint64_t{})) +
            " calls of about " + human_fixed(answer.value("ns_per_call", 0.0) / 1e3, 2) + " us, " +
            human_fixed(answer.value("core_share", 0.0) * 100, 3) + " % of a core; " +
            human_count(answer.value("skipped_findings", std::uint64_t{})) +
            " findings not looked at\n";
    if (const auto errors = answer.value("errors", std::uint64_t{}); errors > 0) {
        text += "faults     " + human_count(errors) +
                ", the latest: " + answer.value("last_fault", "") + "\n";
    }
    return text + stories_text(answer["stories"]);
}

std::string summary_line(const Answer& answer) { return answer.value("summary", "") + "\n"; }

std::string versions_text(const Answer& answer) {
    std::string text;
    for (const Answer& version : answer["versions"]) {
        text += std::string(version.value("live", false) ? "* " : "  ") + version.value("id", "") +
                "  last live " + version.value("last_live", "") + "\n";
    }
    return text.empty() ? "no versions are kept: [journal] is off\n" : text;
}

std::string audit_text(const std::string& line) {
    const Answer entry = Answer::parse(line);
    std::string text = entry.value("time", "") + "  " + entry.value("what", "") + " by " +
                       entry.value("who", "") + "  " + entry.value("from", "") + " -> " +
                       entry.value("to", "") + "\n";
    text += std::string(entry.value("good", true) ? "    " : "    refused: ") +
            entry.value("result", "") + "\n";
    for (const Answer& change : entry.value("changed", Answer::array())) {
        text += "    " + change.get<std::string>() + "\n";
    }
    return text;
}

}  // namespace

int cmd_rules_shadow(const RulesShadowArguments& arguments, Terminal& terminal) {
    if (arguments.directory.empty()) {
        return ask_engine_for(arguments, {"GET", "/v1/rules/shadow"}, terminal, shadow_text);
    }
    std::error_code error;
    const auto directory = std::filesystem::absolute(arguments.directory, error);
    const std::string body = Answer{{"directory", directory.string()}}.dump();
    return ask_engine_for(arguments, {"POST", "/v1/rules/shadow", body}, terminal,
                          [](const Answer& answer) {
                              return answer.value("version", "") +
                                     " looks on; petrel rules shadow shows what it would have "
                                     "sent\n";
                          });
}

int cmd_rules_promote(const RulesEngineArguments& arguments, Terminal& terminal) {
    return ask_engine_for(arguments, {"POST", "/v1/rules/promote"}, terminal, summary_line);
}

int cmd_rules_drop(const RulesEngineArguments& arguments, Terminal& terminal) {
    return ask_engine_for(
        arguments, {"DELETE", "/v1/rules/shadow"}, terminal,
        [](const Answer& answer) { return answer.value("version", "") + " looks on no more\n"; });
}

int cmd_rules_versions(const RulesEngineArguments& arguments, Terminal& terminal) {
    return ask_engine_for(arguments, {"GET", "/v1/rules/versions"}, terminal, versions_text);
}

int cmd_rules_restore(const RulesRestoreArguments& arguments, Terminal& terminal) {
    const std::string body = Answer{{"version", arguments.version}}.dump();
    return ask_engine_for(arguments, {"POST", "/v1/rules/restore", body}, terminal, summary_line);
}

int cmd_rules_log(const RulesLogArguments& arguments, Terminal& terminal) {
    Config config;
    if (!load_engine_config(load_options(arguments.config, terminal, arguments.state_dir), config,
                            arguments.output.colour, terminal)) {
        return kExitUsage;
    }
    const Result<std::vector<std::string>> lines =
        read_rule_audit(config.state_dir, arguments.limit);
    if (!lines.ok()) {
        terminal.err << "error: " << lines.status().message() << "\n";
        return kExitNo;
    }
    for (const std::string& line : *lines) {
        terminal.out << (arguments.output.json ? line + "\n" : audit_text(line));
    }
    return kExitDone;
}

}  // namespace petrel::core
