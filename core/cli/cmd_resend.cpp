// Only through a running engine: it alone may write the store, and it alone sends.
#include "cli/cmd_resend.hpp"

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/ask_engine.hpp"
#include "cli/drill_text.hpp"
#include "cli/since.hpp"
#include "runtime/clock.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

constexpr timespec kBetweenLooks{0, 100'000'000};

// Those of `begun` as they are in `now`.
Json same_drills(const Json& now, const Json& begun) {
    Json same{{"version", 1}, {"drills", Json::array()}};
    for (const Json& drill : now.value("drills", Json::array())) {
        for (const Json& first : begun.value("drills", Json::array())) {
            if (first.value("id", "") == drill.value("id", "")) {
                same["drills"].push_back(drill);
            }
        }
    }
    return same;
}

bool all_are(const Json& drills, const char* state, bool wanted) {
    const Json& list = drills.at("drills");
    return std::all_of(list.begin(), list.end(), [&](const Json& drill) {
        return (drill.value("state", "") == state) == wanted;
    });
}

// Until each has ended; the engine ends them within their limit.
int wait_for_drills(const NotifyDrillArguments& arguments, const Config& config, const Json& begun,
                    Terminal& terminal) {
    for (;;) {
        Json drills;
        const int asked =
            ask_engine({control_socket_path(config), "GET", "/v1/drills", {}}, terminal,
                       [&](const std::string& json) {
                           const Json now = Json::parse(json, nullptr, false);
                           drills = same_drills(now.is_object() ? now : Json::object(), begun);
                           return static_cast<int>(kExitDone);
                       });
        if (asked != kExitDone) {
            return asked;
        }
        if (drills.at("drills").size() != begun.at("drills").size()) {
            terminal.err << "error: the engine does not know the drill any more; did it restart?\n";
            return kExitBroken;
        }
        if (all_are(drills, "running", false)) {
            terminal.out << (arguments.output.json ? compact_json(drills) + "\n"
                                                   : drill_lines(drills));
            return all_are(drills, "passed", true) ? kExitDone : kExitNo;
        }
        ::nanosleep(&kBetweenLooks, nullptr);
    }
}

}  // namespace

int cmd_notify_resend(const NotifyResendArguments& arguments, Terminal& terminal) {
    const Result<std::int64_t> since = parse_since(arguments.since, wall_now_ns());
    if (!since.ok()) {
        terminal.err << "error: " << since.status().message() << "\n";
        return kExitUsage;
    }
    Json body;
    if (arguments.dead) {
        body = {{"dead", true}, {"channel", arguments.channel}, {"since_ns", *since}};
    } else {
        body["keys"] = arguments.keys;
    }
    const EngineRequest request{"POST", "/v1/notifications/resend", compact_json(body)};
    return ask_engine_for(arguments, request, terminal, [](const Json& answer) {
        const Json sent = answer.value("sent_again", Json::array());
        std::string text;
        for (const Json& key : sent) {
            text += key.get<std::string>() + "\n";
        }
        return text + (sent.empty() ? "nothing is dead\n"
                                    : human_count(sent.size()) +
                                          " pending again; what comes of them: petrel "
                                          "notifications\n");
    });
}

int cmd_notify_drill(const NotifyDrillArguments& arguments, Terminal& terminal) {
    Config config;
    if (!load_engine_config(load_options(arguments.config, terminal, arguments.state_dir), config,
                            arguments.output.colour, terminal)) {
        return kExitUsage;
    }
    Json body = Json::object();
    if (!arguments.channel.empty()) {
        body["channel"] = arguments.channel;
    }
    const ControlRequest request{control_socket_path(config), "POST", "/v1/drills",
                                 compact_json(body)};
    return ask_engine(request, terminal, [&](const std::string& json) {
        const Json begun = Json::parse(json, nullptr, false);
        if (!begun.is_object() || !begun.contains("drills")) {
            terminal.err << "error: the engine's answer is none about drills; are petrel and the "
                            "running engine of one version?\n";
            return static_cast<int>(kExitBroken);
        }
        return wait_for_drills(arguments, config, begun, terminal);
    });
}

}  // namespace petrel::core
