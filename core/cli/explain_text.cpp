// Sections in the order of the flow: what was seen, the windows, the score, the verdict.
#include "cli/explain_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/score_text.hpp"
#include "cli/stored_checks.hpp"
#include "runtime/clock_text.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kEvidenceShown = 8;

std::string text_at(const Json& json, const char* key) { return json.value(key, std::string()); }
double number_at(const Json& json, const char* key) { return json.value(key, 0.0); }

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

// A sum that is a sample, and what is known of the rest.
std::string estimate_line(const Json& part) {
    const auto figure = [&part](const char* key) {
        const auto found = part.find(key);
        return found != part.end() && found->is_number() ? found->get<double>() : 0.0;
    };
    const double likely = figure("likely_usd");
    const double high = figure("high_usd");
    if (!part.value("sampled", false) || likely <= 0) {
        return "";
    }
    return "    a sample: probably about " + human_usd(likely) +
           (high > 0 ? ", most likely under " + human_usd(high) : ", without an upper bound") +
           "\n";
}

std::string finding_lines(const Json& part) {
    const double notional = number_at(part, "notional_usd");
    const double threshold = number_at(part, "threshold_usd");
    const auto window_ms = part.value("window_ms", std::uint64_t{0});
    std::string text = "  " + text_at(part, "type") + " " + text_at(part, "side") + " on " +
                       text_at(part, "venue") + ": ";
    text += (part.value("sampled", false) ? "at least " : "") + human_usd(notional);
    if (window_ms > 0) {
        text += ", " + std::to_string(part.value("events", 0)) + " events in (t - " +
                human_duration_ms(window_ms) + ", t]";
    }
    text += "\n    minimum " + human_usd(threshold) + ", reached " +
            human_fixed(threshold > 0 ? notional / threshold : 0, 2) + " times; " +
            (window_ms > 0 ? "volume-weighted price " : "price ") +
            human_price(number_at(part, "price"));
    if (window_ms > 0) {
        text +=
            "; larger side's share " + human_fixed(number_at(part, "dominance") * 100, 1) + " %";
    }
    text += "\n" + estimate_line(part);
    text += "    onset " + iso_utc(part.value("onset_ns", std::int64_t{0})) + "\n";
    const Json& evidence = part.at("evidence");
    for (std::size_t i = 0; i < evidence.size() && i < kEvidenceShown; ++i) {
        const Json& event = evidence[i];
        text += "    " + iso_utc(event.value("exchange_ts_ns", std::int64_t{0})).substr(11, 12) +
                "  " + padded(text_at(event, "venue"), 10) + padded(text_at(event, "side"), 6) +
                padded(human_usd(number_at(event, "notional_usd")), 10) + "at " +
                human_price(number_at(event, "price")) + "\n";
    }
    if (evidence.size() > kEvidenceShown) {
        text +=
            "    and " + std::to_string(evidence.size() - kEvidenceShown) + " more (all: --json)\n";
    }
    return text;
}

std::string sum_line(const Json& json) {
    std::string text = "  ";
    bool first = true;
    for (const auto& [name, value] : json.at("terms").items()) {
        text += (first ? "" : " + ") + human_fixed(value.get<double>(), 4) + " " + name;
        first = false;
    }
    return text + " = " + human_fixed(number_at(json, "score"), 4) + "  (" +
           text_at(json, "strength") + ")\n";
}

std::string inputs_lines(const Json& inputs) {
    std::string text;
    for (const auto& [name, value] : inputs.items()) {
        const double number = value.get<double>();
        if (number != 0 &&
            !name.starts_with("votes.")) {  // 0 stands for "not seen"; the JSON has them all
            text += "  " + padded(name, 34) + Json(number).dump() + "\n";
        }
    }
    return text;
}

// What rules asked of the windows, with all figures of an answer in a line, and what they
// remembered. Documents of earlier versions have neither.
std::string asked_lines(const Json& json) {
    std::string text;
    if (const auto window = json.find("window"); window != json.end() && !window->empty()) {
        text += "\nWhat the windows answered\n";
        for (const auto& [question, numbers] : window->items()) {
            text += "  " + padded(question, 34);
            for (const Json& number : numbers) {
                text += (&number == &numbers.front() ? "" : "  ") + number.dump();
            }
            text += "\n";
        }
    }
    if (const auto state = json.find("rule_state"); state != json.end() && !state->empty()) {
        text += "\nWhat the rules remembered\n";
        for (const auto& [name, value] : state->items()) {
            text += "  " + padded(name, 34) + value.dump() + "\n";
        }
    }
    return text;
}

// "  logistic   0.7311  falling", of voters that are plugins.
std::string votes_text(const Json& json) {
    std::string text;
    const Json texts = json.value("input_texts", Json::object());
    for (const auto& [name, value] : json.at("inputs").items()) {
        if (!name.starts_with("votes.")) {
            continue;
        }
        const double vote = value.get<double>();
        const std::string reason = texts.value(name + ".reason", std::string());
        text += "  " + padded(name.substr(6), 34) +
                padded(vote < 0 ? "abstained" : human_fixed(vote, 4), 10) + reason + "\n";
    }
    return text.empty() ? "" : "\nWhat plugins voted\n" + text;
}

// "  technical      0.93 × 0.40  share 50 %": each voter, or part of the health, in a line.
std::string share_lines(const Json& list, const char* absent) {
    std::string text;
    std::size_t width = 0;
    for (const Json& one : list) {
        width = std::max(width, text_at(one, "name").size() + 2);
    }
    for (const Json& one : list) {
        const Json& value = one.at("value");
        text += "  " + padded(text_at(one, "name"), width);
        text += value.is_number()
                    ? human_fixed(value.get<double>(), 4) + " × " +
                          human_fixed(number_at(one, "weight"), 2) + "  (share " +
                          human_fixed(number_at(one, "share") * 100, 1) + " %)\n"
                    : std::string(absent) + ", its weight " +
                          human_fixed(number_at(one, "weight"), 2) + " is shared out\n";
    }
    return text;
}

std::string figure_line(const Json& json, const char* name) {
    const auto figure = json.find(name);
    return figure != json.end() && figure->is_number()
               ? "  " + std::string(name) + " " + human_fixed(figure->get<double>(), 4) + "\n"
               : "  " + std::string(name) + " is not known\n";
}

// Of a pack with an ensemble; documents of earlier versions have none.
std::string ensemble_text(const Json& json) {
    const auto votes = json.find("votes");
    const auto parts = json.find("health_parts");
    std::string text;
    if (votes != json.end() && !votes->empty()) {
        text += "\nVotes\n" + share_lines(*votes, "abstained") + figure_line(json, "confidence");
    }
    if (parts != json.end() && !parts->empty()) {
        text += "\nHealth\n" + share_lines(*parts, "not known") + figure_line(json, "health");
    }
    return text;
}

std::string acknowledged_line(const Json& json) {
    const auto taken_on = json.find("acknowledged");
    if (taken_on == json.end() || !taken_on->is_object()) {
        return "";
    }
    const std::string comment = text_at(*taken_on, "comment");
    return "  acknowledged by " + text_at(*taken_on, "by") + " at " +
           date_clock_utc(taken_on->value("at_ns", std::int64_t{0})) + " UTC (" +
           text_at(*taken_on, "via") + ")" + (comment.empty() ? "" : ": " + comment) + "\n";
}

// "update 2", "end", "update 2 picture"; nothing for a first message.
std::string phase_words(const Json& row) {
    std::string phase = text_at(row, "phase");
    std::string key = text_at(row, "key");
    const bool picture = phase == "picture";
    if (picture) {
        key.resize(std::min(key.size(), key.rfind('/')));
        const std::string last = key.substr(key.rfind('/') + 1);
        const bool first = std::count(key.begin(), key.end(), '/') < 2;
        phase = first ? "new" : last == "end" ? last : "update";
    }
    if (phase == "update") {
        phase += " " + key.substr(std::min(key.size(), key.rfind('/') + 2));
    }
    phase = phase == "new" ? "" : phase;
    return phase + (!picture ? "" : phase.empty() ? "picture" : " picture");
}

// "  chat   held  throttled: 3 in the last 600 s", a line for each message of each channel.
std::string notifications_text(const Json& json) {
    const auto list = json.find("notifications");
    if (list == json.end() || list->empty()) {
        return "";
    }
    const auto name_of = [](const Json& row) {
        const std::string phase = phase_words(row);
        return text_at(row, "channel") + (phase.empty() ? "" : " " + phase);
    };
    std::size_t width = 20;
    for (const Json& row : *list) {
        width = std::max(width, name_of(row).size() + 2);
    }
    std::string text = "\nDelivery\n";
    for (const Json& row : *list) {
        text += "  " + padded(name_of(row), width) + padded(text_at(row, "state"), 11) +
                (text_at(row, "key").ends_with("/ack") ? "tells that it is acknowledged  " : "") +
                text_at(row, "reason") + "\n";
    }
    return text + acknowledged_line(json);
}

std::string outcomes_text(const Json& json) {
    const auto outcomes = json.find("outcomes");
    if (outcomes == json.end()) {
        return "";
    }
    const std::string lines = outcome_lines(outcomes->dump(), text_at(json, "pressure"));
    const bool held = text_at(json, "state") == "held";
    return std::string(held ? "\nWhat would have come of it, after\n"
                            : "\nWhat came of it, after\n") +
           (lines.empty() ? "  nothing is known yet\n" : lines);
}

// What the verdict compared, with what is true of the numbers. Documents of earlier versions have
// no checks.
std::string checks_lines(const Json& document, const char* key) {
    std::string text;
    for (const VerdictCheck& check : read_checks(document.value(key, Json()).dump())) {
        const char* mark = check.relation == CheckRelation::Part    ? "    part    "
                           : check.relation == CheckRelation::Needs ? "    --      "
                           : check.passed                           ? "    passed  "
                                                                    : "    failed  ";
        text += mark + check_text(check) + "\n";
    }
    return text;
}

std::string verdict_lines(const Json& json) {
    std::string text = "\nVerdict: " + text_at(json, "verdict") + "\n";
    for (const Json& reason : json.at("reasons")) {
        text += "  " + reason.get<std::string>() + "\n";
    }
    if (const std::string note = text_at(json, "note"); !note.empty()) {
        text += "  " + note + "\n";
    }
    if (const std::string fault = text_at(json, "fault"); !fault.empty()) {
        text += "  a rule failed and the pack's fallback decided: " + fault + "\n";
    }
    const std::string checks = checks_lines(json, "checks");
    text += checks.empty() ? "" : "  it checked\n" + checks;
    const std::string before = checks_lines(json, "sent_checks");
    return text + (before.empty() ? "" : "  when it was sent, the verdict had checked\n" + before);
}

std::string whole_story(const Json& json) {
    std::string text = text_at(json, "id") + "  " + text_at(json, "type") + "  " +
                       text_at(json, "symbol") + " (" + text_at(json, "group") + ")  " +
                       text_at(json, "time") + "  " + text_at(json, "state") + "\n\n";
    text += "What was seen\n";
    text += finding_lines(json.at("cause"));
    if (json.contains("joined")) {
        text += "  joined by the radar:\n";
        for (const Json& part : json.at("joined")) {
            text += finding_lines(part);
        }
    }
    text += "\nWhat the rules were given (zeros left out)\n" + inputs_lines(json.at("inputs"));
    text += asked_lines(json);
    text += votes_text(json);
    text += "\nScore, pattern " + text_at(json, "pattern") + "\n" + sum_line(json);
    text += "  pressure " + text_at(json, "pressure") + ", volatility " +
            text_at(json, "volatility") + "\n";
    text += ensemble_text(json);
    return text + verdict_lines(json) + "\nRules " + text_at(json, "rule_version") + "\n" +
           notifications_text(json) + outcomes_text(json);
}

}  // namespace

Result<std::string> explain_text(const std::string& document) {
    try {
        return whole_story(Json::parse(document));
    } catch (const std::exception& e) {
        return Status::rejected(std::string("the signal's record is unreadable: ") + e.what());
    }
}

}  // namespace petrel::core
