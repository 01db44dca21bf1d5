// The delivery thread and its store: what is decided and settled together becomes durable together.
// The store's failures are retried here and nowhere else; detection never notices them.
#include <algorithm>
#include <iterator>
#include <utility>

#include "notifier/notifier_stage.hpp"
#include "observe/log.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kStoreRetryNs = 1 * kNsPerSecond;
constexpr std::int64_t kPrunePartNs = 100 * kNsPerMs;  // while there is more
constexpr std::ptrdiff_t kGroup = 64;                  // of what has waited

}  // namespace

// From here to flush() one sync of the disk does for all that is admitted and settled.
void NotifierStage::gather() {
    if (gathered_.admissions == 0) {
        gathered_.since_ns = steady_now_ns();
    }
    outbox_->gather();
}

// Only what is durable counts: a channel goes on when its outcome is on record.
void NotifierStage::flush() {
    StoreWriter& writer = outbox_->writer();
    if (writer.stuck()) {
        return;  // catch_up() tries again in its time
    }
    const bool something = writer.gathered() > 0;
    const Status flushed = outbox_->flush();
    admissions_lost_ += outbox_->take_lost();
    if (!flushed.ok()) {
        log::error("delivery",
                   "neither the store nor the spool can be written: what is decided "
                   "waits in memory, and nothing is sent; " +
                       flushed.message());
        failed(flushed);
        retry_store_ns_ = steady_now_ns() + kStoreRetryNs;
        return;
    }
    if (!writer.store_status().ok() && !store_failing_) {
        failed(writer.store_status());
        retry_store_ns_ = steady_now_ns() + kStoreRetryNs;
    } else if (something) {
        recovered();
    }
    tell_recorded();
}

void NotifierStage::tell_recorded() {
    const std::int64_t took_ns = steady_now_ns() - gathered_.since_ns;
    for (; gathered_.admissions > 0; --gathered_.admissions) {
        minute_.admitted(took_ns);
    }
    for (Channel* channel : std::exchange(gathered_.settled, {})) {
        channel->recorded();
    }
}

// Brings what waits in the spool into the store, in order; a part at a time, so that what comes in
// is kept meanwhile.
void NotifierStage::catch_up() {
    constexpr int entries_a_turn = 200;
    if (!outbox_->writer().behind() || steady_now_ns() < retry_store_ns_) {
        return;
    }
    const Status caught_up = outbox_->catch_up(entries_a_turn);
    admissions_lost_ += outbox_->take_lost();
    if (!caught_up.ok()) {
        failed(caught_up);
        retry_store_ns_ = steady_now_ns() + kStoreRetryNs;
    } else {
        recovered();
    }
}

void NotifierStage::retry_store() {
    catch_up();
    if (!outbox_->writer().stuck()) {
        tell_recorded();  // what was stuck is on record
    }
    while (!waiting_.empty() && steady_now_ns() >= retry_store_ns_ && !outbox_->writer().stuck()) {
        gather();
        const auto end = waiting_.begin() + std::min<std::ptrdiff_t>(std::ssize(waiting_), kGroup);
        std::for_each(waiting_.begin(), end, [this](const Work& work) { store_work(work); });
        waiting_.erase(waiting_.begin(), end);
        flush();
    }
    make_good();
}

void NotifierStage::make_good() {
    if (remade_.signals.empty() || steady_now_ns() < make_good_ns_) {
        return;
    }
    make_good_ns_ = steady_now_ns() + kStoreRetryNs;
    const std::int64_t now_ns = wall_now_ns();
    gather();
    std::erase_if(remade_.signals, [&](RemadeSignal& one) {
        return outbox_->make_good(one, remade_.admit_since_ns, now_ns).ok();
    });
    flush();
}

void NotifierStage::prune() {
    if (steady_now_ns() < prune_ns_ || outbox_->writer().behind()) {
        return;
    }
    const auto keep_ns = static_cast<std::int64_t>(options_.keep_ended_s) * kNsPerSecond;
    const auto more = database_->prune(options_.near_misses_max, wall_now_ns() - keep_ns);
    if (!more.ok()) {
        failed(more.status());
    }
    prune_later(more.ok() && *more);
}

void NotifierStage::prune_later(bool more) {
    const auto every_ns = static_cast<std::int64_t>(options_.prune_every_ms) * kNsPerMs;
    prune_ns_ = steady_now_ns() + (more ? std::min(kPrunePartNs, every_ns) : every_ns);
}

// A system lets a file be removed beneath who writes to it: nothing fails, and nothing is kept.
void NotifierStage::look_for_store() {
    const std::int64_t now_ns = steady_now_ns();
    if (now_ns - looked_for_store_ns_ < kNsPerSecond) {
        return;
    }
    looked_for_store_ns_ = now_ns;
    const bool moved = database_->has_moved();
    if (moved && !store_moved_) {
        system_alert("the store's file is gone",
                     options_.store.path +
                         " was removed, renamed or replaced while petrel runs. Signals are sent as "
                         "before, but what is recorded goes with the end of petrel: put the file "
                         "back, or restart petrel when nothing is pending");
    }
    store_moved_ = moved;
}

void NotifierStage::failed(const Status& status) {
    ++store_failures_;
    // One that broke just now has failed with the failure's own words.
    const std::string& broken = database_->broken();
    const std::string& what = broken.empty() ? status.message() : broken;
    if (!std::exchange(store_failing_, true)) {
        log::error("delivery", broken.empty() ? what + ". It is tried again by itself" : what);
        system_alert("the store cannot be written",
                     what + ". Signals are kept on disk and sent " +
                         (broken.empty() ? "when it works again" : "then") +
                         ": nothing is sent without a record. Detection goes on",
                     {"store"});
    }
    const std::lock_guard lock(failure_mutex_);
    last_failure_ = what;
}

// An alert goes the way of every notification, so both are sent when the store works again; the log
// and `petrel status` tell it at once.
void NotifierStage::recovered() {
    if (!outbox_->writer().store_status().ok() || outbox_->writer().behind() || !waiting_.empty()) {
        return;
    }
    if (std::exchange(store_failing_, false)) {
        const std::lock_guard lock(failure_mutex_);
        system_alert("the store failed for a while and works again",
                     last_failure_ + ". Signals of that time were delivered late", {"store", true});
    }
}

}  // namespace petrel::core
