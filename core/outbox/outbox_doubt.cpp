// Stage 8: what may have gone out before, where no key tells a copy from a message.
#include "outbox/outbox.hpp"
#include "petrel/abi/notifier.h"

namespace petrel::core {

bool Outbox::honours_key(const std::string& channel) const {
    return (traits_of(channel).abilities & PETREL_HONOURS_KEY) != 0;
}

// An answer did not come, or it is the one that was under way when an earlier run ended, or when
// another node did: the first of its channel, for nothing goes out behind one that is not recorded.
bool Outbox::may_repeat(const NotificationRow& row) {
    const bool keyed = honours_key(row.channel);
    if (!row.taken_from.empty() &&
        (keyed || resumed_.try_emplace(row.channel + "@" + row.taken_from, row.key).second)) {
        taken_over_.insert(row.key);
    }
    if (keyed) {
        return false;
    }
    if (row.reason.ends_with(kMayRepeat) || taken_over_.contains(row.key)) {
        return true;
    }
    return row.created_ns < options_.began_ns && row.next_try_ns < options_.began_ns &&
           resumed_.try_emplace(row.channel, row.key).first->second == row.key;
}

// A doubt stays, whatever the tries after it bring, until one is answered with a yes.
std::string Outbox::with_doubt(const DeliveryOutcome& outcome) {
    std::string reason = outcome.reason;
    if (outcome.delivery.may_repeat && outcome.result == DeliveryResult::Retry &&
        !reason.ends_with(kMayRepeat)) {
        reason += kMayRepeat;
    }
    return reason;
}

}  // namespace petrel::core
