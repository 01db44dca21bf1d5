// Words for what the engine answers.
#include "cli/cmd_notify.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/ask_engine.hpp"
#include "cli/signal_query.hpp"
#include "cli/since.hpp"
#include "config/units.hpp"
#include "petrel/types.hpp"
#include "routing/alert_words.hpp"
#include "runtime/clock.hpp"
#include "runtime/clock_text.hpp"
#include "runtime/human.hpp"
#include "runtime/mailbox.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kTestLooks = 350;
constexpr std::int64_t kTestLookEveryMs = 200;

std::string body_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string in_column(std::string text, std::size_t width) {
    text.resize(std::max(text.size() + 2, width), ' ');
    return text;
}

std::string count_of(const Json& json, const char* name, const std::string& what) {
    const auto count = json.value(name, std::uint64_t{0});
    return human_count(count) + " " + what + (count == 1 ? "" : "s");
}

// "1h 59m", and seconds at the end only.
std::string left_words(std::uint64_t left_ms) {
    constexpr std::uint64_t minute_ms = 60'000;
    constexpr std::uint64_t hour_ms = 60 * minute_ms;
    if (left_ms < 10 * minute_ms) {
        return format_duration_ms(left_ms / 1'000 * 1'000);
    }
    const std::string minutes = std::to_string(left_ms % hour_ms / minute_ms) + "m";
    return left_ms < hour_ms ? minutes : std::to_string(left_ms / hour_ms) + "h " + minutes;
}

std::string silence_line(const Json& silence) {
    const std::string comment = silence.value("comment", "");
    const std::string kept = silence.value("kept", "");
    return in_column(silence.value("id", ""), 12) +
           in_column(left_words(silence.value("left_ms", std::uint64_t{0})) + " left", 12) +
           in_column("held " + human_count(silence.value("held", std::uint64_t{0})), 9) +
           silence.value("match", "") + "  by " + silence.value("by", "") +
           (comment.empty() ? "" : ": " + comment) +
           (kept == "store" ? "" : "  (kept in " + kept + ", the store is down)") + "\n";
}

std::string preview_text(const Json& preview, const std::string& since) {
    return "would have held " + human_count(preview.value("held", std::uint64_t{0})) + " of " +
           count_of(preview, "alerts", "alert") + " " + since + "\n";
}

std::string added_text(const Json& answer) {
    const Json& silence = answer.at("silence");
    const std::string kept = silence.value("kept", "");
    const std::string id = silence.value("id", "");
    std::string text = id + " holds " + silence.value("match", "") + " until " +
                       date_clock_utc(silence.value("until_ns", std::int64_t{0})) + " UTC\n";
    if (kept != "store") {
        text += kept == "spool"
                    ? "the store is down: it works at once and is kept on disk\n"
                    : "the store is down: it works from memory, and a restart would forget it\n";
    }
    if (answer.at("last_24h").is_object()) {
        text += preview_text(answer.at("last_24h"), "of the last 24 h");
    }
    return text + "end it: petrel notify silence end " + id + "\n";
}

std::string list_text(const Json& answer) {
    std::string text;
    for (const Json& silence : answer.at("silences")) {
        text += silence_line(silence);
    }
    return text.empty() ? "no silence holds\n" : text;
}

std::string previewed_text(const Json& preview, const std::string& since) {
    std::string text;
    for (const Json& alert : preview.at("newest")) {
        text += date_clock_utc(alert.value("ts_ns", std::int64_t{0})) + "  " +
                in_column(alert.value("id", ""), 18) + alert.value("symbol", "") + "  " +
                alert.value("type", "") + "  " + alert.value("severity", "") + "\n";
    }
    return text + preview_text(preview, "since " + since);
}

std::string acknowledged_text(const Json& answer) {
    const std::string who = answer.value("by", "") + " at " +
                            date_clock_utc(answer.value("at_ns", std::int64_t{0})) + " UTC";
    if (!answer.value("first", true)) {
        return answer.value("signal", "") + " was acknowledged before, by " + who + " (" +
               answer.value("via", "") + ")\n";
    }
    return answer.value("signal", "") + " is acknowledged by " + who + "; " +
           count_of(answer, "told", "message") + " told of it\n";
}

std::string decision_text(const Json& answer) {
    const Json& alert = answer.at("alert");
    std::string text = alert.value("type", "") + " " + alert.value("symbol", "") + "  severity " +
                       alert.value("severity", "") + "  score " +
                       human_fixed(alert.value("score", 0.0), 2) + "\n\nRoutes\n";
    for (const Json& route : answer.at("routes")) {
        const std::string indent(2 + 2 * route.value("depth", std::size_t{0}), ' ');
        text += indent + in_column(route.value("route", ""), 24) +
                (route.value("taken", false) ? "takes it" : "no: " + route.value("why_not", "")) +
                "\n";
    }
    text += "\nChannels\n";
    for (const Json& channel : answer.at("channels")) {
        const bool send = channel.value("send", false);
        text += "  " + in_column(channel.value("channel", ""), 24) +
                (send ? "gets it by route " + channel.value("route", "") +
                            (channel.value("silent", false) ? ", without a sound" : "")
                      : "no: " + channel.value("reason", "")) +
                "\n";
    }
    for (const Json& step : answer.at("escalations")) {
        text += "  " + in_column(step.value("channel", ""), 24) +
                "unless it is acknowledged, after " +
                format_duration_ms(step.value("after_ms", std::uint64_t{0})) + " by route " +
                step.value("route", "") + "\n";
    }
    return text;
}

std::string tested_text(const Json& answer) {
    std::string text;
    for (const Json& channel : answer.at("channels")) {
        const std::string id = channel.value("provider_id", "");
        const std::string took = std::to_string(channel.value("took_ms", std::int64_t{0})) + " ms";
        text += in_column(channel.value("channel", ""), 20);
        if (channel.value("delivered", false)) {
            text += "delivered in " + took + (id.empty() ? "" : ", its id there is " + id);
        } else if (channel.value("done", false)) {
            text += "not delivered: " + channel.value("reason", "");
        } else {
            text += "no outcome within 70 s; petrel status shows what the channel waits for";
        }
        text += "\n";
    }
    return text;
}

// One question of a test; `answer` is what came, when it is an object.
int look(const std::string& socket, const std::string& id, Json& answer, Terminal& terminal) {
    return ask_engine({socket, "GET", "/v1/notify/test/" + id, {}}, terminal,
                      [&](const std::string& json) {
                          answer = Json::parse(json, nullptr, false);
                          return static_cast<int>(answer.is_object() ? kExitDone : kExitBroken);
                      });
}

}  // namespace

int cmd_silence_add(const SilenceAddArguments& arguments, Terminal& terminal) {
    const Json body{
        {"match", arguments.match}, {"for_ms", arguments.for_ms}, {"comment", arguments.comment}};
    return ask_engine_for(arguments, {"POST", "/v1/silences", body_of(body)}, terminal, added_text);
}

int cmd_silence_list(const RulesEngineArguments& arguments, Terminal& terminal) {
    return ask_engine_for(arguments, {"GET", "/v1/silences"}, terminal, list_text);
}

int cmd_silence_end(const SilenceEndArguments& arguments, Terminal& terminal) {
    const std::string target = "/v1/silences/" + percent_encoded(arguments.id) + "/end";
    return ask_engine_for(arguments, {"POST", target.c_str()}, terminal, [](const Json& answer) {
        const Json& silence = answer.at("silence");
        return silence.value("id", "") + " has ended; it held " +
               count_of(silence, "held", "alert") + "\n";
    });
}

int cmd_silence_preview(const SilencePreviewArguments& arguments, Terminal& terminal) {
    const Result<std::int64_t> since = parse_moment(arguments.since, wall_now_ns());
    if (!since.ok()) {
        terminal.err << "error: --since " << since.status().message() << "\n";
        return kExitUsage;
    }
    const std::string target = "/v1/silences/preview?match=" + percent_encoded(arguments.match) +
                               "&since_ns=" + std::to_string(*since);
    return ask_engine_for(arguments, {"GET", target.c_str()}, terminal, [&](const Json& answer) {
        return previewed_text(answer, date_clock_utc(*since) + " UTC");
    });
}

int cmd_notify_ack(const NotifyAckArguments& arguments, Terminal& terminal) {
    const std::string target = "/v1/signals/" + percent_encoded(arguments.id) + "/ack";
    const Json body{{"comment", arguments.comment}};
    return ask_engine_for(arguments, {"POST", target.c_str(), body_of(body)}, terminal,
                          acknowledged_text);
}

int cmd_notify_test(const NotifyTestArguments& arguments, Terminal& terminal) {
    Config config;
    if (!load_engine_config(load_options(arguments.config, terminal, arguments.state_dir), config,
                            arguments.output.colour, terminal)) {
        return kExitUsage;
    }
    const std::string socket = control_socket_path(config);
    std::string id;
    const int begun =
        ask_engine({socket, "POST", "/v1/notify/test", body_of(Json{{"to", arguments.to}})},
                   terminal, [&](const std::string& json) {
                       const Json answer = Json::parse(json, nullptr, false);
                       id = answer.is_object() ? answer.value("test", "") : "";
                       return static_cast<int>(id.empty() ? kExitBroken : kExitDone);
                   });
    Json answer;
    Mailbox<int> pause(1);  // nothing comes: a wait between two questions
    int looked = begun;
    for (int n = 0; n < kTestLooks && looked == kExitDone; ++n) {
        looked = look(socket, id, answer, terminal);
        if (looked == kExitDone && answer.value("done", false)) {
            break;
        }
        pause.pop(kTestLookEveryMs);
    }
    if (looked != kExitDone) {
        return looked;
    }
    terminal.out << (arguments.output.json ? body_of(answer) + "\n" : tested_text(answer));
    return answer.value("done", false) && answer.value("delivered", false) ? kExitDone : kExitNo;
}

int cmd_notify_explain(const NotifyExplainArguments& arguments, Terminal& terminal) {
    const std::string target = "/v1/notify/explain/" + percent_encoded(arguments.id);
    return ask_engine_for(arguments, {"GET", target.c_str()}, terminal, decision_text);
}

int cmd_notify_route(const NotifyRouteArguments& arguments, Terminal& terminal) {
    std::string alert = arguments.alert;
    Config config;
    if (!load_engine_config(load_options(arguments.config, terminal, arguments.state_dir), config,
                            arguments.output.colour, terminal)) {
        return kExitUsage;
    }
    const Result<AlertFacts> facts = parse_alert(alert);
    if (facts.ok() && facts->group.empty() && !facts->symbol.empty()) {
        alert += " group=" + config.groups[group_index(config, facts->symbol)].name;
    }
    const std::string target = "/v1/notify/route?alert=" + percent_encoded(alert);
    return ask_engine_for(arguments, {"GET", target.c_str()}, terminal, decision_text);
}

}  // namespace petrel::core
