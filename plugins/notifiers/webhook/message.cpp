// What is left out to stay short: first the whole signal, then fields from the end.
#include "message.hpp"

#include <nlohmann/json.hpp>

#include "kit/encoding.hpp"
#include "kit/message_parts.hpp"
#include "kit/replies.hpp"

namespace petrel::webhook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFieldsMax = 50;
constexpr std::size_t kIdMax = 256;
constexpr std::size_t kTypeMax = 64;
constexpr std::size_t kLinkMax = 2'000;

const char* event_of(std::uint32_t phase) {
    switch (phase) {
        case PETREL_ALERT_UPDATE:
            return "alert.updated";
        case PETREL_ALERT_ACKNOWLEDGED:
            return "alert.acknowledged";
        case PETREL_ALERT_END:
            return "alert.ended";
        case PETREL_ALERT_DIGEST:
            return "alert.digest";
        case PETREL_ALERT_TEST:
            return "alert.test";
        default:
            return "alert.fired";
    }
}

std::string line_of(std::string_view text, std::size_t limit) {
    return shortened(plain_line(text), limit);
}

std::string written(const Json& body) {
    return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// How late an attempt is differs from one to the next; it stays out of the headline here.
kit::MessageParts parts_of(Alert alert) {
    alert.late_ms = 0;
    kit::MessageLimits limits;
    limits.total = 3'000;  // at most six bytes each once written as JSON
    limits.headline = 200;
    limits.footer = 200;
    limits.lines = kFieldsMax;
    return kit::message_parts(alert, limits);
}

Json data_of(const Alert& alert) {
    const kit::MessageParts parts = parts_of(alert);
    Json data;
    data["id"] = line_of(alert.id, kIdMax);
    data["story"] = line_of(alert.story_id, kIdMax);
    data["kind"] = line_of(alert.type, kTypeMax);
    data["symbol"] = line_of(alert.symbol, kTypeMax);
    data["side"] = kit::side_word(alert.side);
    data["severity"] = kit::severity_word(alert.severity);
    data["score"] = alert.score;
    data["headline"] = parts.headline;
    data["fields"] = Json::array();
    for (const kit::MessageLine& line : parts.lines) {
        data["fields"].push_back({{"name", line.name}, {"value", line.value}});
    }
    data["fields_left_out"] = parts.left_out;
    data["footer"] = parts.footer;
    data["link"] = line_of(alert.link, kLinkMax);
    return data;
}

}  // namespace

std::string body_of(const Alert& alert) {
    Json body;
    body["type"] = event_of(alert.phase);
    body["timestamp"] = kit::rfc3339(alert.at_ns);
    body["data"] = data_of(alert);
    std::string without_signal = written(body);
    Json signal = Json::parse(alert.json, nullptr, false);
    if (!signal.is_object()) {
        return without_signal;
    }
    body["data"]["signal"] = std::move(signal);
    std::string whole = written(body);
    return whole.size() <= kBodyMax ? whole : without_signal;
}

}  // namespace petrel::webhook
