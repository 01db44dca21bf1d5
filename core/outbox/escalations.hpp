// Rows of what follows an alert: escalations, while nobody acknowledges it, and what tells the
// channels that somebody has.
//
// Stage 8; pure, on the delivery thread. Escalations are pending rows from the admission on, with
// keys of their own, so that neither a crash nor a restart loses or doubles one.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "outbox/alert.hpp"
#include "routing/router.hpp"
#include "store/rows.hpp"

namespace petrel::core {

// When an alert was admitted, how long one may wait to be sent, and until when its signal lives.
struct EscalationTimes {
    std::int64_t now_ns = 0;
    std::int64_t use_by_ns = 0;
    std::int64_t expires_ns = 0;
};

// One for each step and channel, "sig-1/pager/esc1", that comes before the signal expires.
std::vector<NotificationRow> escalation_rows(const AlertText& alert,
                                             const RoutingDecision& decision,
                                             const EscalationTimes& times,
                                             const MessageBook& messages);

// Those of the rows that were not tried yet, with the words of what the alert is now.
std::vector<NotificationRow> reworded_escalations(std::span<const NotificationRow> rows,
                                                  const AlertText& alert,
                                                  const MessageBook& messages);

// Whether a key is one of those.
bool is_escalation(std::string_view key);

// Who is told of an acknowledgement, and how.
struct TellingRule {
    const std::set<std::string>& channels;
    std::int64_t wait_ns = 0;  // so long a row may wait to be sent
    const MessageBook& messages;
};

// For each message that is shown on one of the channels, or each such channel where nothing tells
// messages apart: a row that tells it of the acknowledgement in the newest words, "sig-1/chat/ack".
std::vector<NotificationRow> tellings_of(const AckRow& ack, std::span<const NotificationRow> rows,
                                         const TellingRule& rule);

}  // namespace petrel::core
