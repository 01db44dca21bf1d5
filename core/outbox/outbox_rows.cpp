// Signals and outcomes as the store keeps them.
#include <cmath>

#include "outbox/outbox.hpp"
#include "signal/signal_json.hpp"

namespace petrel::core {
namespace {

std::string_view decision_word(RuleDecision decision) {
    return decision == RuleDecision::Hold     ? "hold"
           : decision == RuleDecision::Update ? "update"
                                              : "send";
}

}  // namespace

SignalRow row_of(const Signal& signal) {
    SignalRow row;
    row.id = signal.id;
    row.type = signal.type;
    row.symbol = signal.symbol;
    row.side = signal.joined.empty() ? signal.cause.side : signal.joined.front().side;
    row.state = state_name(signal.state);
    row.verdict = decision_word(signal.verdict.decision);
    row.reason = signal.verdict.reasons.empty() ? "" : signal.verdict.reasons.front();
    row.pattern = signal.score.pattern;
    row.strength = signal.score.strength;
    row.score = std::isfinite(signal.score.total) ? signal.score.total : 0;
    row.notional_usd = signal.cause.notional_usd;
    row.ts_ns = signal.ts_ns;
    row.onset_ns = signal.onset_ns;
    row.expires_ns = signal.expires_ns;
    row.rule_version = signal.rule_version;
    row.document = signal_document(signal);
    if (!signal.cancel_reason.empty()) {
        row.cancel_reason = signal.cancel_reason;
    }
    if (signal.score.ensemble.confidence >= 0) {
        row.confidence = signal.score.ensemble.confidence;
    }
    if (signal.score.ensemble.health >= 0) {
        row.health = signal.score.ensemble.health;
    }
    const RuleEnsemble& ensemble = signal.score.ensemble;
    for (const RuleShare& share : ensemble.votes) {
        row.votes.push_back(
            {signal.id, share.name, share.known ? std::optional<double>(share.value) : std::nullopt,
             share.weight, share.share,
             ensemble.confidence >= 0 ? std::optional<double>(ensemble.confidence) : std::nullopt});
    }
    return row;
}

OutcomeRow row_of(const SignalOutcome& outcome) {
    OutcomeRow row;
    row.signal_id = outcome.signal_id;
    row.horizon_ms = outcome.horizon_ms;
    row.type = outcome.type;
    row.symbol = outcome.symbol;
    row.group = outcome.group;
    row.pattern = outcome.pattern;
    row.strength = outcome.strength;
    row.pressure = outcome.pressure;
    row.rule_version = outcome.rule_version;
    row.held_for = outcome.held_for;
    row.score = outcome.score;
    row.signal_ns = outcome.signal_ns;
    row.at_ns = outcome.at_ns;
    row.result = result_name(outcome.result);
    row.reason = outcome.reason;
    row.price_before = outcome.price_before;
    row.price_after = outcome.price_after;
    row.return_pct = outcome.return_pct;
    row.return_sigma = outcome.return_sigma;
    row.with_pct = outcome.with_pct;
    row.against_pct = outcome.against_pct;
    row.lead_s = outcome.lead_s;
    return row;
}

SignalOutcome outcome_of(const OutcomeRow& row) {
    SignalOutcome outcome;
    outcome.signal_id = row.signal_id;
    outcome.horizon_ms = row.horizon_ms;
    outcome.type = row.type;
    outcome.symbol = row.symbol;
    outcome.group = row.group;
    outcome.pattern = row.pattern;
    outcome.strength = row.strength;
    outcome.pressure = row.pressure;
    outcome.rule_version = row.rule_version;
    outcome.held_for = row.held_for;
    outcome.score = row.score;
    outcome.signal_ns = row.signal_ns;
    outcome.at_ns = row.at_ns;
    for (const auto result : {OutcomeResult::Hit, OutcomeResult::FalseAlarm, OutcomeResult::Flat}) {
        if (row.result == result_name(result)) {
            outcome.result = result;
        }
    }
    outcome.reason = row.reason;
    outcome.price_before = row.price_before;
    outcome.price_after = row.price_after;
    outcome.return_pct = row.return_pct;
    outcome.return_sigma = row.return_sigma;
    outcome.with_pct = row.with_pct;
    outcome.against_pct = row.against_pct;
    outcome.lead_s = row.lead_s;
    return outcome;
}

}  // namespace petrel::core
