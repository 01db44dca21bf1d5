// One JSON object an alert.
#include "outbox/alert_codec.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace petrel::core {

namespace {

using Json = nlohmann::ordered_json;

// Seven significant digits: more than a line of a picture shows, in a third of the bytes.
double rounded(double value) {
    if (value == 0 || !std::isfinite(value)) {
        return 0;
    }
    const double scale = std::pow(10.0, 6 - std::floor(std::log10(std::abs(value))));
    return std::round(value * scale) / scale;
}

double whole(double usd) { return std::isfinite(usd) ? std::round(usd) : 0; }

Json picture_json(const AlertText& alert) {
    Json points = Json::array();
    for (const SeriesPoint& point : alert.series.points) {
        points.push_back(
            Json::array({rounded(point.price), whole(point.longs_usd), whole(point.shorts_usd)}));
    }
    return {{"words", alert.picture},           {"begin_ns", alert.series.begin_ns},
            {"step_ns", alert.series.step_ns},  {"span_begin_ns", alert.span_begin_ns},
            {"span_end_ns", alert.span_end_ns}, {"sampled", alert.series.sampled},
            {"points", std::move(points)}};
}

void read_picture(const Json& json, AlertText& alert) {
    alert.picture = json.at("words").get<std::string>();
    alert.series.begin_ns = json.at("begin_ns").get<std::int64_t>();
    alert.series.step_ns = json.at("step_ns").get<std::int64_t>();
    alert.span_begin_ns = json.at("span_begin_ns").get<std::int64_t>();
    alert.span_end_ns = json.at("span_end_ns").get<std::int64_t>();
    alert.series.sampled = json.value("sampled", false);  // rows of earlier versions lack it
    for (const Json& point : json.at("points")) {
        if (alert.series.points.size() < kSeriesPointsMax) {
            alert.series.points.push_back(
                {point.at(0).get<double>(), point.at(1).get<double>(), point.at(2).get<double>()});
        }
    }
}

}  // namespace

std::string encode_alert(const AlertText& alert) {
    Json json;
    json["id"] = alert.id;
    json["type"] = alert.type;
    json["symbol"] = alert.symbol;
    json["headline"] = alert.headline;
    Json fields = Json::array();
    for (const auto& [name, value] : alert.fields) {
        fields.push_back(Json::array({name, value}));
    }
    json["fields"] = std::move(fields);
    json["footer"] = alert.footer;
    json["json"] = alert.json;
    json["severity"] = alert.severity;
    json["side"] = alert.side;
    json["at_ns"] = alert.at_ns;
    json["score"] = alert.score;
    json["strength"] = alert.strength;
    json["notional_usd"] = alert.notional_usd;
    json["route"] = alert.route;
    json["silent"] = alert.silent;
    json["phase"] = alert.phase;
    json["provider_id"] = alert.provider_id;
    if (!alert.escalation.empty()) {
        json["escalation"] = alert.escalation;
    }
    if (alert.acknowledged) {
        json["acknowledged"] = true;
    }
    if (alert.may_repeat) {
        json["may_repeat"] = true;
    }
    if (alert.shown_phase > 0) {
        json["shown_phase"] = alert.shown_phase;
    }
    if (alert.late_ms > 0) {
        json["late_ms"] = alert.late_ms;
    }
    if (!alert.picture.empty() && !alert.series.points.empty()) {
        json["picture"] = picture_json(alert);
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<AlertText> decode_alert(const std::string& text) {
    try {
        const Json json = Json::parse(text);
        AlertText alert;
        alert.id = json.at("id").get<std::string>();
        alert.type = json.at("type").get<std::string>();
        alert.symbol = json.at("symbol").get<std::string>();
        alert.headline = json.at("headline").get<std::string>();
        for (const Json& field : json.at("fields")) {
            alert.fields.emplace_back(field.at(0).get<std::string>(),
                                      field.at(1).get<std::string>());
        }
        alert.footer = json.at("footer").get<std::string>();
        alert.json = json.at("json").get<std::string>();
        alert.severity = json.at("severity").get<std::uint32_t>();
        alert.side = json.at("side").get<std::uint32_t>();
        alert.at_ns = json.at("at_ns").get<std::int64_t>();
        alert.score = json.at("score").get<double>();
        // Rows of earlier versions lack these.
        alert.strength = json.value("strength", "");
        alert.notional_usd = json.value("notional_usd", 0.0);
        alert.route = json.value("route", "");
        alert.silent = json.value("silent", false);
        alert.phase = json.value("phase", alert.phase);
        alert.provider_id = json.value("provider_id", "");
        alert.escalation = json.value("escalation", "");
        alert.acknowledged = json.value("acknowledged", false);
        alert.shown_phase = json.value("shown_phase", std::uint32_t{0});
        alert.late_ms = json.value("late_ms", std::uint64_t{0});
        alert.may_repeat = json.value("may_repeat", false);
        if (const auto picture = json.find("picture"); picture != json.end()) {
            read_picture(*picture, alert);
        }
        return alert;
    } catch (const std::exception& e) {
        return Status::rejected(std::string("an alert in the store is unreadable: ") + e.what());
    }
}

}  // namespace petrel::core
