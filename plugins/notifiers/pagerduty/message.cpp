// Limits count bytes here, which is never more than the characters they are said to be.
#include "message.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "kit/encoding.hpp"
#include "kit/message_parts.hpp"
#include "kit/replies.hpp"
#include "kit/settings.hpp"

namespace petrel::pagerduty {
namespace {

using nlohmann::json;

// What a field may be named that says where the trouble is.
constexpr std::string_view kVenueField = "Exchange";

std::string words(std::string_view text, std::size_t limit) {
    return shortened(plain_line(text), limit, utf8_bytes);
}

// A test pages nobody who asked for real ones only.
std::string severity_of(const Alert& alert) {
    return std::string(alert.phase == PETREL_ALERT_TEST ? "info"
                                                        : kit::severity_word(alert.severity));
}

// PagerDuty wants milliseconds and an offset.
std::string timestamp_of(std::int64_t ns) {
    std::string text = kit::rfc3339(ns);
    text.pop_back();
    return text + ".000+0000";
}

json payload_of(const Alert& alert, const std::string& source) {
    kit::MessageLimits limits;
    limits.total = 20'000;
    limits.headline = kSummaryMax;
    limits.lines = 60;
    limits.measure = utf8_bytes;
    const kit::MessageParts parts = kit::message_parts(alert, limits);
    json details = json::object();
    std::string component;
    for (const kit::MessageLine& line : parts.lines) {
        details[line.name] = line.value;
        if (line.name == kVenueField) {
            component = line.value;
        }
    }
    details["footer"] = parts.footer;
    if (alert.score > 0) {
        details["score"] = std::round(alert.score * 100) / 100;  // as it is said elsewhere
    }
    if (parts.left_out > 0) {
        details["left_out"] = kit::left_out_note(parts);
    }
    json payload{{"summary", parts.headline},       {"source", source},
                 {"severity", severity_of(alert)},  {"timestamp", timestamp_of(alert.at_ns)},
                 {"class", words(alert.type, 100)}, {"custom_details", std::move(details)}};
    if (!alert.symbol.empty()) {
        payload["group"] = words(alert.symbol, 100);
    }
    if (!component.empty()) {
        payload["component"] = words(component, 100);
    }
    return payload;
}

// Drills come day after day and without a sound: they fold into one incident, a test that somebody
// asked for opens its own.
std::string dedup_key_of(const Alert& alert, const std::string& source) {
    const bool drill = alert.phase == PETREL_ALERT_TEST && alert.silent;
    return words(drill ? "fire drill of " + source : std::string(alert.story_id), kDedupKeyMax);
}

}  // namespace

const char* action_of(std::uint32_t phase) {
    return phase == PETREL_ALERT_END            ? "resolve"
           : phase == PETREL_ALERT_ACKNOWLEDGED ? "acknowledge"
                                                : "trigger";
}

std::string body_of(const Alert& alert, const std::string& routing_key, const std::string& source) {
    const std::string action = action_of(alert.phase);
    json body{{"routing_key", routing_key},
              {"event_action", action},
              {"dedup_key", dedup_key_of(alert, source)}};
    if (action == "trigger") {
        body["payload"] = payload_of(alert, source);
        body["client"] = "petrel";
        if (kit::is_plain_link(alert.link)) {
            body["client_url"] = std::string(alert.link);
            body["links"] = json::array({{{"href", std::string(alert.link)}, {"text", "Open"}}});
        }
    }
    return kit::written(body);
}

}  // namespace petrel::pagerduty
