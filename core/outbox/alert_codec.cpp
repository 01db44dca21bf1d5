// One JSON object an alert.
#include "outbox/alert_codec.hpp"

#include <nlohmann/json.hpp>

namespace petrel::core {

using Json = nlohmann::ordered_json;

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
        return alert;
    } catch (const std::exception& e) {
        return Status::rejected(std::string("an alert in the store is unreadable: ") + e.what());
    }
}

}  // namespace petrel::core
