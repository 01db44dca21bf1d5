// The delivery thread: admission and settlement. notifier_stage_store has what becomes durable and
// what when it cannot, notifier_stage_hand_out the way out.
#include "notifier/notifier_stage.hpp"

#include <algorithm>
#include <utility>

#include "observe/log.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kWaitingMax = 4'096;
constexpr std::size_t kOutcomesMax = 65'536;
constexpr std::size_t kDrawingsMax = 64;  // more than the outbox orders at once
constexpr int kBatch = 64;                // that one transaction admits
constexpr int kWalPagesQuiet = 1'000;     // worth copying while nothing waits

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
    options.outbox.shared_store = options.store.is_server();
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
    : options_(std::move(options)), database_(std::move(database)), reader_(options_.store),
      work_(options_.queue_capacity), outcomes_(kOutcomesMax), drawings_(kDrawingsMax),
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
        const auto report = [this, channel = handle.name](DeliveryOutcome outcome) {
            if (outcome.result == DeliveryResult::Untried && TestDesk::is_test(outcome)) {
                outcome.reason = why_untried(*find_channel(channel));
            }
            if (!tests_.take(outcome)) {
                outcomes_.try_push(std::move(outcome));
                work_.wake();
            } else if (outcome.result != DeliveryResult::Untried) {
                find_channel(outcome.delivery.row.channel)->recorded();  // a test has no record
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

void NotifierStage::make_good(RemadeLot lot) {
    Work work;
    work.query = [this, lot = std::move(lot)](Outbox&) {
        remade_ = lot;
        make_good();
    };
    work_.try_push(std::move(work));
}

void NotifierStage::system_alert(std::string headline, std::string detail, const Trouble& trouble) {
    log::warning("system", headline + ": " + detail);
    Work work;
    work.alert = std::make_unique<AlertText>(
        compose_system_alert(std::move(headline), std::move(detail), wall_now_ns(), messages()));
    work.trouble.not_on = trouble.not_on;
    if (!trouble.about.empty()) {
        const std::lock_guard lock(troubles_mutex_);
        work.trouble.ends = trouble.over ? std::exchange(troubles_[trouble.about], {}) : "";
        troubles_[trouble.about] = trouble.over ? "" : work.alert->id;
    }
    work_.try_push(std::move(work));
}

void NotifierStage::stop(std::int64_t grace_ms) {
    work_.close();  // first, so that nothing can slip in behind the last look
    if (!stopping_) {
        grace_ms_ = grace_ms;
        stopping_ = true;
    }
    reader_.stop();
    worker_.join();
}

std::int64_t NotifierStage::wait_ms() {
    if (!waiting_.empty() || !unsettled_.empty() || outbox_->writer().stuck()) {
        return 100;
    }
    if (outbox_->writer().behind()) {
        return store_failing_ ? std::int64_t{100} : std::int64_t{0};
    }
    return look_in_ms_;
}

void NotifierStage::run() {
    prune_later(false);  // a start has better things to do
    recall_drills();
    if (Status moved = database_->follow_clock_back(wall_now_ns()); !moved.ok()) {
        failed(moved);
    }
    recall_pauses();
    while (!stopping_) {
        std::optional<Work> work = work_.pop(wait_ms());
        gather();
        for (int n = 1; work; ++n) {
            do_work(std::move(*work));
            work = n < kBatch ? work_.pop(0) : std::nullopt;
        }
        settle_outcomes();
        take_drawings();
        flush();
        retry_store();
        hand_out();
        look_at_drills();
        end_minute();
        look_at_store();
        look_for_store();
        prune();
        if (work_.size() == 0 && outbox_->in_flight() == 0) {
            database_->checkpoint(kWalPagesQuiet);
        }
    }
    drain(steady_now_ns() + grace_ms_ * kNsPerMs);
    for (const auto& channel : channels_) {
        channel->begin_stop();  // all of them, before one is waited for
    }
    for (const auto& channel : channels_) {
        channel->stop();
    }
    gather();
    settle_outcomes();
    flush();
    look_at_store();
    if (unstored_ > 0) {
        log::error("delivery", "stopped while neither store nor spool could be written: " +
                                   std::to_string(unstored_) + " changes are lost");
    }
    outbox_.reset();
    database_.reset();
}

// Everything that waits becomes durable first; then what is due may still go out.
void NotifierStage::drain(std::int64_t deadline_ns) {
    gather();
    while (std::optional<Work> work = work_.pop(0)) {
        do_work(std::move(*work));
    }
    flush();
    std::optional<DeliveryOutcome> outcome;
    do {
        retry_store_ns_ = 0;
        retry_store();
        gather();
        if (outcome) {
            settle(*outcome);
        }
        settle_outcomes();
        take_drawings();
        flush();
        hand_out();
        outcome.reset();
        if (outbox_->in_flight() == 0 && waiting_.empty() && !outbox_->writer().stuck()) {
            return;
        }
        outcome = outcomes_.pop(20);
    } while (steady_now_ns() < deadline_ns);
    if (outcome) {
        unsettled_.push_back(std::move(*outcome));
    }
}

void NotifierStage::do_work(Work work) {
    if (work.query) {
        flush();  // it sees what was said before it
        work.query(*outbox_);
        gather();
        return;
    }
    if (waiting_.empty() && !outbox_->writer().stuck()) {
        store_work(work);
    } else if (waiting_.size() < kWaitingMax) {
        waiting_.push_back(std::move(work));  // in order, behind what could not be kept
    } else {
        ++admissions_lost_;
        log::error("delivery",
                   "neither store nor spool could be written for long, and no more is "
                   "kept in memory: " +
                       (work.signal != nullptr ? work.signal->id : "a change") + " is lost");
    }
}

// Into the group: whether it could be kept is flush()'s to say.
void NotifierStage::store_work(const Work& work) {
    Status stored;
    if (work.alert != nullptr) {
        stored = outbox_->admit_system(*work.alert, wall_now_ns(), work.trouble);
    } else if (work.outcome != nullptr) {
        stored = outbox_->record(*work.outcome);
    } else if (work.change == SignalChange::Admitted) {
        stored = outbox_->admit(*work.signal, wall_now_ns());
        ++gathered_.admissions;
    } else if (work.change == SignalChange::Held) {
        stored = outbox_->record(*work.signal);
    } else {
        stored = outbox_->follow(*work.signal, wall_now_ns());
    }
    if (!stored.ok()) {
        ++admissions_lost_;  // for ever refused: it must not stand in the way of the others
        log::error("delivery", "a signal could not be kept: " + stored.message());
    }
}

void NotifierStage::settle(const DeliveryOutcome& outcome) {
    if (outbox_->writer().stuck()) {
        unsettled_.push_back(outcome);
        return;
    }
    if (Status settled = outbox_->settle(outcome, wall_now_ns()); !settled.ok()) {
        failed(settled);
        unsettled_.push_back(outcome);
        return;
    }
    minute_.settled(outcome, wall_now_ns());
    Channel* channel = find_channel(outcome.delivery.row.channel);
    if (channel != nullptr && outcome.result != DeliveryResult::Untried) {
        gathered_.settled.push_back(channel);
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

}  // namespace petrel::core
