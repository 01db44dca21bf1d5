// An entry is a line: when, what, how long, and what became of it.
#include "cli/coverage_text.hpp"

#include <nlohmann/json.hpp>

#include "runtime/clock_text.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

const char* kind_name(std::uint8_t kind) {
    return kind == PETREL_EVENT_TRADE ? "trade" : "liquidation";
}

Json entry_json(const CoverageEntry& entry) {
    Json json;
    json["number"] = entry.id;
    json["venue"] = entry.venue;
    json["symbol"] = entry.symbol;
    json["kind"] = kind_name(entry.kind);
    json["connection"] = entry.connection;
    json["state"] = coverage_state_name(entry.state);
    json["from_ns"] = entry.from_ns;
    json["to_ns"] = entry.to_ns;
    json["first_id"] = entry.first_id;
    json["last_id"] = entry.last_id;
    json["reason"] = entry.reason;
    return json;
}

std::string line_of(const Json& entry) {
    const auto from_ns = entry.value("from_ns", std::int64_t{0});
    const auto to_ns = entry.value("to_ns", std::int64_t{0});
    std::string text = "  " + date_clock_utc(from_ns) + "  " + entry.value("venue", "") + " " +
                       entry.value("symbol", "") + " " + entry.value("kind", "") + "  ";
    text += to_ns == 0 ? std::string("until now")
                       : human_fixed(static_cast<double>(to_ns - from_ns) / kNsPerSecond, 3) + " s";
    return text + "  " + entry.value("state", "") + "  " + entry.value("reason", "") + "\n";
}

}  // namespace

std::string coverage_json(const CoverageCounts& counts, std::span<const CoverageEntry> entries) {
    Json json;
    json["counts"] = {{"blind", counts.blind},
                      {"open", counts.open},
                      {"repaired", counts.repaired},
                      {"whole", counts.whole},
                      {"dropped", counts.dropped}};
    json["entries"] = Json::array();
    for (const CoverageEntry& entry : entries) {
        json["entries"].push_back(entry_json(entry));
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::string> coverage_text(const std::string& json) {
    try {
        const Json ledger = Json::parse(json);
        const Json& counts = ledger.at("counts");
        std::string text = human_count(counts.value("blind", std::uint64_t{0})) +
                           " streams blind now, " +
                           human_count(counts.value("open", std::uint64_t{0})) + " holes open, " +
                           human_count(counts.value("repaired", std::uint64_t{0})) + " repaired\n";
        for (const Json& entry : ledger.at("entries")) {
            text += line_of(entry);
        }
        return text;
    } catch (const std::exception& e) {
        return Status::rejected(std::string("the answer of petrel is unreadable: ") + e.what());
    }
}

}  // namespace petrel::core
