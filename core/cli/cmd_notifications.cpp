// Asked of the running engine, or of its store when none runs; both give the same JSON.
#include "cli/cmd_notifications.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "cli/ask_engine.hpp"
#include "cli/notification_json.hpp"
#include "cli/notification_text.hpp"
#include "cli/signal_query.hpp"
#include "cli/since.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

// An exit code when the configuration or the time cannot be used.
std::optional<int> prepare_question(const RulesEngineArguments& arguments, const std::string& since,
                                    Config& config, std::int64_t& since_ns, Terminal& terminal) {
    if (!load_engine_config(load_options(arguments.config, terminal, arguments.state_dir), config,
                            arguments.output.colour, terminal)) {
        return kExitUsage;
    }
    const Result<std::int64_t> parsed = parse_since(since, wall_now_ns());
    if (!parsed.ok()) {
        terminal.err << "error: " << parsed.status().message() << "\n";
        return kExitUsage;
    }
    since_ns = *parsed;
    return std::nullopt;
}

int question_failed(const Status& status, Terminal& terminal) {
    terminal.err << "error: " << status.message() << "\n";
    return status.code() == PETREL_E_IO ? kExitBroken : kExitNo;
}

// The answer as an object; what is none is told.
Result<Json> read_answer(const Result<std::string>& answer) {
    if (!answer.ok()) {
        return answer.status();
    }
    Json json = Json::parse(*answer, nullptr, false);
    if (!json.is_object()) {
        return Status::io(
            "the answer is no JSON object; are petrel and the running engine of one "
            "version?");
    }
    return json;
}

// All parts of the check as one.
Result<Json> whole_check(const Config& config, std::int64_t since_ns) {
    Json sum{{"version", 1}, {"intact", true},     {"problem", ""}, {"since_ns", since_ns},
             {"entries", 0}, {"notifications", 0}, {"signals", 0}};
    std::string cursor;
    for (bool done = false; !done;) {
        const std::string target = "/v1/notifications/verify?since_ns=" + std::to_string(since_ns) +
                                   "&cursor=" + percent_encoded(cursor);
        const Result<Json> part = read_answer(ask_or_read(config, target, [&](Database& database) {
            return chain_json(database, since_ns, cursor);
        }));
        if (!part.ok()) {
            return part;
        }
        for (const char* count : {"entries", "notifications", "signals"}) {
            sum[count] = sum[count].get<std::uint64_t>() + part->value(count, std::uint64_t{0});
        }
        sum["intact"] = part->value("intact", false);
        sum["problem"] = part->value("problem", "");
        sum["chains"] = part->value("chains", Json::array());
        cursor = part->value("cursor", "");
        done = part->value("done", true);
    }
    return sum;
}

void print(const Json& json, bool as_json, const std::string& text, Terminal& terminal) {
    terminal.out << (as_json ? compact_json(json) + "\n" : text);
}

}  // namespace

int cmd_notifications(const NotificationsArguments& arguments, Terminal& terminal) {
    Config config;
    TrackedQuery query;
    if (const auto ended =
            prepare_question(arguments, arguments.since, config, query.since_ns, terminal)) {
        return *ended;
    }
    query.which = arguments.dead ? TrackedQuery::Which::Dead : TrackedQuery::Which::All;
    query.channel = arguments.channel;
    query.state = arguments.state;
    query.signal = arguments.signal;
    query.symbol = arguments.symbol;
    query.type = arguments.type;
    query.limit = static_cast<int>(arguments.limit);
    const std::string target =
        "/v1/notifications?channel=" + percent_encoded(query.channel) +
        "&state=" + percent_encoded(query.state) + "&signal=" + percent_encoded(query.signal) +
        "&symbol=" + percent_encoded(query.symbol) + "&type=" + percent_encoded(query.type) +
        "&since_ns=" + std::to_string(query.since_ns) + "&limit=" + std::to_string(query.limit) +
        (arguments.dead ? "&dead=1" : "") + (arguments.attempts ? "&attempts=1" : "");
    const Result<Json> json = read_answer(ask_or_read(config, target, [&](Database& database) {
        return tracked_json(database, query, arguments.attempts);
    }));
    if (!json.ok()) {
        return question_failed(json.status(), terminal);
    }
    print(*json, arguments.output.json, tracked_text(*json), terminal);
    if (!arguments.output.json && (*json)["notifications"].empty()) {
        terminal.err << "no notification like that\n";
    } else if (!arguments.output.json && arguments.dead) {
        terminal.err << "send them again: petrel notify resend KEY..., or --dead for all\n";
    }
    return kExitDone;
}

int cmd_notifications_gaps(const NotificationsSinceArguments& arguments, Terminal& terminal) {
    Config config;
    std::int64_t since_ns = 0;
    if (const auto ended =
            prepare_question(arguments, arguments.since, config, since_ns, terminal)) {
        return *ended;
    }
    const std::string target = "/v1/notifications/gaps?since_ns=" + std::to_string(since_ns);
    const Result<Json> json = read_answer(ask_or_read(
        config, target, [&](Database& database) { return gaps_json(database, since_ns); }));
    if (!json.ok()) {
        return question_failed(json.status(), terminal);
    }
    print(*json, arguments.output.json, gaps_text(*json), terminal);
    return json->value("gaps", Json::array()).empty() ? kExitDone : kExitNo;
}

int cmd_notifications_verify(const NotificationsSinceArguments& arguments, Terminal& terminal) {
    Config config;
    std::int64_t since_ns = 0;
    if (const auto ended =
            prepare_question(arguments, arguments.since, config, since_ns, terminal)) {
        return *ended;
    }
    const Result<Json> json = whole_check(config, since_ns);
    if (!json.ok()) {
        return question_failed(json.status(), terminal);
    }
    print(*json, arguments.output.json, check_text(*json), terminal);
    return json->value("intact", false) ? kExitDone : kExitNo;
}

}  // namespace petrel::core
