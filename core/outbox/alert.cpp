// The words are the configuration's; what is not wording stands here.
#include "outbox/alert.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "observe/clean_text.hpp"
#include "observe/privacy_filter.hpp"
#include "petrel/abi/notifier.h"
#include "petrel/plain_text.hpp"
#include "runtime/clock_text.hpp"
#include "runtime/hash.hpp"
#include "signal/signal_json.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kHeadlineMax = 90;

// Nothing of what goes to a channel passes by the filter.
void hide_private(AlertText& alert) {
    alert.headline = private_text(alert.headline);
    for (auto& [name, value] : alert.fields) {
        value = private_text(value);
    }
    alert.footer = private_text(alert.footer);
    alert.picture = private_text(alert.picture);
    alert.json = private_text(alert.json);
}

void word(AlertText& alert, const MessageValues& values, const MessageBook& messages) {
    const MessageForm& form = messages.form(alert.type);
    alert.headline = headline_of(written(form.headline, values, messages.zone()).text);
    for (const MessageField& field : form.fields) {
        MessageLine line = written(field.text, values, messages.zone());
        if (line.complete) {
            alert.fields.emplace_back(field.name, std::move(line.text));
        }
    }
    alert.footer = written(form.footer, values, messages.zone()).text;
    if (MessageLine sentence = written(form.picture, values, messages.zone()); sentence.complete) {
        alert.picture = std::move(sentence.text);
    }
}

}  // namespace

std::uint32_t abi_phase_of(const std::string& phase) {
    return phase == "update"   ? PETREL_ALERT_UPDATE
           : phase == "end"    ? PETREL_ALERT_END
           : phase == "digest" ? PETREL_ALERT_DIGEST
                               : PETREL_ALERT_NEW;
}

std::string headline_of(std::string_view line) { return petrel::shortened(line, kHeadlineMax); }

std::uint32_t severity_of_strength(const std::string& strength) {
    return strength == "extreme" ? PETREL_SEVERITY_CRITICAL
           : strength == "weak"  ? PETREL_SEVERITY_INFO
                                 : PETREL_SEVERITY_WARNING;
}

AlertText compose_alert(const Signal& signal, const MessageBook& messages) {
    AlertText alert;
    alert.id = signal.id;
    alert.type = signal.type;
    alert.symbol = signal.symbol;
    alert.severity = severity_of_strength(signal.score.strength);
    word(alert, values_of(signal, alert.severity), messages);
    alert.json = signal_line(signal);
    const std::string& side = signal.joined.empty() ? signal.cause.side : signal.joined[0].side;
    alert.side = side == "buy"     ? PETREL_SIDE_BUY
                 : side == "sell"  ? PETREL_SIDE_SELL
                 : side == "long"  ? PETREL_SIDE_LONG
                 : side == "short" ? PETREL_SIDE_SHORT
                                   : PETREL_SIDE_NONE;
    alert.at_ns = signal.ts_ns;
    if (!alert.picture.empty()) {
        const SignalPart& part = signal.joined.empty() ? signal.cause : signal.joined.front();
        alert.series = signal.series;
        alert.span_begin_ns = part.onset_ns;
        alert.span_end_ns = signal.ts_ns;
    }
    alert.score = std::isfinite(signal.score.total) ? signal.score.total : 0;
    alert.strength = signal.score.strength;
    alert.notional_usd = std::isfinite(signal.cause.notional_usd) ? signal.cause.notional_usd : 0;
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
AlertText compose_system_alert(std::string headline, std::string detail, std::int64_t at_ns,
                               const MessageBook& messages) {
    headline = clean_text(headline);
    detail = clean_text(detail);
    AlertText alert;
    alert.id = "sys-" + hash_hex(headline + std::to_string(at_ns)).substr(0, 12);
    alert.type = "SYSTEM";
    alert.severity = PETREL_SEVERITY_WARNING;
    MessageValues values;
    values["headline"].text = headline;
    values["detail"].text = detail;
    values["id"].text = alert.id;
    values["severity"].text = severity_word(alert.severity);
    values["time"].whole = at_ns;
    values["type"].text = alert.type;
    word(alert, values, messages);
    nlohmann::ordered_json json;
    json["type"] = alert.type;
    json["id"] = alert.id;
    json["time"] = iso_utc(at_ns);
    json["ts_ns"] = at_ns;
    json["headline"] = headline;
    json["detail"] = detail;
    alert.json = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    alert.at_ns = at_ns;
    hide_private(alert);
    return alert;
}

}  // namespace petrel::core
