// Lists and explanations on a terminal, or as JSON.
#include "cli/cmd_signals.hpp"

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/ask_engine.hpp"
#include "cli/config_source.hpp"
#include "cli/explain_again.hpp"
#include "cli/explain_text.hpp"
#include "cli/signal_query.hpp"
#include "cli/since.hpp"
#include "petrel/types.hpp"
#include "runtime/clock.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

std::string row_text(const Json& signal) {
    std::string text = date_clock_utc(signal.value("ts_ns", std::int64_t{0})) + "  " +
                       signal.value("id", "") + "  ";
    const std::string side = signal.value("side", "");
    text += (side == "long" || side == "sell" ? "▼ " : "▲ ") + signal.value("symbol", "") + "  " +
            signal.value("type", "") + " " + side + "  " +
            (signal.value("at_least", false) ? "≥ " : "") +
            human_usd(signal.value("notional_usd", 0.0)) + "  " +
            human_fixed(signal.value("score", 0.0), 2) + " " + signal.value("strength", "") + "  " +
            signal.value("state", "");
    if (signal.value("verdict", "") == "hold") {
        text += ": " + signal.at("reasons").at(0).get<std::string>();
    }
    return text;
}

int print_list(const std::string& json, bool as_json, Terminal& terminal) {
    const Json signals = Json::parse(json, nullptr, false);
    if (!signals.is_array()) {
        terminal.err << "error: the answer is no list of signals\n";
        return kExitBroken;
    }
    if (as_json) {
        for (const Json& signal : signals) {
            terminal.out << signal.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
        }
        return kExitDone;
    }
    for (const Json& signal : signals) {
        terminal.out << row_text(signal) << "\n";
    }
    if (signals.empty()) {
        terminal.err << "no signal there. petrel status shows whether data comes in\n";
    } else {
        terminal.err << "why: petrel explain " << signals[0].value("id", "") << "\n";
    }
    return kExitDone;
}

int failed(const Status& status, Terminal& terminal) {
    terminal.err << "error: " << status.message() << "\n";
    return status.code() == PETREL_E_IO ? kExitBroken : kExitNo;
}

int explain_why_not(const ExplainArguments& arguments, const Config& config, Terminal& terminal) {
    const Result<std::int64_t> at_ns = parse_moment(arguments.time, wall_now_ns());
    if (!at_ns.ok()) {
        terminal.err << "error: " << at_ns.status().message() << "\n";
        return kExitUsage;
    }
    const WhyNotQuestion question{arguments.id, *at_ns, arguments.within_s * 1'000};
    SignalQuery query;
    query.symbol = question.symbol;
    query.since_ns = *at_ns - static_cast<std::int64_t>(question.within_ms) * kNsPerMs;
    query.limit = 1'000;
    query.with_held = true;
    const Result<std::string> documents = query_signals(config, query);
    if (!documents.ok()) {
        return failed(documents.status(), terminal);
    }
    const Result<std::string> answer = arguments.output.json ? why_not_json(*documents, question)
                                                             : why_not_text(*documents, question);
    if (!answer.ok()) {
        return failed(answer.status(), terminal);
    }
    terminal.out << *answer << (arguments.output.json ? "\n" : "");
    return kExitDone;
}

int print_again(const ExplainArguments& arguments, const Config& config,
                const std::string& document, Terminal& terminal) {
    const Result<AgainReport> report = explain_again(config, document, arguments.rules);
    if (!report.ok()) {
        return failed(report.status(), terminal);
    }
    if (arguments.output.json) {
        const Json json{
            {"version", report->version}, {"same", report->same}, {"text", report->text}};
        terminal.out << json.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
    } else {
        terminal.out << report->text;
    }
    return report->same ? kExitDone : kExitNo;
}

}  // namespace

int cmd_signals(const SignalsArguments& arguments, Terminal& terminal) {
    Config config;
    if (!load_engine_config(load_options(arguments.config, terminal, arguments.state_dir), config,
                            arguments.output.colour, terminal)) {
        return kExitUsage;
    }
    SignalQuery query;
    query.symbol = arguments.symbol;
    query.limit = static_cast<int>(arguments.limit);
    query.with_held = arguments.held;
    if (!arguments.since.empty()) {
        const Result<std::int64_t> since = parse_moment(arguments.since, wall_now_ns());
        if (!since.ok()) {
            terminal.err << "error: " << since.status().message() << "\n";
            return kExitUsage;
        }
        query.since_ns = *since;
    }
    const Result<std::string> json = query_signals(config, query);
    return json.ok() ? print_list(*json, arguments.output.json, terminal)
                     : failed(json.status(), terminal);
}

int cmd_explain(const ExplainArguments& arguments, Terminal& terminal) {
    Config config;
    if (!load_engine_config(load_options(arguments.config, terminal, arguments.state_dir), config,
                            arguments.output.colour, terminal)) {
        return kExitUsage;
    }
    if (arguments.why_not) {
        return explain_why_not(arguments, config, terminal);
    }
    const Result<std::string> document = query_signal(config, arguments.id);
    if (!document.ok()) {
        return failed(document.status(), terminal);
    }
    if (arguments.again || !arguments.rules.empty()) {
        return print_again(arguments, config, *document, terminal);
    }
    if (arguments.output.json) {
        terminal.out << *document << "\n";
        return kExitDone;
    }
    const Result<std::string> text = explain_text(*document);
    if (!text.ok()) {
        return failed(text.status(), terminal);
    }
    terminal.out << *text;
    return kExitDone;
}

}  // namespace petrel::core
