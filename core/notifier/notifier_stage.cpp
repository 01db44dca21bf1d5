// The delivery thread: admission, hand-out, settlement. The store's failures are retried here and
// nowhere else; detection never notices them.
#include "notifier/notifier_stage.hpp"

#include <algorithm>
#include <utility>

#include "observe/log.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kUnstoredMax = 4'096;
constexpr std::size_t kOutcomesMax = 65'536;
constexpr int kBatch = 64;
constexpr std::int64_t kStoreRetryNs = 1 * kNsPerSecond;
constexpr std::int64_t kPruneEveryNs = 600 * kNsPerSecond;

}  // namespace

Result<std::unique_ptr<NotifierStage>> NotifierStage::start(DeliveryOptions options,
                                                            std::vector<NotifierHandle> channels) {
    Result<std::unique_ptr<Database>> database = Database::open(options.store);
    if (!database.ok()) {
        return database.status();
    }
    std::unique_ptr<Spool> spool;
    if (!options.spool.empty()) {
        Result<std::unique_ptr<Spool>> opened = Spool::open(options.spool, options.spool_bytes);
        if (!opened.ok()) {
            return opened.status();
        }
        spool = std::move(*opened);
    }
    for (NotifierHandle& channel : channels) {
        const ChannelOptions& wanted = options.channels[channel.name];
        channel.per_minute = wanted.per_minute;
        const petrel_notifier_limits limits = ask_limits(channel);
        options.outbox.channels.push_back(channel.name);
        options.outbox.traits[channel.name] = {limits.abilities, wanted.updates, wanted.digests,
                                               wanted.fallback};
        if ((limits.abilities & PETREL_CAN_ACKNOWLEDGE) != 0) {
            options.outbox.acknowledging.insert(channel.name);
        }
        if ((limits.abilities & PETREL_CAN_IMAGE) != 0 && options.messages.picture_wait_ms > 0) {
            options.outbox.picture_channels.insert(channel.name);
        }
    }
    Result<Router> router = Router::make(options.routing, options.outbox.channels);
    if (!router.ok()) {
        return router.status();
    }
    options.outbox.router = std::make_shared<Router>(std::move(*router));
    if (!options.messages.forms.empty()) {
        Result<MessageBook> messages = MessageBook::make(options.messages);
        if (!messages.ok()) {
            return messages.status();
        }
        options.outbox.messages = std::make_shared<const MessageBook>(std::move(*messages));
    }
    auto stage =
        std::make_unique<NotifierStage>(std::move(options), std::move(*database), std::move(spool));
    stage->add_channels(std::move(channels));
    NotifierStage* raw = stage.get();
    raw->worker_ = WorkerThread("delivery", [raw] { raw->run(); });
    return stage;
}

NotifierStage::NotifierStage(DeliveryOptions options, std::unique_ptr<Database> database,
                             std::unique_ptr<Spool> spool)
    : options_(std::move(options)), database_(std::move(database)), work_(options_.queue_capacity),
      outcomes_(kOutcomesMax),
      outbox_(std::make_unique<Outbox>(*database_, options_.outbox, std::move(spool))),
      drills_(options_.drill) {}

NotifierStage::~NotifierStage() { stop(0); }

void NotifierStage::add_channels(std::vector<NotifierHandle> channels) {
    if (!options_.outbox.picture_channels.empty()) {
        painter_ = std::make_unique<CardPainter>();
    }
    for (NotifierHandle& handle : channels) {
        stops_.try_emplace(handle.name);
        const auto on_press = [this, channel = handle.name](const Press& press) {
            return acknowledge(channel, press);
        };
        const auto report = [this](DeliveryOutcome outcome) {
            if (!tests_.take(outcome)) {
                outcomes_.try_push(std::move(outcome));
                work_.wake();
            }
        };
        channels_.push_back(std::make_unique<Channel>(
            std::move(handle), report,
            ChannelCards{painter_.get(), options_.messages.picture_wait_ms}, on_press));
    }
}

Channel* NotifierStage::find_channel(const std::string& name) {
    const auto found = std::find_if(channels_.begin(), channels_.end(),
                                    [&](const auto& channel) { return channel->name() == name; });
    return found == channels_.end() ? nullptr : found->get();
}

void NotifierStage::on_signal(SignalChange change, const Signal& signal) {
    Work work;
    work.change = change;
    work.signal = std::make_unique<Signal>(signal);
    if (!work_.try_push(std::move(work)) && change == SignalChange::Admitted) {
        log::error("delivery", "the admission queue is full: " + signal.id +
                                   " is not delivered. The store is too slow or has failed");
    }
}

const MessageBook& NotifierStage::messages() const {
    return options_.outbox.messages == nullptr ? shipped_messages() : *options_.outbox.messages;
}

// One that finds no room is counted with the refused ones.
void NotifierStage::on_outcome(const SignalOutcome& outcome) {
    Work work;
    work.outcome = std::make_unique<SignalOutcome>(outcome);
    work_.try_push(std::move(work));
}

void NotifierStage::system_alert(std::string headline, std::string detail, std::string not_on) {
    log::warning("system", headline + ": " + detail);
    Work work;
    work.alert = std::make_unique<AlertText>(
        compose_system_alert(std::move(headline), std::move(detail), wall_now_ns(), messages()));
    work.not_on = std::move(not_on);
    work_.try_push(std::move(work));
}

void NotifierStage::stop(std::int64_t grace_ms) {
    work_.close();  // first, so that nothing can slip in behind the last look
    if (!stopping_) {
        grace_ms_ = grace_ms;
        stopping_ = true;
    }
    worker_.join();
}

std::int64_t NotifierStage::wait_ms() {
    if (!unstored_.empty() || !unsettled_.empty()) {
        return 100;
    }
    if (outbox_->writer().behind()) {
        return store_failing_ ? std::int64_t{100} : std::int64_t{0};
    }
    return look_in_ms_;
}

void NotifierStage::run() {
    pruned_ns_ = steady_now_ns();  // a start has better things to do
    recall_drills();
    while (!stopping_) {
        std::optional<Work> work = work_.pop(wait_ms());
        for (int n = 0; work && n < kBatch; ++n) {
            do_work(std::move(*work));
            work = work_.pop(0);
        }
        if (work) {
            do_work(std::move(*work));
        }
        retry_store();
        settle_outcomes();
        hand_out();
        look_at_drills();
        end_minute();
        look_at_store();
    }
    drain(steady_now_ns() + grace_ms_ * kNsPerMs);
    for (const auto& channel : channels_) {
        channel->stop();
    }
    settle_outcomes();
    look_at_store();
    outbox_.reset();
    database_.reset();
}

// Everything that waits becomes durable first; then what is due may still go out.
void NotifierStage::drain(std::int64_t deadline_ns) {
    while (std::optional<Work> work = work_.pop(0)) {
        do_work(std::move(*work));
    }
    do {
        retry_store_ns_ = 0;
        retry_store();
        settle_outcomes();
        hand_out();
        if (outbox_->in_flight() == 0 && unstored_.empty()) {
            return;
        }
        if (std::optional<DeliveryOutcome> outcome = outcomes_.pop(20)) {
            settle(*outcome);
        }
    } while (steady_now_ns() < deadline_ns);
}

void NotifierStage::do_work(Work work) {
    if (work.query) {
        work.query(*outbox_);
        return;
    }
    const std::int64_t begun_ns = steady_now_ns();
    const bool admission = work.signal != nullptr && work.change == SignalChange::Admitted;
    if (!unstored_.empty() || !store_work(work)) {
        if (unstored_.size() < kUnstoredMax) {
            unstored_.push_back(std::move(work));  // in order, behind what failed before
        } else {
            ++admissions_lost_;
            log::error("delivery", "the store has failed for long: a signal could not be kept");
        }
    } else if (admission) {
        minute_.admitted(steady_now_ns() - begun_ns);
    }
}

bool NotifierStage::store_work(const Work& work) {
    Status stored;
    if (work.alert != nullptr) {
        stored = outbox_->admit_system(*work.alert, wall_now_ns(), work.not_on);
    } else if (work.outcome != nullptr) {
        stored = outbox_->record(*work.outcome);
    } else if (work.change == SignalChange::Admitted) {
        stored = outbox_->admit(*work.signal, wall_now_ns());
    } else if (work.change == SignalChange::Held) {
        stored = outbox_->record(*work.signal);
    } else {
        stored = outbox_->follow(*work.signal, wall_now_ns());
    }
    if (!stored.ok() && !stored.retryable()) {
        ++admissions_lost_;  // for ever refused: it must not stand in the way of the others
        log::error("delivery", "a signal could not be kept: " + stored.message());
        return true;
    }
    if (!stored.ok() || (!outbox_->writer().store_status().ok() && !store_failing_)) {
        failed(stored.ok() ? outbox_->writer().store_status() : stored);
        retry_store_ns_ = steady_now_ns() + kStoreRetryNs;
    } else {
        recovered();
    }
    return stored.ok();
}

// Brings what waits in the spool into the store, in order; a part at a time, so that what comes in
// is kept meanwhile.
void NotifierStage::catch_up() {
    constexpr int entries_a_turn = 200;
    if (!outbox_->writer().behind() || steady_now_ns() < retry_store_ns_) {
        return;
    }
    if (Status caught_up = outbox_->writer().catch_up(entries_a_turn); !caught_up.ok()) {
        failed(caught_up);
        retry_store_ns_ = steady_now_ns() + kStoreRetryNs;
    } else {
        recovered();
    }
}

void NotifierStage::retry_store() {
    catch_up();
    if (!unstored_.empty() && steady_now_ns() >= retry_store_ns_) {
        std::size_t done = 0;
        while (done < unstored_.size() && store_work(unstored_[done])) {
            ++done;
        }
        unstored_.erase(unstored_.begin(), unstored_.begin() + static_cast<std::ptrdiff_t>(done));
        recovered();
    }
    prune();
}

void NotifierStage::prune() {
    const std::int64_t now_ns = steady_now_ns();
    if (now_ns - pruned_ns_ > kPruneEveryNs && !outbox_->writer().behind()) {
        pruned_ns_ = now_ns;
        const auto keep_ns = static_cast<std::int64_t>(options_.keep_ended_s) * kNsPerSecond;
        if (Status pruned = database_->prune(options_.near_misses_max, wall_now_ns() - keep_ns);
            !pruned.ok()) {
            failed(pruned);
        }
    }
}

void NotifierStage::settle(const DeliveryOutcome& outcome) {
    if (Status settled = outbox_->settle(outcome, wall_now_ns()); !settled.ok()) {
        failed(settled);
        unsettled_.push_back(outcome);
        return;
    }
    minute_.settled(outcome, wall_now_ns());
    if (const Status& store = outbox_->writer().store_status(); !store.ok() && !store_failing_) {
        failed(store);
        retry_store_ns_ = steady_now_ns() + kStoreRetryNs;
    } else {
        recovered();
    }
    if (outcome.result == DeliveryResult::Broken) {
        stopped(outcome);
    } else if (outcome.result == DeliveryResult::Delivered ||
               outcome.result == DeliveryResult::Refused) {
        works_again(outcome.delivery.row.channel);
    }
}

void NotifierStage::settle_outcomes() {
    for (const DeliveryOutcome& outcome : std::exchange(unsettled_, {})) {
        settle(outcome);
    }
    while (std::optional<DeliveryOutcome> outcome = outcomes_.pop(0)) {
        settle(*outcome);
    }
}

void NotifierStage::failed(const Status& status) {
    ++store_failures_;
    if (!std::exchange(store_failing_, true)) {
        log::error("delivery", status.message() + ". It is tried again by itself");
        system_alert("the store cannot be written",
                     status.message() +
                         ". Detection goes on. Signals are kept on disk and sent when "
                         "it works again: nothing is sent without a record");
    }
    const std::lock_guard lock(failure_mutex_);
    last_failure_ = status.message();
}

// An alert goes the way of every notification, so both are sent when the store works again; the log
// and `petrel status` tell it at once.
void NotifierStage::recovered() {
    if (!outbox_->writer().store_status().ok() || outbox_->writer().behind() ||
        !unstored_.empty()) {
        return;
    }
    if (std::exchange(store_failing_, false)) {
        const std::lock_guard lock(failure_mutex_);
        system_alert("the store failed for a while and works again",
                     last_failure_ + ". Signals of that time were delivered late");
    }
}

void NotifierStage::end_minute() {
    std::optional<MetricsRow> minute = minute_.ended(wall_now_ns());
    if (!minute) {
        return;
    }
    minute->node = options_.store.node;
    minute->waiting = static_cast<std::int64_t>(work_.size());
    minute->spooled = static_cast<std::int64_t>(outbox_->writer().spooled());
    if (Status written = outbox_->record(*minute); !written.ok()) {
        log::warning("delivery", "a minute's figures are lost: " + written.message());
    }
}

// For those who ask from other threads.
void NotifierStage::look_at_store() {
    const StoreWriter& writer = outbox_->writer();
    spooled_ = writer.spooled();
    spooled_bytes_ = writer.spooled_bytes();
    spool_refused_ = writer.refused();
    store_down_ = store_failing_ || writer.behind();
    store_broken_ = !database_->broken().empty();
}

}  // namespace petrel::core
