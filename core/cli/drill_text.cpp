// Status, the answer to a drill and the command show the same words.
#include "cli/drill_text.hpp"

#include <nlohmann/json.hpp>

#include "cli/ask_engine.hpp"
#include "runtime/clock_text.hpp"
#include "runtime/human.hpp"

namespace petrel::core {

using Json = nlohmann::ordered_json;

void put_drills(Json& json, std::span<const DrillResult> drills) {
    json["drills"] = Json::array();
    for (const DrillResult& drill : drills) {
        json["drills"].push_back({{"channel", drill.channel},
                                  {"id", drill.id},
                                  {"state", drill.state},
                                  {"why", drill.why},
                                  {"started_ns", drill.started_ns},
                                  {"finished_ns", drill.finished_ns},
                                  {"provider_id", drill.provider_id}});
    }
}

std::string drills_json(std::span<const DrillResult> drills) {
    Json json{{"version", 1}};
    put_drills(json, drills);
    return compact_json(json);
}

void add_drill_troubles(std::span<const DrillResult> drills, Json& troubles) {
    for (const DrillResult& drill : drills) {
        if (drill.state == "failed") {
            troubles.push_back("the latest fire drill of channel " + drill.channel +
                               " did not come through: " + drill.why);
        }
    }
}

std::string drill_lines(const Json& json) {
    std::string text;
    for (const Json& drill : json.value("drills", Json::array())) {
        const std::string state = drill.value("state", "");
        const auto started_ns = drill.value("started_ns", std::int64_t{0});
        const auto took_ns = drill.value("finished_ns", std::int64_t{0}) - started_ns;
        text += "drill     " + drill.value("channel", "");
        if (state == "none") {
            text += " had none yet\n";
            continue;
        }
        text += " " + state;
        if (state != "running") {
            text += " after " + human_fixed(static_cast<double>(took_ns) / 1e9, 1) + " s";
        }
        const std::string why = drill.value("why", "");
        text += ", " + date_clock_utc(started_ns) + " UTC" + (why.empty() ? "" : ": " + why) + "\n";
    }
    return text;
}

}  // namespace petrel::core
