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
    Result<std::unique_ptr<Database>> database = Database::open(options.database_path);
    if (!database.ok()) {
        return database.status();
    }
    for (const NotifierHandle& channel : channels) {
        options.outbox.channels.push_back(channel.name);
    }
    auto stage = std::make_unique<NotifierStage>(std::move(options), std::move(*database));
    stage->add_channels(std::move(channels));
    NotifierStage* raw = stage.get();
    raw->worker_ = WorkerThread("delivery", [raw] { raw->run(); });
    return stage;
}

NotifierStage::NotifierStage(DeliveryOptions options, std::unique_ptr<Database> database)
    : options_(std::move(options)), database_(std::move(database)), work_(options_.queue_capacity),
      outcomes_(kOutcomesMax), outbox_(std::make_unique<Outbox>(*database_, options_.outbox)) {}

NotifierStage::~NotifierStage() { stop(0); }

void NotifierStage::add_channels(std::vector<NotifierHandle> channels) {
    for (NotifierHandle& handle : channels) {
        channels_.push_back(
            std::make_unique<Channel>(std::move(handle), [this](DeliveryOutcome outcome) {
                outcomes_.try_push(std::move(outcome));
                work_.wake();
            }));
    }
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

// One that finds no room is counted with the refused ones.
void NotifierStage::on_outcome(const SignalOutcome& outcome) {
    Work work;
    work.outcome = std::make_unique<SignalOutcome>(outcome);
    work_.try_push(std::move(work));
}

void NotifierStage::system_alert(std::string headline, std::string detail) {
    log::warning("system", headline + ": " + detail);
    Work work;
    work.alert = std::make_unique<AlertText>(
        compose_system_alert(std::move(headline), std::move(detail), wall_now_ns()));
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
    constexpr std::int64_t longest_ms = 1'000;
    if (!unstored_.empty() || !unsettled_.empty()) {
        return 100;
    }
    Result<std::int64_t> next = database_->next_due();
    if (!next.ok() || *next == INT64_MAX || outbox_->in_flight() > 0) {
        return longest_ms;
    }
    return std::clamp<std::int64_t>((*next - wall_now_ns()) / kNsPerMs, 0, longest_ms);
}

void NotifierStage::run() {
    pruned_ns_ = steady_now_ns();  // a start has better things to do
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
    }
    drain(steady_now_ns() + grace_ms_ * kNsPerMs);
    for (const auto& channel : channels_) {
        channel->stop();
    }
    settle_outcomes();
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
        work.query(*database_);
        return;
    }
    if (!unstored_.empty() || !store_work(work)) {
        if (unstored_.size() < kUnstoredMax) {
            unstored_.push_back(std::move(work));  // in order, behind what failed before
        } else {
            ++admissions_lost_;
            log::error("delivery", "the store has failed for long: a signal could not be kept");
        }
    }
}

bool NotifierStage::store_work(const Work& work) {
    Status stored;
    if (work.alert != nullptr) {
        stored = outbox_->admit_system(*work.alert, wall_now_ns());
    } else if (work.outcome != nullptr) {
        stored = outbox_->record(*work.outcome);
    } else if (work.change == SignalChange::Admitted) {
        stored = outbox_->admit(*work.signal, wall_now_ns());
    } else {
        stored = outbox_->record(*work.signal);
    }
    if (!stored.ok()) {
        failed(stored);
        retry_store_ns_ = steady_now_ns() + kStoreRetryNs;
    } else {
        recovered();
    }
    return stored.ok();
}

void NotifierStage::retry_store() {
    if (!unstored_.empty() && steady_now_ns() >= retry_store_ns_) {
        std::size_t done = 0;
        while (done < unstored_.size() && store_work(unstored_[done])) {
            ++done;
        }
        unstored_.erase(unstored_.begin(), unstored_.begin() + static_cast<std::ptrdiff_t>(done));
    }
    const std::int64_t now_ns = steady_now_ns();
    if (now_ns - pruned_ns_ > kPruneEveryNs) {
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
    recovered();
    if (outcome.result == DeliveryResult::Broken) {
        system_alert("channel " + outcome.delivery.row.channel + " is refused by its provider",
                     outcome.reason +
                         ". Nothing more is sent there until petrel is restarted "
                         "with a working configuration");
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

void NotifierStage::hand_out() {
    Result<std::vector<Delivery>> due = outbox_->take_due(wall_now_ns(), kBatch);
    if (!due.ok()) {
        failed(due.status());
        return;
    }
    for (Delivery& delivery : *due) {
        const auto channel = std::find_if(channels_.begin(), channels_.end(), [&](const auto& c) {
            return c->name() == delivery.row.channel;
        });
        const std::string key = delivery.row.key;
        if (channel == channels_.end()) {
            settle({std::move(delivery),
                    DeliveryResult::Refused,
                    0,
                    {},
                    "its channel is no longer configured"});
        } else if (!(*channel)->send(std::move(delivery))) {
            outbox_->put_back(key);
        }
    }
}

void NotifierStage::failed(const Status& status) {
    ++store_failures_;
    if (!std::exchange(store_failing_, true)) {
        log::error("delivery", status.message() + ". It is tried again by itself");
    }
    const std::lock_guard lock(failure_mutex_);
    last_failure_ = status.message();
}

// No alert can be kept while the store fails, so it is told as soon as the store works again.
void NotifierStage::recovered() {
    if (std::exchange(store_failing_, false)) {
        const std::lock_guard lock(failure_mutex_);
        system_alert("the store failed for a while and works again",
                     last_failure_ + ". Signals of that time were delivered late");
    }
}

DeliveryFigures NotifierStage::figures() {
    DeliveryFigures figures;
    figures.store = query<StoreCounts>([](Database& database) {
                        Result<StoreCounts> counts = database.counts();
                        return counts.ok() ? *counts : StoreCounts{};
                    }).value_or(StoreCounts{});
    figures.admissions_waiting = work_.size();
    figures.admissions_refused = work_.refused();
    figures.admissions_lost = admissions_lost_;
    figures.store_failures = store_failures_;
    for (const auto& channel : channels_) {
        figures.channels.push_back(channel->figures());
    }
    const std::lock_guard lock(failure_mutex_);
    figures.last_failure = last_failure_;
    return figures;
}

}  // namespace petrel::core
