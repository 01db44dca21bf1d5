// Columns are as wide as their longest cell; widths count characters, not bytes.
#include "cli/score_text.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "outcome/scorecard.hpp"
#include "runtime/clock_text.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;
using Cells = std::vector<std::string>;

std::size_t width_of(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned>(c) & 0xC0U) != 0x80U;
    }));
}

std::string signed_fixed(double value, const char* unit) {
    const std::string digits = human_fixed(std::abs(value), 2);
    const bool zero = digits == "0.00";
    return (zero ? "" : value < 0 ? "-" : "+") + digits + unit;
}

std::string cell(const Json& value, const char* unit) {
    return value.is_number() ? signed_fixed(value.get<double>(), unit) : "-";
}

std::string seconds_cell(const Json& value) {
    if (!value.is_number()) {
        return "-";
    }
    const double seconds = value.get<double>();
    return human_fixed(seconds, seconds < 10 ? 1 : 0) + " s";
}

std::string count_cell(const Json& row, const char* key) {
    return human_count(row.value(key, std::uint64_t{0}));
}

std::string share_cell(const Json& row, const std::string& name = "hit_share") {
    const Json& share = row.at(name);
    if (!share.is_number()) {
        return "-";
    }
    const auto percent = [&row](const std::string& key) {
        return human_fixed(row.at(key).get<double>() * 100, 0);
    };
    return percent(name) + " % (" + percent(name + "_low") + " to " + percent(name + "_high") + ")";
}

std::string mean_cell(const Json& value) {
    return value.is_number() ? human_fixed(value.get<double>(), 2) : "-";
}

Cells row_cells(const Json& row) {
    return {row.value("name", ""),
            count_cell(row, "signals"),
            count_cell(row, "hits"),
            count_cell(row, "false_alarms"),
            count_cell(row, "flat"),
            count_cell(row, "unknown"),
            share_cell(row),
            cell(row.at("mean_move_pct"), " %"),
            cell(row.at("mean_move_sigma"), " σ"),
            seconds_cell(row.at("median_lead_s"))};
}

std::string calibration_text(const Json& bands) {
    std::vector<Cells> rows{{"score", "known", "hits", "hit share (95 %)", "mean score"}};
    for (const Json& band : bands) {
        const std::uint64_t known =
            band.value("signals", std::uint64_t{0}) - band.value("unknown", std::uint64_t{0});
        const Json& score = band.at("mean_score");
        rows.push_back({band.value("name", ""), human_count(known), count_cell(band, "hits"),
                        share_cell(band),
                        score.is_number() ? human_fixed(score.get<double>(), 2) : "-"});
    }
    return "\nCalibration: is a higher score more often right?\n" + text_columns(rows);
}

// Who votes how well, and whether a higher confidence is more often right.
std::string voters_text(const Json& json) {
    std::vector<Cells> rows{
        {"", "votes", "abstained", "right", "wrong", "open", "right share (95 %)", "mean vote"}};
    for (const Json& row : json.at("voters")) {
        rows.push_back({row.value("name", ""), count_cell(row, "votes"),
                        count_cell(row, "abstained"), count_cell(row, "right"),
                        count_cell(row, "wrong"), count_cell(row, "open"),
                        share_cell(row, "right_share"), mean_cell(row.at("mean_vote"))});
    }
    std::string text = rows.size() > 1 ? text_columns(rows) : "nobody voted on these signals\n";
    std::vector<Cells> bands{
        {"confidence", "signals", "hits", "false", "hit share (95 %)", "mean confidence"}};
    for (const Json& band : json.at("confidence")) {
        bands.push_back({human_fixed(band.at("low").get<double>(), 2) + " to " +
                             human_fixed(band.at("high").get<double>(), 2),
                         count_cell(band, "signals"), count_cell(band, "hits"),
                         count_cell(band, "false_alarms"), share_cell(band),
                         mean_cell(band.at("mean_confidence"))});
    }
    if (bands.size() > 1) {
        text += "\nCalibration: is a higher confidence more often right?\n" + text_columns(bands);
    }
    const auto without = json.value("without_votes", std::uint64_t{0});
    return without == 0 ? text
                        : text + "\n" + human_count(without) +
                              (without == 1 ? " signal is" : " signals are") +
                              " of rules without an ensemble\n";
}

// "hit  -0.25 % (0.71 σ with it), at best 0.40 % with it after 12 s, 0.10 % against it".
std::string outcome_words(const Json& outcome, const std::string& pressure) {
    std::string text = outcome.value("result", "");
    if (const std::string reason = outcome.value("reason", ""); !reason.empty()) {
        text += ": " + reason;
    }
    if (!outcome.at("return_pct").is_number()) {
        return text;
    }
    text += "  " + cell(outcome.at("return_pct"), " %");
    if (const Json& sigma = outcome.at("return_sigma"); sigma.is_number()) {
        text += " (" + signed_fixed(with_pressure(pressure, sigma.get<double>()), " σ") +
                (pressure == "neutral" ? ")" : " with it)");
    }
    text += ", at most " + human_fixed(outcome.at("with_pct").get<double>(), 2) + " %" +
            (pressure == "neutral" ? "" : " with it");
    if (outcome.at("lead_s").is_number()) {
        text += " after " + seconds_cell(outcome.at("lead_s"));
    }
    if (const Json& against = outcome.at("against_pct"); against.is_number()) {
        text += ", " + human_fixed(against.get<double>(), 2) + " % against it";
    }
    return text;
}

std::string each_text(const Json& outcomes) {
    std::string text = outcomes.empty() ? "" : "\n";
    for (const Json& outcome : outcomes) {
        const std::string pressure = outcome.value("pressure", "");
        text += date_clock_utc(outcome.value("signal_ns", std::int64_t{0})) + "  " +
                outcome.value("id", "") + "  " + outcome.value("symbol", "") + "  " +
                outcome.value("type", "") + " " + pressure + "  " +
                human_fixed(outcome.value("score", 0.0), 2) + "  " +
                outcome_words(outcome, pressure) + "\n";
    }
    return text;
}

std::string signals_text(const Json& json) {
    std::vector<Cells> rows{{"", "signals", "hits", "false", "flat", "unknown", "hit share (95 %)",
                             "mean move", "in σ", "lead"}};
    for (const Json& row : json.at("rows")) {
        rows.push_back(row_cells(row));
    }
    if (json.at("rows").size() > 1) {
        rows.push_back(row_cells(json.at("total")));
    }
    return text_columns(rows) + calibration_text(json.at("calibration")) +
           each_text(json.at("outcomes"));
}

std::string whole_report(const Json& json) {
    const Json& total = json.at("total");
    const std::string after = human_duration_ms(json.value("horizon_ms", std::uint64_t{0}));
    const auto signals = total.value("signals", std::uint64_t{0});
    const auto without = json.value("without_outcome", std::uint64_t{0});
    const bool held = json.value("of", "") == "near_misses";
    const std::string what = held ? "near miss" : "signal";
    std::string text;
    if (signals > 0) {
        text = after + " after the " + (held ? "hold" : "signal") + ", by " + json.value("by", "") +
               "; " + what + (held ? "es" : "s") + " from " +
               date_clock_utc(json.value("first_ns", std::int64_t{0})) + " to " +
               date_clock_utc(json.value("last_ns", std::int64_t{0})) + " UTC\n\n";
        if (json.contains("voters")) {
            text += voters_text(json) + each_text(json.at("outcomes"));
        } else {
            text += signals_text(json);
        }
    } else {
        text = "no " + what + " has an outcome " + after + " after it\n";
    }
    if (without > 0) {
        text += "\n" + human_count(without) + " " + what +
                (without == 1 ? " has"
                 : held       ? "es have"
                              : "s have") +
                " none " + after + " after: too young, or the end of what was seen came first\n";
    }
    if (json.value("cut", false)) {
        text += "\nThese are the newest; there are older ones. --since takes fewer\n";
    }
    return text;
}

}  // namespace

std::string text_columns(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const std::vector<std::string>& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], width_of(row[i]));
        }
    }
    std::string text;
    for (const std::vector<std::string>& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string room(widths[i] - width_of(row[i]), ' ');
            text += i == 0 ? row[i] + room : "  " + room + row[i];
        }
        text += "\n";
    }
    return text;
}

Result<std::string> score_text(const std::string& json) {
    try {
        return whole_report(Json::parse(json));
    } catch (const std::exception& e) {
        return Status::rejected(std::string("the scorecard is unreadable: ") + e.what());
    }
}

std::string outcome_lines(const std::string& json, const std::string& pressure) {
    std::string text;
    std::string held_for;
    for (const Json& outcome : Json::parse(json)) {
        if (const std::string reason = outcome.value("held_for", ""); reason != held_for) {
            held_for = reason;
            text += "  held for " + reason + " at " +
                    clock_utc(outcome.value("held_ns", std::int64_t{0})) + "\n";
        }
        std::string after = human_duration_ms(outcome.value("horizon_ms", std::uint64_t{0}));
        after.resize(std::max<std::size_t>(after.size() + 2, 8), ' ');
        text += "  " + after + outcome_words(outcome, pressure) + "\n";
    }
    return text;
}

}  // namespace petrel::core
