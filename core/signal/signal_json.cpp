// Ordered JSON of signals. Text that is not UTF-8 is replaced, never fatal.
#include "signal/signal_json.hpp"

#include <nlohmann/json.hpp>

#include "runtime/clock_text.hpp"
#include "script/verdict_check.hpp"

namespace petrel::core {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string_view decision_name(RuleDecision decision) {
    switch (decision) {
        case RuleDecision::Send:
            return "send";
        case RuleDecision::Update:
            return "update";
        default:
            return "hold";
    }
}

Json terms_of(const RuleScore& score) {
    Json terms = Json::object();
    for (const RuleTerm& term : score.terms) {
        terms[term.name] = term.value;
    }
    return terms;
}

// In the order of their declaration.
Json list_of(std::span<const RuleShare> shares) {
    Json list = Json::array();
    for (const RuleShare& share : shares) {
        Json& json = list.emplace_back();
        json["name"] = share.name;
        json["value"] = share.known ? Json(share.value) : Json(nullptr);
        json["weight"] = share.weight;
        json["share"] = share.share;
    }
    return list;
}

Json checks_of(std::span<const VerdictCheck> checks) {
    Json list = Json::array();
    for (const VerdictCheck& check : checks) {
        list.push_back({{"name", check.name.view()},
                        {"value", check.value},
                        {"relation", check_sign(check.relation)},
                        {"limit", check.limit},
                        {"passed", check.passed}});
    }
    return list;
}

// What was not known is null: 0 would be read as a figure.
Json known(double usd) { return usd > 0 ? Json(usd) : Json(nullptr); }

Json event_json(const MarketEvent& event, const std::string& venue) {
    Json json;
    json["venue"] = venue;
    json["kind"] = kind_name(event.kind);
    json["side"] = side_name(event.side);
    json["price"] = event.price;
    json["quantity"] = event.quantity;
    json["notional_usd"] = event.notional_usd;
    json["exchange_ts_ns"] = event.exchange_ts_ns;
    json["id"] = event.id;
    return json;
}

// What the windows were asked, by the words of the call; the same question has the same answer in
// score and verdict.
Json window_json(const Signal& signal) {
    Json window = Json::object();
    for (const auto* asked : {&signal.score.asked, &signal.verdict.asked}) {
        for (const RuleAnswer& answer : *asked) {
            const auto figure = static_cast<std::size_t>(answer.question.figure);
            Json numbers = Json::array();
            for (std::size_t i = 0; i < rule_figures()[figure].numbers; ++i) {
                numbers.push_back(answer.numbers[i]);
            }
            window[question_text(answer.question)] = std::move(numbers);
        }
    }
    return window;
}

Json part_json(const SignalPart& part) {
    Json json;
    json["type"] = part.type;
    json["side"] = part.side;
    json["venue"] = part.venue;
    json["events"] = part.events;
    json["notional_usd"] = part.notional_usd;
    json["threshold_usd"] = part.threshold_usd;
    json["price"] = part.price;
    json["dominance"] = part.dominance;
    json["window_ms"] = part.window_ms;
    json["sampled"] = part.sampled;
    json["likely_usd"] = known(part.likely_usd);
    json["high_usd"] = known(part.high_usd);
    json["onset_ns"] = part.onset_ns;
    json["at_ns"] = part.at_ns;
    Json evidence = Json::array();
    for (std::size_t i = 0; i < part.evidence.size(); ++i) {
        evidence.push_back(event_json(part.evidence[i], part.evidence_venues[i]));
    }
    json["evidence"] = std::move(evidence);
    return json;
}

Json line_json(const Signal& signal) {
    const SignalPart& cause = signal.cause;
    Json json;
    json["type"] = signal.type;
    json["id"] = signal.id;
    json["symbol"] = signal.symbol;
    json["short_symbol"] = signal.short_symbol;
    json["group"] = signal.group;
    json["venue"] = cause.venue;
    json["side"] = signal.joined.empty() ? cause.side : signal.joined.front().side;
    json["time"] = iso_utc(signal.ts_ns);
    json["ts_ns"] = signal.ts_ns;
    json["onset_ns"] = signal.onset_ns;
    json["state"] = state_name(signal.state);
    json["notional_usd"] = cause.notional_usd;
    json["at_least"] = cause.sampled;
    json["events"] = cause.events;
    json["likely_usd"] = known(cause.likely_usd);
    json["high_usd"] = known(cause.high_usd);
    json["threshold_usd"] = cause.threshold_usd;
    json["window_ms"] = cause.window_ms;
    json["price"] = cause.price;
    json["dominance"] = cause.dominance;
    json["score"] = signal.score.total;
    json["pattern"] = signal.score.pattern;
    json["strength"] = signal.score.strength;
    json["pressure"] = signal.score.pressure;
    json["volatility"] = signal.score.volatility;
    json["terms"] = terms_of(signal.score);
    const RuleEnsemble& ensemble = signal.score.ensemble;
    json["confidence"] = ensemble.confidence >= 0 ? Json(ensemble.confidence) : Json(nullptr);
    json["health"] = ensemble.health >= 0 ? Json(ensemble.health) : Json(nullptr);
    json["votes"] = list_of(ensemble.votes);
    json["health_parts"] = list_of(ensemble.parts);
    json["verdict"] = decision_name(signal.verdict.decision);
    json["reasons"] = signal.verdict.reasons;
    json["note"] = signal.verdict.note;
    json["checks"] = checks_of(signal.verdict.checks);
    json["rule_version"] = signal.rule_version;
    if (!signal.score.fault.empty() || !signal.verdict.fault.empty()) {
        json["fault"] = signal.score.fault.empty() ? signal.verdict.fault : signal.score.fault;
    }
    return json;
}

}  // namespace

std::string shares_json(std::span<const RuleShare> shares) { return dump(list_of(shares)); }

std::string checks_json(std::span<const VerdictCheck> checks) { return dump(checks_of(checks)); }

std::string signal_line(const Signal& signal) { return dump(line_json(signal)); }

std::string signal_document(const Signal& signal) {
    Json json = line_json(signal);
    json["updates"] = signal.updates;
    json["peak_usd"] = signal.peak_usd;
    if (signal.updates > 0) {
        json["sent_checks"] = checks_of(signal.sent_checks);
    }
    json["expires_ns"] = signal.expires_ns;
    if (!signal.cancel_reason.empty()) {
        json["cancel_reason"] = signal.cancel_reason;
    }
    Json inputs = Json::object();
    for (const SignalInput& input : signal.inputs) {
        inputs[input.name] = input.value;
    }
    json["inputs"] = std::move(inputs);
    for (const SignalText& text : signal.input_texts) {
        json["input_texts"][text.name] = text.value;
    }
    json["window"] = window_json(signal);
    Json remembered = Json::object();
    for (const RuleTerm& value : signal.score.state) {
        remembered[value.name] = value.value;
    }
    json["rule_state"] = std::move(remembered);
    json["cause"] = part_json(signal.cause);
    if (!signal.joined.empty()) {
        Json joined = Json::array();
        for (const SignalPart& part : signal.joined) {
            joined.push_back(part_json(part));
        }
        json["joined"] = std::move(joined);
    }
    return dump(json);
}

}  // namespace petrel::core
