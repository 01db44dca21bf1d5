// The alert as it was, in the form of the occasion.
#include "outbox/escalations.hpp"

#include <algorithm>

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
        const std::string step = std::to_string(choice.step);
        AlertText told = alert;
        MessageValues values;
        values["after"].whole = static_cast<std::int64_t>(choice.after_ms);
        values["route"].text = choice.route;
        values["step"].whole = static_cast<std::int64_t>(choice.step);
        tell_on(occasion::kEscalation, std::move(values), messages, told);
        told.id += "#esc" + step;
        told.route = choice.route;
        told.silent = false;
        told.escalation = "escalation " + step + " of route " + choice.route +
                          ": nobody acknowledged it in " + format_duration_ms(choice.after_ms);
        NotificationRow row;
        row.key = alert.id + "/" + choice.channel + std::string(kMark) + step;
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

bool is_escalation(std::string_view key) {
    return key.size() > kMark.size() && key.substr(0, key.size() - 1).ends_with(kMark);
}

std::vector<NotificationRow> tellings_of(const AckRow& ack, std::span<const NotificationRow> rows,
                                         const TellingRule& rule) {
    std::vector<NotificationRow> tellings;
    MessageValues values;
    values["who"].text = ack.author;
    values["time"].whole = ack.at_ns;
    if (!ack.comment.empty()) {
        values["comment"].text = ack.comment;
    }
    for (const NotificationRow& sent : rows) {
        Result<AlertText> alert = decode_alert(sent.payload);
        if (sent.state != "delivered" || !rule.channels.contains(sent.channel) || tells(sent) ||
            is_picture(sent) || !alert.ok()) {
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
