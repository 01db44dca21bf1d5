// The alert as it was, in the form of the occasion.
#include "outbox/escalations.hpp"

#include <algorithm>
#include <map>

#include "config/units.hpp"
#include "outbox/alert_codec.hpp"
#include "outbox/occasion.hpp"
#include "outbox/pictures.hpp"
#include "petrel/abi/notifier.h"
#include "petrel/types.hpp"

namespace petrel::core {
namespace {

constexpr std::string_view kMark = "/esc";

// Answers that nobody needs to hear again.
bool tells(const NotificationRow& row) { return row.key.ends_with("/ack"); }

struct Step {
    std::string number;
    std::string route;
    std::uint64_t after_ms = 0;
};

AlertText escalated(AlertText alert, const Step& step, const MessageBook& messages) {
    MessageValues values;
    values["after"].whole = static_cast<std::int64_t>(step.after_ms);
    values["route"].text = step.route;
    values["step"].whole = step.number.front() - '0';  // at most nine
    tell_on(occasion::kEscalation, std::move(values), messages, alert);
    alert.id += "#esc" + step.number;
    alert.route = step.route;
    alert.silent = false;
    alert.escalation = "escalation " + step.number + " of route " + step.route +
                       ": nobody acknowledged it in " + format_duration_ms(step.after_ms);
    return alert;
}

// The message under which a reader sees what the row said. A channel that gives messages no id, or
// the story's, is one message.
std::string message_of(const NotificationRow& row, std::span<const NotificationRow> rows) {
    return row.channel + "\n" + shown_id(row, rows);
}

}  // namespace

std::vector<NotificationRow> escalation_rows(const AlertText& alert,
                                             const RoutingDecision& decision,
                                             const EscalationTimes& times,
                                             const MessageBook& messages) {
    std::vector<NotificationRow> rows;
    for (const EscalationChoice& choice : decision.escalations) {
        const std::int64_t due_ns =
            times.now_ns + static_cast<std::int64_t>(choice.after_ms) * kNsPerMs;
        if (due_ns >= times.expires_ns) {
            continue;
        }
        const Step step{std::to_string(choice.step), choice.route, choice.after_ms};
        const AlertText told = escalated(alert, step, messages);
        NotificationRow row;
        row.key = alert.id + "/" + choice.channel + std::string(kMark) + step.number;
        row.signal_id = alert.id;
        row.channel = choice.channel;
        row.priority = priority_of(alert);
        row.created_ns = times.now_ns;
        row.next_try_ns = due_ns;
        row.use_by_ns = std::min(due_ns + times.use_by_ns, times.expires_ns);
        row.reason = "waits: " + told.escalation;
        row.payload = encode_alert(told);
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<NotificationRow> reworded_escalations(std::span<const NotificationRow> rows,
                                                  const AlertText& alert,
                                                  const MessageBook& messages) {
    std::vector<NotificationRow> reworded;
    for (const NotificationRow& row : rows) {
        const Result<AlertText> before = decode_alert(row.payload);
        if (!is_escalation(row.key) || row.state != "pending" || row.attempts > 0 || !before.ok()) {
            continue;
        }
        const Step step{row.key.substr(row.key.size() - 1), before->route,
                        static_cast<std::uint64_t>((row.next_try_ns - row.created_ns) / kNsPerMs)};
        NotificationRow& again = reworded.emplace_back(row);
        again.payload = encode_alert(escalated(alert, step, messages));
    }
    return reworded;
}

bool is_escalation(std::string_view key) {
    return key.size() > kMark.size() && key.substr(0, key.size() - 1).ends_with(kMark);
}

std::vector<NotificationRow> tellings_of(const AckRow& ack, std::span<const NotificationRow> rows,
                                         const TellingRule& rule) {
    std::vector<NotificationRow> tellings;
    const MessageValues values = acknowledgement_values(ack);
    std::map<std::string, const NotificationRow*> newest;  // of each message
    for (const NotificationRow& sent : rows) {
        if (sent.state == "delivered" && rule.channels.contains(sent.channel) && !tells(sent) &&
            !is_picture(sent)) {
            const NotificationRow*& known = newest[message_of(sent, rows)];
            known = known == nullptr || sent.seq >= known->seq ? &sent : known;
        }
    }
    for (const auto& [message, row_of_it] : newest) {
        const NotificationRow& sent = *row_of_it;
        Result<AlertText> alert = decode_alert(sent.payload);
        if (!alert.ok()) {
            continue;
        }
        tell_on(occasion::kAcknowledged, values, rule.messages, *alert);
        alert->id += "#ack";
        alert->phase = PETREL_ALERT_ACKNOWLEDGED;
        alert->provider_id = shown_id(sent, rows);
        alert->silent = true;
        NotificationRow row;
        row.key = sent.key + "/ack";
        row.signal_id = sent.signal_id;
        row.channel = sent.channel;
        row.priority = sent.priority;
        row.created_ns = ack.at_ns;
        row.next_try_ns = ack.at_ns;
        row.use_by_ns = ack.at_ns + rule.wait_ns;
        row.payload = encode_alert(*alert);
        tellings.push_back(std::move(row));
    }
    return tellings;
}

}  // namespace petrel::core
