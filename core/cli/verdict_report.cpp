// A row is one bucket of time, decision and reason; what came of it stands beside it.
#include "cli/verdict_report.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "cli/score_text.hpp"
#include "cli/signal_query.hpp"
#include "petrel/types.hpp"
#include "runtime/clock_text.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

using VerdictJson = nlohmann::ordered_json;

struct VerdictTally {
    std::uint64_t count = 0;
    std::map<std::string, std::uint64_t> by_result;  // "" where none is known yet

    void add(const VerdictCount& row) {
        count += row.count;
        by_result[row.result] += row.count;
    }
    [[nodiscard]] std::uint64_t of(const char* result) const {
        const auto found = by_result.find(result);
        return found == by_result.end() ? 0 : found->second;
    }
};

VerdictJson tally_json(bool held, const std::string& reason, const VerdictTally& tally) {
    return {{"decision", held ? "held" : "sent"},
            {"reason", reason},
            {"count", tally.count},
            {"hits", tally.of("hit")},
            {"false_alarms", tally.of("false_alarm")},
            {"flat", tally.of("flat")},
            {"unknown", tally.of("unknown")},
            {"without_outcome", tally.of("")}};
}

std::vector<std::string> figures_of(const VerdictJson& row) {
    std::vector<std::string> cells;
    const bool followed = row.at("count") != row.at("without_outcome");
    cells.push_back(human_count(row.at("count").get<std::uint64_t>()));
    for (const char* key : {"hits", "false_alarms", "flat", "unknown"}) {
        cells.push_back(followed ? human_count(row.at(key).get<std::uint64_t>()) : "-");
    }
    return cells;
}

}  // namespace

Result<std::string> verdicts_json(Database& database, const VerdictQuery& query) {
    VerdictQuery one_more = query;
    one_more.limit = query.limit + 1;
    Result<std::vector<VerdictCount>> rows = database.verdicts(one_more);
    if (!rows.ok()) {
        return rows.status();
    }
    VerdictJson json;
    json["version"] = 1;
    json["bucket_s"] = query.bucket_ns / kNsPerSecond;
    json["horizon_ms"] = query.horizon_ms;
    json["cut"] = rows->size() > static_cast<std::size_t>(query.limit);
    if (json["cut"].get<bool>()) {
        rows->pop_back();
    }
    // Newest bucket first; sent before held.
    std::map<std::tuple<std::int64_t, bool, std::string>, VerdictTally> buckets;
    std::map<std::pair<bool, std::string>, VerdictTally> totals;
    for (const VerdictCount& row : *rows) {
        buckets[{-row.from_ns, row.held, row.reason}].add(row);
        totals[{row.held, row.reason}].add(row);
    }
    json["rows"] = VerdictJson::array();
    for (const auto& [key, tally] : buckets) {
        const auto& [minus_from_ns, held, reason] = key;
        VerdictJson row;
        row["time"] = iso_utc(-minus_from_ns);
        row["from_ns"] = -minus_from_ns;
        row.update(tally_json(held, reason, tally));
        json["rows"].push_back(std::move(row));
    }
    json["totals"] = VerdictJson::array();
    for (const auto& [key, tally] : totals) {
        json["totals"].push_back(tally_json(key.first, key.second, tally));
    }
    return json.dump(-1, ' ', false, VerdictJson::error_handler_t::replace);
}

Result<std::string> query_verdicts(const Config& config, const VerdictQuery& query) {
    const std::string target =
        "/v1/verdicts?since_ns=" + std::to_string(query.since_ns) +
        "&horizon_ms=" + std::to_string(query.horizon_ms) +
        (query.bucket_ns == VerdictQuery::kHourNs ? "&per=hour" : "&per=day");
    return ask_or_read(config, target,
                       [query](Database& database) { return verdicts_json(database, query); });
}

Result<std::string> verdicts_text(const std::string& text) {
    const VerdictJson json = VerdictJson::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("rows") || !json.contains("totals")) {
        return Status::rejected("the answer is no table of verdicts");
    }
    if (json.at("rows").empty()) {
        return std::string("no signal was sent or held in that time\n");
    }
    const bool by_hour = json.value("bucket_s", std::int64_t{0}) == 3'600;
    std::vector<std::vector<std::string>> table = {
        {by_hour ? "hour (UTC)" : "day (UTC)", "count", "hits", "false", "flat", "unknown"}};
    const std::size_t time_letters = by_hour ? 13 : 10;
    const auto add = [&](std::string when, const VerdictJson& row) {
        when.resize(time_letters, ' ');
        std::vector<std::string> cells = {when + "  " + row.value("decision", std::string()) +
                                          ": " + row.value("reason", std::string())};
        for (std::string& cell : figures_of(row)) {
            cells.push_back(std::move(cell));
        }
        table.push_back(std::move(cells));
    };
    std::string last;
    for (const VerdictJson& row : json.at("rows")) {
        const std::string time = row.value("time", std::string()).substr(0, time_letters);
        add(time == last ? "" : time, row);
        last = time;
    }
    bool first = true;
    for (const VerdictJson& row : json.at("totals")) {
        add(first ? "in all" : "", row);
        first = false;
    }
    return text_columns(table) +
           (json.value("cut", false) ? "there is more, further back: --since takes less\n" : "");
}

}  // namespace petrel::core
