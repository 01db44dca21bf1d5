// Stage 8: what became of a message, as it is recorded.
#include <array>

#include "observe/clean_text.hpp"
#include "outbox/escalations.hpp"
#include "outbox/outbox.hpp"
#include "outbox/pictures.hpp"

namespace petrel::core {
namespace {

constexpr const char* kBareReason = "the store has refused what was to be kept of its last try";

std::string_view result_word(DeliveryResult result) {
    constexpr std::array words = {"delivered", "retry", "refused", "broken", "untried"};
    return words[static_cast<std::size_t>(result)];
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

Status Outbox::settle(NotificationRow row, std::optional<AttemptRow> attempt) {
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::Settlement;
    entry.notifications.push_back(std::move(row));
    entry.attempt = std::move(attempt);
    return writer_.write(entry);
}

Status Outbox::end(NotificationRow row, const char* state, std::string reason,
                   std::int64_t now_ns) {
    taken_over_.erase(row.key);
    row.state = state;
    row.finished_ns = now_ns;
    row.reason = std::move(reason);
    return settle(std::move(row), std::nullopt);
}

// A failure that may pass. What the provider asked to wait for is no failure of the message, and
// ends by its use-by alone.
void Outbox::fail(NotificationRow& row, const DeliveryOutcome& outcome, std::int64_t now_ns) const {
    const std::uint64_t named = RetryPolicy::clamp_provider_ms(outcome.retry_after_ms);
    const std::uint64_t wait = named != 0 ? named : options_.retry.wait_ms(row.attempts, row.key);
    row.next_try_ns = now_ns + static_cast<std::int64_t>(wait) * kNsPerMs;
    const StoryBook::Told* told = book_.find(row.signal_id, row.channel);
    if (row.phase == "update" && told != nullptr && told->last.seq > row.seq) {
        row.state = "replaced";
        row.finished_ns = now_ns;
        row.reason = "replaced by a newer update; last: " + outcome.reason;
    } else if (named == 0 && row.attempts >= options_.retry.attempts_max) {
        row.state = "refused";
        row.finished_ns = now_ns;
        row.reason = "given up after " + std::to_string(row.attempts) + " tries: " + outcome.reason;
    }
}

Status Outbox::settle(const DeliveryOutcome& outcome, std::int64_t now_ns) {
    NotificationRow row = outcome.delivery.row;
    const std::string key = row.key;
    const std::string channel = row.channel;
    if (outcome.result == DeliveryResult::Untried) {
        put_back(row);
        return {};
    }
    ++row.attempts;
    row.reason = with_doubt(outcome);
    row.provider_id = clean_text(outcome.provider_id);  // a server refuses what is no text
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::Settlement;
    if (outcome.result == DeliveryResult::Retry) {
        fail(row, outcome, now_ns);
    } else {
        const bool delivered = outcome.result == DeliveryResult::Delivered;
        row.state = delivered ? "delivered" : "refused";
        row.finished_ns = now_ns;
        if (delivered) {
            add_picture_of(outcome, now_ns, entry);
        }
        if (delivered && row.reason.empty()) {
            row.reason = outcome.delivery.alert.escalation;
        }
    }
    if (outcome.result == DeliveryResult::Broken) {
        stopped_[channel] = outcome.reason;
        const bool follows = row.phase == "update" || row.phase == "end" || is_picture(row);
        if (const std::string to = follows ? "" : fallback_of(channel); !to.empty()) {
            entry = diverted(outcome.delivery, row, to, now_ns);
            book_.forget(row.signal_id);
        }
    }
    if (entry.notifications.empty()) {
        entry.notifications.push_back(std::move(row));
    }
    entry.attempt = attempt_of(outcome, entry.notifications.front().attempts);
    Status settled = writer_.write(entry);
    if (settled.ok()) {
        in_flight_[channel].erase(
            key);  // otherwise it would be sent again while we cannot record it
        const NotificationRow& ended = entry.notifications.front();
        if (ended.state != "pending") {
            taken_over_.erase(key);
        }
        const StoryBook::Told* told = book_.find(ended.signal_id, channel);
        if ((told != nullptr && told->last.key == key) || is_escalation(key) || is_picture(ended)) {
            note(entry.notifications);
        }
    }
    return settled;
}

// What became of a message, without what its provider said of it. False when it cannot be kept
// either, or was that already.
bool Outbox::settle_barely(StoreEntry entry) {
    if (entry.kind != StoreEntry::Kind::Settlement ||
        entry.notifications.front().reason == kBareReason) {
        return false;
    }
    NotificationRow& row = entry.notifications.front();
    row.reason = kBareReason;
    row.provider_id.clear();
    entry.attempt.reset();
    return writer_.write(entry).ok();
}

void Outbox::note_lost() {
    for (const StoreEntry& entry : writer_.take_lost()) {
        if (settle_barely(entry)) {
            continue;
        }
        ++lost_;
        for (const NotificationRow& row : entry.notifications) {
            in_flight_[row.channel].insert(row.key);
        }
    }
}

Status Outbox::flush() {
    Status flushed = writer_.flush();
    note_lost();
    return flushed;
}

Status Outbox::catch_up(int limit) {
    Status caught_up = writer_.catch_up(limit);
    note_lost();
    return caught_up;
}

}  // namespace petrel::core
