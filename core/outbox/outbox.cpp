// Stage 8: what goes in. outbox_stories has updates and ends, outbox_dispatch what goes out, and
// outbox_settlement what becomes of it.
#include "outbox/outbox.hpp"

#include <algorithm>
#include <iterator>

#include "outbox/alert_codec.hpp"
#include "outbox/escalations.hpp"
#include "petrel/abi/notifier.h"

namespace petrel::core {
namespace {

ChannelChoice past_the_routes(const std::string& channel, const char* why) {
    ChannelChoice choice;
    choice.channel = channel;
    choice.route = why;
    return choice;
}

// From the receipt of the newest event behind it. Unknown where none is at hand or the clock went
// back.
std::optional<std::int64_t> processing_time(const Signal& signal, std::int64_t now_ns) {
    const std::vector<MarketEvent>& evidence = signal.cause.evidence;
    const std::int64_t received_ns = evidence.empty() ? 0 : evidence.front().receive_ts_ns;
    return received_ns > 0 && received_ns <= now_ns ? std::optional(now_ns - received_ns)
                                                    : std::nullopt;
}

// Takes a channel that does not work out of a decision; what has no way left goes to all others.
void lead_around(RoutingDecision& decision, const std::string& not_on,
                 const std::vector<std::string>& channels) {
    std::erase_if(decision.choices,
                  [&](const ChannelChoice& choice) { return choice.channel == not_on; });
    if (std::any_of(decision.choices.begin(), decision.choices.end(),
                    [](const ChannelChoice& choice) { return choice.send; })) {
        return;
    }
    decision.choices.clear();
    for (const std::string& channel : channels) {
        if (channel != not_on) {
            decision.choices.push_back(past_the_routes(channel, "other channels"));
        }
    }
}

AlertText without_picture(AlertText alert) {
    alert.series = {};
    return alert;
}

}  // namespace

Outbox::Outbox(Database& database, OutboxOptions options, std::unique_ptr<Spool> spool)
    : database_(database), options_(std::move(options)), writer_(database, std::move(spool)) {
    if (options_.router == nullptr) {
        // Without mute windows nothing can be wrong with it.
        options_.router = std::make_shared<Router>(*Router::make({}, options_.channels));
    }
    if (options_.messages == nullptr) {
        options_.messages = std::make_shared<const MessageBook>(shipped_messages());
    }
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
        row.payload = encode_alert(
            options_.picture_channels.contains(choice.channel) ? alert : without_picture(alert));
        rows.push_back(std::move(row));
    }
    return rows;
}

Status Outbox::admit(const Signal& signal, std::int64_t now_ns) {
    restore(now_ns);
    const AlertText alert = compose_alert(signal, *options_.messages);
    const AlertFacts facts = facts_of(signal, alert);
    const RoutingDecision decision = would(facts, now_ns);
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::Admission;
    entry.signal = row_of(signal);
    entry.signal.processing_ns = processing_time(signal, now_ns);
    entry.notifications = rows_for(alert, decision, now_ns);
    std::vector<NotificationRow> later =
        escalation_rows(without_picture(alert), decision,
                        {now_ns, options_.use_by_ns, signal.expires_ns}, *options_.messages);
    std::copy(later.begin(), later.end(), std::back_inserter(entry.notifications));
    Status admitted = writer_.write(entry);
    if (admitted.ok()) {
        active_.add(facts, signal.expires_ns);
        options_.router->count(decision, now_ns);
        silences_.count(decision);
        if (!writer_.behind()) {
            book_.forget(signal.id);  // rows that were there before have stayed
        }
        for (const NotificationRow& row : entry.notifications) {
            book_.note(row, alert);
        }
        if (!later.empty()) {
            escalating_[signal.id] = figures_of(signal, now_ns);
        }
    }
    return admitted;
}

Status Outbox::record(const Signal& signal) {
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::Signal;
    entry.signal = row_of(signal);
    if (signal.state == SignalState::Active) {
        active_.renew(signal.id, signal.expires_ns);
    }
    // A near miss of a story that was told is no end of it.
    if (signal.state == SignalState::Active || signal.state == SignalState::Held) {
        return writer_.write(entry);
    }
    active_.remove(signal.id);
    Status written = writer_.write(entry);
    return written.ok() && escalating_.contains(signal.id)
               ? end_escalations(signal.id, "its signal is " + entry.signal.state, signal.ts_ns)
               : written;
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

Status Outbox::admit_drill(const AlertText& alert, const std::string& channel,
                           const DrillTimes& times) {
    RoutingDecision decision;
    decision.choices.push_back(past_the_routes(channel, "drill"));
    decision.choices.front().silent = alert.silent;
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::Notifications;
    entry.notifications = rows_for(alert, decision, times.now_ns);
    entry.notifications.front().use_by_ns = times.use_by_ns;
    return writer_.write(entry);
}

Status Outbox::admit_system(const AlertText& alert, std::int64_t now_ns,
                            const SystemTrouble& trouble) {
    RoutingDecision decision = would(facts_of_system(alert), now_ns);
    if (!trouble.not_on.empty()) {
        lead_around(decision, trouble.not_on, options_.channels);
    }
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::Notifications;
    entry.notifications = rows_for(alert, decision, now_ns);
    for (NotificationRow& row : entry.notifications) {
        if (!trouble.ends.empty() && row.state == "pending" &&
            (traits_of(row.channel).abilities & PETREL_CAN_RESOLVE) != 0) {
            row.signal_id = trouble.ends;
            row.key = trouble.ends + "/" + row.channel + "/end";
            row.phase = "end";
            row.seq = 1;
        }
    }
    Status added = writer_.write(entry);
    if (added.ok()) {
        options_.router->count(decision, now_ns);
        silences_.count(decision);
    }
    return added;
}

}  // namespace petrel::core
