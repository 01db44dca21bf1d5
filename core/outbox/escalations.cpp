// The alert as it was, with one line more.
#include "outbox/escalations.hpp"

#include <algorithm>

#include "config/units.hpp"
#include "observe/clean_text.hpp"
#include "observe/privacy_filter.hpp"
#include "outbox/alert_codec.hpp"
#include "petrel/abi/notifier.h"
#include "petrel/types.hpp"
#include "runtime/clock_text.hpp"

namespace petrel::core {
namespace {

constexpr std::string_view kMark = "/esc";
constexpr const char* kField = "Escalation";
constexpr const char* kAcknowledged = "Acknowledged";

// Answers that nobody needs to hear again.
bool tells(const NotificationRow& row) { return row.key.ends_with("/ack"); }

}  // namespace

std::vector<NotificationRow> escalation_rows(const AlertText& alert, int priority,
                                             const RoutingDecision& decision,
                                             const EscalationTimes& times) {
    std::vector<NotificationRow> rows;
    for (const EscalationChoice& choice : decision.escalations) {
        const std::int64_t due_ns =
            times.now_ns + static_cast<std::int64_t>(choice.after_ms) * kNsPerMs;
        if (due_ns >= times.expires_ns) {
            continue;
        }
        const std::string step = std::to_string(choice.step);
        AlertText told = alert;
        told.id += "#esc" + step;
        told.route = choice.route;
        told.silent = false;
        told.fields.emplace_back(kField, "escalation " + step + " of route " + choice.route +
                                             ": nobody acknowledged it in " +
                                             format_duration_ms(choice.after_ms));
        NotificationRow row;
        row.key = alert.id + "/" + choice.channel + std::string(kMark) + step;
        row.signal_id = alert.id;
        row.channel = choice.channel;
        row.priority = priority;
        row.created_ns = times.now_ns;
        row.next_try_ns = due_ns;
        row.use_by_ns = std::min(due_ns + times.use_by_ns, times.expires_ns);
        row.reason = "waits: " + told.fields.back().second;
        row.payload = encode_alert(told);
        rows.push_back(std::move(row));
    }
    return rows;
}

bool is_escalation(std::string_view key) {
    return key.size() > kMark.size() && key.substr(0, key.size() - 1).ends_with(kMark);
}

std::string escalation_reason(const AlertText& alert) {
    const auto found = std::find_if(alert.fields.begin(), alert.fields.end(),
                                    [](const auto& field) { return field.first == kField; });
    return found == alert.fields.end() ? std::string() : found->second;
}

std::vector<NotificationRow> tellings_of(const AckRow& ack, std::span<const NotificationRow> rows,
                                         const std::set<std::string>& channels,
                                         std::int64_t wait_ns) {
    std::vector<NotificationRow> tellings;
    const std::string words = "by " + ack.author + " at " + clock_utc(ack.at_ns) + " UTC" +
                              (ack.comment.empty() ? "" : ": " + ack.comment);
    for (const NotificationRow& sent : rows) {
        Result<AlertText> alert = decode_alert(sent.payload);
        if (sent.state != "delivered" || !channels.contains(sent.channel) || tells(sent) ||
            !alert.ok()) {
            continue;
        }
        alert->id += "#ack";
        alert->phase = PETREL_ALERT_ACKNOWLEDGED;
        alert->provider_id = sent.provider_id;
        alert->silent = true;
        alert->fields.emplace_back(kAcknowledged, private_text(clean_text(words)));
        NotificationRow row;
        row.key = sent.key + "/ack";
        row.signal_id = sent.signal_id;
        row.channel = sent.channel;
        row.priority = sent.priority;
        row.created_ns = ack.at_ns;
        row.next_try_ns = ack.at_ns;
        row.use_by_ns = ack.at_ns + wait_ns;
        row.payload = encode_alert(*alert);
        tellings.push_back(std::move(row));
    }
    return tellings;
}

}  // namespace petrel::core
