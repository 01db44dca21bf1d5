// What is not known is null: 0 would be read as a figure.
#include "cli/score_json.hpp"

#include <nlohmann/json.hpp>

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

Json figure(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

std::string written(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void add_outcome(const SignalOutcome& outcome, Json& json) {
    json["horizon_ms"] = outcome.horizon_ms;
    json["at_ns"] = outcome.at_ns;
    json["result"] = result_name(outcome.result);
    json["reason"] = outcome.reason;
    json["price_before"] = figure(outcome.price_before);
    json["price_after"] = figure(outcome.price_after);
    json["return_pct"] = figure(outcome.return_pct);
    json["return_sigma"] = figure(outcome.return_sigma);
    json["with_pct"] = figure(outcome.with_pct);
    json["against_pct"] = figure(outcome.against_pct);
    json["lead_s"] = figure(outcome.lead_s);
}

Json whole_outcome(const SignalOutcome& outcome) {
    Json json;
    json["id"] = outcome.signal_id;
    json["type"] = outcome.type;
    json["symbol"] = outcome.symbol;
    json["group"] = outcome.group;
    json["signal_ns"] = outcome.signal_ns;
    json["score"] = outcome.score;
    json["confidence"] = outcome.confidence >= 0 ? Json(outcome.confidence) : Json(nullptr);
    json["pattern"] = outcome.pattern;
    json["strength"] = outcome.strength;
    json["pressure"] = outcome.pressure;
    json["rule_version"] = outcome.rule_version;
    if (!outcome.held_for.empty()) {
        json["held_for"] = outcome.held_for;
    }
    add_outcome(outcome, json);
    return json;
}

void add_share(const char* name, const std::optional<Share>& share, Json& json) {
    json[name] = share ? Json(share->value) : Json(nullptr);
    json[std::string(name) + "_low"] = share ? Json(share->low) : Json(nullptr);
    json[std::string(name) + "_high"] = share ? Json(share->high) : Json(nullptr);
}

Json row_json(const ScoreRow& row) {
    Json json;
    json["name"] = row.name;
    json["signals"] = row.signals;
    json["hits"] = row.hits;
    json["false_alarms"] = row.false_alarms;
    json["flat"] = row.flat;
    json["unknown"] = row.unknown;
    add_share("hit_share", row.hit_share, json);
    json["mean_score"] = figure(row.mean_score);
    json["mean_move_pct"] = figure(row.mean_move_pct);
    json["mean_move_sigma"] = figure(row.mean_move_sigma);
    json["median_lead_s"] = figure(row.median_lead_s);
    return json;
}

Json rows_json(const std::vector<ScoreRow>& rows) {
    Json json = Json::array();
    for (const ScoreRow& row : rows) {
        json.push_back(row_json(row));
    }
    return json;
}

Json voters_json(const VoterCard& card) {
    Json json = Json::array();
    for (const VoterRow& row : card.voters) {
        Json& one = json.emplace_back();
        one["name"] = row.name;
        one["votes"] = row.votes;
        one["abstained"] = row.abstained;
        one["right"] = row.right;
        one["wrong"] = row.wrong;
        one["open"] = row.open;
        add_share("right_share", row.right_share, one);
        one["mean_vote"] = figure(row.mean_vote);
    }
    return json;
}

Json bands_json(const VoterCard& card) {
    Json json = Json::array();
    for (const ConfidenceBand& band : card.bands) {
        Json& one = json.emplace_back();
        one["low"] = band.low;
        one["high"] = band.high;
        one["signals"] = band.signals;
        one["hits"] = band.hits;
        one["false_alarms"] = band.false_alarms;
        add_share("hit_share", band.hit_share, one);
        one["mean_confidence"] = figure(band.mean_confidence);
    }
    return json;
}

}  // namespace

std::string score_report_json(const ScoreReport& report) {
    Json json;
    json["version"] = 1;
    json["source"] = report.source;
    json["horizon_ms"] = report.horizon_ms;
    json["of"] = report.near_misses ? "near_misses" : "signals";
    json["by"] = score_by_name(report.by);
    json["first_ns"] = report.card.first_ns;
    json["last_ns"] = report.card.last_ns;
    json["without_outcome"] = report.without_outcome;
    json["cut"] = report.cut;
    json["rows"] = rows_json(report.card.rows);
    json["total"] = row_json(report.card.total);
    json["calibration"] = rows_json(report.card.calibration);
    if (report.by == ScoreBy::Voter) {
        json["voters"] = voters_json(report.voters);
        json["confidence"] = bands_json(report.voters);
        json["without_votes"] = report.voters.without_votes;
    }
    json["outcomes"] = Json::array();
    for (const SignalOutcome& outcome : report.each) {
        json["outcomes"].push_back(whole_outcome(outcome));
    }
    return written(json);
}

std::string outcomes_json(std::span<const SignalOutcome> outcomes) {
    Json json = Json::array();
    for (const SignalOutcome& outcome : outcomes) {
        Json& one = json.emplace_back();
        if (!outcome.held_for.empty()) {
            one["held_for"] = outcome.held_for;
            one["held_ns"] = outcome.signal_ns;
        }
        add_outcome(outcome, one);
    }
    return written(json);
}

}  // namespace petrel::core
