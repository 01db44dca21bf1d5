// Stage 8. The states of a notification: pending -> delivered | refused | expired.
#include "outbox/outbox.hpp"

#include <algorithm>
#include <cmath>

#include "observe/clean_text.hpp"
#include "outbox/alert_codec.hpp"
#include "signal/signal_json.hpp"

namespace petrel::core {
namespace {

std::string_view decision_word(RuleDecision decision) {
    return decision == RuleDecision::Hold     ? "hold"
           : decision == RuleDecision::Update ? "update"
                                              : "send";
}

std::string_view result_word(DeliveryResult result) {
    return result == DeliveryResult::Delivered ? "delivered"
           : result == DeliveryResult::Retry   ? "retry"
           : result == DeliveryResult::Refused ? "refused"
                                               : "broken";
}

// Nothing where the channel did not try.
std::optional<AttemptRow> attempt_of(const DeliveryOutcome& outcome, int number) {
    if (outcome.started_ns == 0) {
        return std::nullopt;
    }
    const NotificationRow& row = outcome.delivery.row;
    AttemptRow attempt;
    attempt.key = row.key;
    attempt.number = number;
    attempt.signal_id = row.signal_id;
    attempt.channel = row.channel;
    attempt.at_ns = outcome.started_ns;
    attempt.finished_ns = outcome.finished_ns;
    attempt.result = result_word(outcome.result);
    attempt.reason = outcome.reason;
    if (outcome.http_status != 0) {
        attempt.http_status = outcome.http_status;
    }
    attempt.provider_id = clean_text(outcome.provider_id);
    return attempt;
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

Outbox::Outbox(Database& database, OutboxOptions options, std::unique_ptr<Spool> spool)
    : database_(database), options_(std::move(options)), writer_(database, std::move(spool)) {
    if (options_.router == nullptr) {
        // Without mute windows nothing can be wrong with it.
        options_.router = std::make_shared<Router>(*Router::make({}, options_.channels));
    }
}

RoutingDecision Outbox::route(const AlertFacts& facts, std::int64_t now_ns) const {
    return options_.router->decide(facts, now_ns, {}, active_);
}

void Outbox::forget_active(const std::string& id) {
    std::erase_if(active_, [&](const AlertFacts& facts) { return facts.id == id; });
}

// What routing holds back gets a row, too: it ends at once, with the reason.
std::vector<NotificationRow> Outbox::rows_for(AlertText alert, const RoutingDecision& decision,
                                              std::int64_t now_ns) const {
    std::vector<NotificationRow> rows;
    for (const ChannelChoice& choice : decision.choices) {
        alert.route = choice.route;
        alert.silent = choice.silent;
        NotificationRow row;
        row.key = alert.id + "/" + choice.channel;
        row.signal_id = alert.id;
        row.channel = choice.channel;
        row.priority = priority_of(alert);
        row.created_ns = now_ns;
        row.next_try_ns = now_ns;
        row.use_by_ns = now_ns + options_.use_by_ns;
        row.reason = choice.reason;
        if (!choice.send) {
            row.state = "held";
            row.finished_ns = now_ns;
        }
        row.payload = encode_alert(alert);
        rows.push_back(std::move(row));
    }
    return rows;
}

Status Outbox::admit(const Signal& signal, std::int64_t now_ns) {
    AlertText alert = compose_alert(signal);
    const AlertFacts facts = facts_of(signal, alert);
    const RoutingDecision decision = route(facts, now_ns);
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::Admission;
    entry.signal = row_of(signal);
    entry.notifications = rows_for(std::move(alert), decision, now_ns);
    Status admitted = writer_.write(entry);
    if (admitted.ok()) {
        forget_active(signal.id);  // one that is admitted again is the same
        active_.push_back(facts);
        options_.router->count(decision, now_ns);
    }
    return admitted;
}

Status Outbox::record(const Signal& signal) {
    // A near miss of a story that was told is no end of it.
    if (signal.state != SignalState::Active && signal.state != SignalState::Held) {
        forget_active(signal.id);
    }
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::Signal;
    entry.signal = row_of(signal);
    return writer_.write(entry);
}

Status Outbox::record(const SignalOutcome& outcome) {
    StoreEntry entry;
    entry.kind = outcome.held_for.empty() ? StoreEntry::Kind::Outcome : StoreEntry::Kind::NearMiss;
    entry.outcome = row_of(outcome);
    return writer_.write(entry);
}

Status Outbox::record(const MetricsRow& minute) {
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::Metrics;
    entry.metrics = minute;
    return writer_.write(entry);
}

Status Outbox::admit_system(const AlertText& alert, std::int64_t now_ns) {
    const RoutingDecision decision = route(facts_of_system(alert), now_ns);
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::Notifications;
    entry.notifications = rows_for(alert, decision, now_ns);
    Status added = writer_.write(entry);
    if (added.ok()) {
        options_.router->count(decision, now_ns);
    }
    return added;
}

Status Outbox::settle(NotificationRow row, std::optional<AttemptRow> attempt) {
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::Settlement;
    entry.notifications.push_back(std::move(row));
    entry.attempt = std::move(attempt);
    return writer_.write(entry);
}

Status Outbox::expire(NotificationRow row, std::int64_t now_ns) {
    row.state = "expired";
    row.finished_ns = now_ns;
    row.reason = row.attempts == 0 ? "past its use-by before a first try"
                                   : "past its use-by; last: " + row.reason;
    return settle(std::move(row), std::nullopt);
}

Result<std::vector<Delivery>> Outbox::take_due(std::int64_t now_ns, int limit) {
    if (writer_.behind()) {
        return std::vector<Delivery>();
    }
    const int with_those_in_flight = limit + static_cast<int>(in_flight_.size());
    Result<std::vector<NotificationRow>> rows = database_.due(now_ns, with_those_in_flight);
    if (!rows.ok()) {
        return rows.status();
    }
    std::vector<Delivery> deliveries;
    Status failure;
    for (NotificationRow& row : *rows) {
        if (!failure.ok()) {
            break;
        }
        if (in_flight_.contains(row.key)) {
            continue;
        }
        if (now_ns > row.use_by_ns) {
            failure = expire(std::move(row), now_ns);
            continue;
        }
        Result<AlertText> alert = decode_alert(row.payload);
        if (!alert.ok()) {
            row.state = "refused";
            row.finished_ns = now_ns;
            row.reason = alert.status().message();
            failure = settle(std::move(row), std::nullopt);
            continue;
        }
        in_flight_.insert(row.key);
        deliveries.push_back({std::move(row), std::move(*alert)});
    }
    if (!failure.ok() && deliveries.empty()) {
        return failure;
    }
    return deliveries;  // what is in flight by now must go out; the failure will be met again
}

Status Outbox::settle(const DeliveryOutcome& outcome, std::int64_t now_ns) {
    NotificationRow row = outcome.delivery.row;
    ++row.attempts;
    row.reason = outcome.reason;
    row.provider_id = clean_text(outcome.provider_id);  // a server refuses what is no text
    switch (outcome.result) {
        case DeliveryResult::Delivered:
            row.state = "delivered";
            row.finished_ns = now_ns;
            break;
        case DeliveryResult::Refused:
        case DeliveryResult::Broken:
            row.state = "refused";
            row.finished_ns = now_ns;
            break;
        case DeliveryResult::Retry: {
            const std::uint64_t named = RetryPolicy::clamp_provider_ms(outcome.retry_after_ms);
            const std::uint64_t wait =
                named != 0 ? named : options_.retry.wait_ms(row.attempts, row.key);
            row.next_try_ns = now_ns + static_cast<std::int64_t>(wait) * kNsPerMs;
            if (row.attempts >= options_.retry.attempts_max) {
                row.state = "refused";
                row.finished_ns = now_ns;
                row.reason =
                    "given up after " + std::to_string(row.attempts) + " tries: " + outcome.reason;
            }
            break;
        }
    }
    const std::string key = row.key;
    std::optional<AttemptRow> attempt = attempt_of(outcome, row.attempts);
    Status settled = settle(std::move(row), std::move(attempt));
    if (settled.ok()) {
        in_flight_.erase(key);  // otherwise it would be sent again while we cannot record it
    }
    return settled;
}

}  // namespace petrel::core
