// Faults as text: the JSON of POST /fault and the short form of --fault.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "faults.hpp"
#include "text.hpp"

namespace petrel::sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, kFaultKinds> kNames{
    "drop", "stall", "ack_only", "garbage", "duplicate", "reorder", "slow", "refuse", "close"};
constexpr std::string_view kFields =
    "kind, venue, connection, path, symbol, channel, probability, after_s, for_s, code, delay_ms";
constexpr int kNormalClosure = 1000;

// `kind=drop,after_s=5` becomes the JSON that says the same.
Outcome<Json> from_short_form(std::string_view text) {
    Json fields = Json::object();
    for (const auto& pair : split(text, ',')) {
        const auto equals = pair.find('=');
        if (equals == std::string::npos) {
            return Failure{join("fault '", text, "': '", pair, "' is not name=value; write e.g. ",
                                "kind=drop,venue=binance,after_s=5")};
        }
        const std::string value = pair.substr(equals + 1);
        const auto number = Json::parse(value, nullptr, false);
        fields[pair.substr(0, equals)] = number.is_number() ? number : Json(value);
    }
    return fields;
}

struct Reader {
    const Json& fields;
    std::string mistake;

    void complain(std::string_view name, std::string_view expected) {
        if (mistake.empty()) {
            mistake = join("fault: '", name, "' is ", fields.at(std::string(name)).dump(),
                           ", expected ", expected);
        }
    }
    std::string text(const char* name) {
        if (!fields.contains(name)) {
            return {};
        }
        if (!fields[name].is_string()) {
            complain(name, "text");
            return {};
        }
        return fields[name].get<std::string>();
    }
    double number(const char* name, double fallback, double high) {
        if (!fields.contains(name)) {
            return fallback;
        }
        const double value = fields[name].is_number() ? fields[name].get<double>() : -1.0;
        if (value < 0.0 || value > high) {
            complain(name, join("a number from 0 to ", high));
        }
        return value;
    }
};

// Codes that may not travel in a close frame: the connection is cut instead.
bool sendable(int code) {
    return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
           (code >= 3000 && code <= 4999);
}

Outcome<FaultRule> from_fields(const Json& fields) {
    for (const auto& [name, value] : fields.items()) {
        if (join(", ", kFields, ",").find(join(", ", name, ",")) == std::string::npos) {
            return Failure{join("fault: there is no field '", name, "'; use ", kFields)};
        }
    }
    Reader reader{fields, {}};
    FaultRule rule;
    const std::string kind = reader.text("kind");
    const auto known = std::ranges::find(kNames, kind);
    if (known == kNames.end()) {
        return Failure{join("fault: kind '", kind, "' is unknown; use drop, stall, ack_only, ",
                            "garbage, duplicate, reorder, slow, refuse or close")};
    }
    rule.kind = static_cast<FaultKind>(known - kNames.begin());
    if (const auto name = reader.text("venue"); !name.empty()) {
        const auto venue = venue_from(name);
        if (!venue.ok()) {
            return Failure{join("fault: ", venue.message())};
        }
        rule.venue = venue.value();
    }
    rule.connection = static_cast<std::uint64_t>(reader.number("connection", 0.0, 1e9));
    rule.path = reader.text("path");
    rule.symbol = reader.text("symbol");
    rule.channel = reader.text("channel");
    if (fields.contains("probability")) {
        rule.probability = reader.number("probability", 1.0, 1.0);
    }
    rule.after_s = reader.number("after_s", 0.0, 1e6);
    rule.for_s = reader.number("for_s", rule.for_s, 1e6);
    rule.code = static_cast<int>(reader.number("code", 0.0, 4999.0));
    rule.delay_ms = static_cast<int>(reader.number("delay_ms", 0.0, 600'000.0));
    if (!reader.mistake.empty()) {
        return Failure{reader.mistake};
    }
    if (rule.kind == FaultKind::Close && rule.code == 0) {
        rule.code = kNormalClosure;
    }
    if (rule.kind == FaultKind::Close && !sendable(rule.code)) {
        rule.kind = FaultKind::Drop;
    }
    if (rule.kind == FaultKind::Slow && rule.delay_ms == 0) {
        return Failure{"fault: slow needs delay_ms, the milliseconds each frame is held back"};
    }
    return rule;
}

}  // namespace

std::string_view fault_name(FaultKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

Outcome<FaultRule> parse_fault(std::string_view text) {
    if (!text.starts_with('{')) {
        const auto fields = from_short_form(text);
        return fields.ok() ? from_fields(fields.value())
                           : Outcome<FaultRule>(Failure{fields.message()});
    }
    const auto fields = Json::parse(text, nullptr, false);
    if (!fields.is_object()) {
        return Failure{R"(fault: not JSON; send an object such as {"kind":"drop","after_s":5})"};
    }
    return from_fields(fields);
}

std::string fault_json(const FaultRule& rule) {
    Json out{{"kind", fault_name(rule.kind)}};
    if (rule.venue) {
        out["venue"] = venue_name(*rule.venue);
    }
    if (rule.connection != 0) {
        out["connection"] = rule.connection;
    }
    for (const auto& [name, value] :
         {std::pair{"path", &rule.path}, {"symbol", &rule.symbol}, {"channel", &rule.channel}}) {
        if (!value->empty()) {
            out[name] = *value;
        }
    }
    if (rule.probability) {
        out["probability"] = *rule.probability;
    }
    out["after_s"] = rule.after_s;
    if (rule.for_s != std::numeric_limits<double>::infinity()) {
        out["for_s"] = rule.for_s;
    }
    if (rule.code != 0) {
        out["code"] = rule.code;
    }
    if (rule.delay_ms != 0) {
        out["delay_ms"] = rule.delay_ms;
    }
    return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace petrel::sim
