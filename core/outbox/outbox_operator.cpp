// What people do while petrel runs: silences, acknowledgements, questions; and what an earlier life
// has left of them.
#include <algorithm>

#include "observe/clean_text.hpp"
#include "observe/log.hpp"
#include "outbox/escalations.hpp"
#include "outbox/outbox.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kKeepAgainNs = 1 * kNsPerSecond;
constexpr std::int64_t kFollowNs = 2 * kNsPerSecond;
constexpr std::size_t kWordsMax = 200;

}  // namespace

RoutingDecision Outbox::would(const AlertFacts& facts, std::int64_t now_ns) {
    return options_.router->decide(facts, now_ns, silences_.at(now_ns), active_.at(now_ns));
}

Result<SilenceView> Outbox::add_silence(Silence silence, std::int64_t now_ns) {
    Result<SilenceView> added = silences_.add(std::move(silence), now_ns);
    if (!added.ok()) {
        return added;
    }
    keep_silence(*added);
    for (SilenceView& view : silences_.list(now_ns)) {
        if (view.silence.id == added->silence.id) {
            return std::move(view);
        }
    }
    return added;
}

Result<SilenceView> Outbox::end_silence(const std::string& id, const std::string& by,
                                        std::int64_t now_ns) {
    Result<SilenceView> ended = silences_.end(id, by, now_ns);
    if (ended.ok()) {
        keep_silence(*ended);
    }
    return ended;
}

std::vector<SilenceView> Outbox::silences(std::int64_t now_ns) { return silences_.list(now_ns); }

void Outbox::keep_silence(const SilenceView& view) {
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::Silence;
    entry.silence = row_of(view);
    const Status written = writer_.write(entry);
    if (!written.ok()) {
        log::warning("delivery",
                     "silence " + view.silence.id +
                         " works from memory, as it cannot be stored: " + written.message());
    }
    silences_.keep(view.silence.id, !written.ok()      ? SilenceKept::Memory
                                    : writer_.behind() ? SilenceKept::Spool
                                                       : SilenceKept::Store);
}

void Outbox::keep_silences(std::int64_t now_ns) {
    if (now_ns < keep_silences_ns_) {
        return;
    }
    for (const SilenceView& view : silences_.unkept()) {
        keep_silence(view);
        keep_silences_ns_ = now_ns + kKeepAgainNs;
    }
}

void Outbox::follow_silences(std::int64_t now_ns) {
    if (!options_.shared_store || restored_ != Restored::All || writer_.behind() ||
        now_ns < follow_silences_ns_) {
        return;
    }
    follow_silences_ns_ = now_ns + kFollowNs;
    if (const auto rows = database_.silences(now_ns); rows.ok()) {
        silences_.follow(*rows);
    }
}

Result<AckResult> Outbox::acknowledge(AckRow ack, std::int64_t now_ns) {
    const Result<SignalRow> signal = database_.one(ack.signal_id);
    if (!signal.ok()) {
        return signal.status();
    }
    if (signal->state == "held") {
        return Status::invalid(signal->id +
                               " was held by the rules and sent to nobody: there is "
                               "nothing to acknowledge");
    }
    const Result<std::vector<AckRow>> known = database_.acknowledgements(signal->id);
    const Result<std::vector<NotificationRow>> sent = database_.notifications(signal->id);
    if (!known.ok() || !sent.ok()) {
        return known.ok() ? sent.status() : known.status();
    }
    if (!known->empty()) {
        return AckResult{known->front(), false, 0};
    }
    ack.signal_id = signal->id;
    ack.at_ns = now_ns;
    ack.author = clean_text(ack.author, kWordsMax);
    ack.comment = clean_text(ack.comment, kWordsMax);
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::Acknowledgement;
    entry.notifications =
        tellings_of(ack, *sent, {options_.acknowledging, options_.use_by_ns, *options_.messages});
    entry.ack = std::move(ack);
    if (Status written = writer_.write(entry); !written.ok()) {
        return written;
    }
    escalating_.erase(signal->id);
    return AckResult{std::move(entry.ack), true, entry.notifications.size()};
}

Status Outbox::end_escalations(const std::string& signal_id, const std::string& reason,
                               std::int64_t now_ns) {
    StoreEntry entry;
    entry.kind = StoreEntry::Kind::EscalationsEnd;
    entry.ack.signal_id = signal_id;
    entry.ack.comment = reason;
    entry.ack.at_ns = now_ns;
    Status ended = writer_.write(entry);
    if (ended.ok()) {
        escalating_.erase(signal_id);
    }
    return ended;
}

// A silence that was set since holds an escalation back, too.
std::string Outbox::silenced_now(const NotificationRow& row, std::int64_t now_ns) {
    const AlertFacts* facts = is_escalation(row.key) ? active_.find(row.signal_id) : nullptr;
    const Silence* silence =
        facts == nullptr ? nullptr : silence_of(*facts, now_ns, silences_.at(now_ns));
    return silence == nullptr ? std::string() : silence_words(*silence);
}

void Outbox::restore(std::int64_t now_ns) {
    const bool behind = writer_.behind();
    if (restored_ == Restored::All || (restored_ == Restored::StoreAlone && behind)) {
        return;
    }
    const Result<std::vector<SilenceRow>> silences = database_.silences(now_ns);
    if (!silences.ok()) {
        return;  // the store's failures are told by those who write
    }
    const std::int64_t since_ns = silences->empty() ? now_ns : silences->front().from_ns;
    const Result<std::vector<HeldCount>> held = database_.held_by_silences(since_ns);
    const Result<std::vector<SignalRow>> active = database_.active_signals(now_ns);
    const Result<std::vector<std::string>> escalating = database_.escalating();
    if (!held.ok() || !active.ok() || !escalating.ok()) {
        return;
    }
    silences_.restore(*silences, *held);
    for (const SignalRow& row : *active) {
        if (active_.find(row.id) == nullptr) {
            active_.add(facts_of(row), row.expires_ns);
        }
    }
    for (const std::string& id : *escalating) {
        escalating_.try_emplace(id);
    }
    restored_ = behind ? Restored::StoreAlone : Restored::All;
}

}  // namespace petrel::core
