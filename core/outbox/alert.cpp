// Wording by alert type, with a plain form for types that plugins of others bring along.
#include "outbox/alert.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "observe/clean_text.hpp"
#include "observe/privacy_filter.hpp"
#include "petrel/abi/notifier.h"
#include "runtime/clock_text.hpp"
#include "runtime/hash.hpp"
#include "runtime/human.hpp"
#include "signal/signal_json.hpp"

namespace petrel::core {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kHeadlineMax = 90;

bool falling(const std::string& side) { return side == "long" || side == "sell"; }

std::string base_of(const std::string& symbol) { return symbol.substr(0, symbol.find('-')); }

std::string side_words(const std::string& side) {
    if (side == "long" || side == "short") {
        return side + " positions liquidated";
    }
    return side == "buy"    ? "buyers were the aggressors"
           : side == "sell" ? "sellers were the aggressors"
                            : "both sides";
}

std::string amount(const SignalPart& part) {
    return (part.sampled ? "≥ " : "") + human_usd(part.notional_usd);
}

std::string long_amount(const SignalPart& part) {
    return (part.sampled ? "at least " : "") + human_usd(part.notional_usd);
}

// "about $24.1M, hardly over $31.0M": of a sum that is a sample, where its rule is known.
std::optional<std::string> estimate_words(const SignalPart& part) {
    if (!part.sampled || part.likely_usd <= 0) {
        return std::nullopt;
    }
    return "about " + human_usd(part.likely_usd) +
           (part.high_usd > 0 ? ", hardly over " + human_usd(part.high_usd) : ", no upper bound");
}

std::string span_words(const SignalPart& part) {
    return std::to_string(part.events) + " in " + std::to_string(part.window_ms / 1'000) + " sec";
}

std::string score_words(const Signal& signal) {
    return human_fixed(signal.score.total, 2) + " " + signal.score.strength;
}

std::string type_words(std::string type) {
    for (char& c : type) {
        c = c == '_' ? ' ' : static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    return type;
}

std::string headline_of(const Signal& signal) {
    const SignalPart& part = signal.joined.empty() ? signal.cause : signal.joined.front();
    std::string text = falling(part.side) ? "▼ " : "▲ ";
    text += base_of(signal.symbol) + " ";
    if (!signal.joined.empty()) {
        return text + part.side + " storm " + amount(part) + " meets whales · " +
               score_words(signal);
    }
    if (part.window_ms == 0) {
        const bool liquidation = part.side == "long" || part.side == "short";
        return text + (liquidation ? part.side + " liquidated " : "whale " + part.side + " ") +
               amount(part) + " at " + human_price(part.price) + " · " + part.venue;
    }
    const bool storm = signal.type == "LIQ_STORM";
    const std::string what = storm                            ? part.side + " storm "
                             : signal.type == "WHALE_CLUSTER" ? "whale " + part.side + " cluster "
                                                              : type_words(signal.type) + " ";
    return text + what + amount(part) + " in " + std::to_string(part.window_ms / 1'000) + " s · " +
           score_words(signal);
}

void add_single_fields(const Signal& signal, Fields& fields) {
    const SignalPart& part = signal.cause;
    fields.emplace_back("Side", side_words(part.side));
    fields.emplace_back("Value", long_amount(part));
    fields.emplace_back("Price", human_price(part.price));
    fields.emplace_back("Exchange", part.venue);
    fields.emplace_back("Time", date_clock_utc(part.at_ns) + " UTC");
}

void add_window_fields(const Signal& signal, Fields& fields) {
    const SignalPart& part = signal.cause;
    fields.emplace_back("Side", side_words(part.side));
    fields.emplace_back("Total", long_amount(part));
    if (const auto estimate = estimate_words(part)) {
        fields.emplace_back("Estimate", *estimate);
    }
    fields.emplace_back("Events", span_words(part));
    fields.emplace_back("Price", human_price(part.price));
    fields.emplace_back("Score", score_words(signal));
    fields.emplace_back("Pressure", signal.score.pressure);
}

void add_radar_fields(const Signal& signal, Fields& fields) {
    const SignalPart& storm = signal.joined[0];
    const SignalPart& cluster = signal.joined[1];
    fields.emplace_back("Pattern", signal.score.pattern);
    fields.emplace_back("Score", score_words(signal));
    fields.emplace_back("Pressure", signal.score.pressure);
    fields.emplace_back("Volatility", signal.score.volatility);
    fields.emplace_back("Storm", storm.side + " " + long_amount(storm) + ", " + span_words(storm));
    fields.emplace_back("Whales",
                        cluster.side + " " + long_amount(cluster) + ", " + span_words(cluster));
}

std::string shortened(std::string text) {
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
        if (begins && ++characters > kHeadlineMax) {
            text.resize(i);
            return text;
        }
    }
    return text;
}

// Nothing of what goes to a channel passes by the filter.
void hide_private(AlertText& alert) {
    alert.headline = private_text(alert.headline);
    for (auto& [name, value] : alert.fields) {
        value = private_text(value);
    }
    alert.footer = private_text(alert.footer);
    alert.json = private_text(alert.json);
}

}  // namespace

std::uint32_t severity_of_strength(const std::string& strength) {
    return strength == "extreme" ? PETREL_SEVERITY_CRITICAL
           : strength == "weak"  ? PETREL_SEVERITY_INFO
                                 : PETREL_SEVERITY_WARNING;
}

AlertText compose_alert(const Signal& signal) {
    AlertText alert;
    alert.id = signal.id;
    alert.type = signal.type;
    alert.symbol = signal.symbol;
    alert.headline = shortened(headline_of(signal));
    if (!signal.joined.empty()) {
        add_radar_fields(signal, alert.fields);
    } else if (signal.cause.window_ms == 0) {
        add_single_fields(signal, alert.fields);
    } else {
        add_window_fields(signal, alert.fields);
    }
    if (!signal.verdict.note.empty()) {
        alert.fields.emplace_back(signal.joined.empty() ? "Note" : "Summary",
                                  clean_text(signal.verdict.note));
    }
    alert.footer = clock_utc(signal.ts_ns) + " UTC · " + signal.id + " · " + signal.rule_version;
    alert.json = signal_line(signal);
    alert.severity = severity_of_strength(signal.score.strength);
    const std::string& side = signal.joined.empty() ? signal.cause.side : signal.joined[0].side;
    alert.side = side == "buy"     ? PETREL_SIDE_BUY
                 : side == "sell"  ? PETREL_SIDE_SELL
                 : side == "long"  ? PETREL_SIDE_LONG
                 : side == "short" ? PETREL_SIDE_SHORT
                                   : PETREL_SIDE_NONE;
    alert.at_ns = signal.ts_ns;
    alert.score = std::isfinite(signal.score.total) ? signal.score.total : 0;
    alert.strength = signal.score.strength;
    alert.notional_usd =
        std::isfinite(signal.cause.notional_usd) ? signal.cause.notional_usd : 0;
    hide_private(alert);
    return alert;
}

int priority_of(const AlertText& alert) {
    const double score = alert.score > 0 ? std::min(alert.score, 9.0) : 0.0;  // also if no number
    return static_cast<int>(alert.severity) * 100 + static_cast<int>(score * 10);
}

AlertFacts facts_of(const Signal& signal, const AlertText& alert) {
    const SignalPart& part = signal.joined.empty() ? signal.cause : signal.joined.front();
    return {.id = signal.id,
            .type = signal.type,
            .symbol = signal.symbol,
            .group = signal.group,
            .venue = part.venue,
            .side = part.side,
            .pattern = signal.score.pattern,
            .rule = signal.rule_version,
            .severity = alert.severity,
            .score = alert.score};
}

AlertFacts facts_of_system(const AlertText& alert) {
    return {.id = alert.id, .type = alert.type, .severity = alert.severity};
}

// Venues, providers and file systems have their words in it, hence the cleaning.
AlertText compose_system_alert(std::string headline, std::string detail, std::int64_t at_ns) {
    headline = clean_text(headline);
    detail = clean_text(detail);
    AlertText alert;
    alert.id = "sys-" + hash_hex(headline + std::to_string(at_ns)).substr(0, 12);
    alert.type = "SYSTEM";
    alert.headline = shortened("! " + headline);
    alert.fields.emplace_back("Detail", detail);
    alert.footer = clock_utc(at_ns) + " UTC · " + alert.id;
    nlohmann::ordered_json json;
    json["type"] = alert.type;
    json["id"] = alert.id;
    json["time"] = iso_utc(at_ns);
    json["ts_ns"] = at_ns;
    json["headline"] = headline;
    json["detail"] = detail;
    alert.json = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    alert.severity = PETREL_SEVERITY_WARNING;
    alert.at_ns = at_ns;
    hide_private(alert);
    return alert;
}

}  // namespace petrel::core
