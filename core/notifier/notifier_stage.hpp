// Stage 9, and the thread that stages 8 and 9 share: admits what the shards decided, hands out what
// is due, records what came of it.
//
// Shards push into a bounded mailbox and never wait for the disk. One thread owns the store; each
// channel sends on a thread of its own. stop() lets what is admitted become durable and what is
// being sent finish; the rest waits in the outbox for the next start.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "notifier/channel.hpp"
#include "notifier/minute_figures.hpp"
#include "notifier/test_desk.hpp"
#include "outbox/fire_drill.hpp"
#include "outbox/outbox.hpp"
#include "runtime/mailbox.hpp"
#include "runtime/worker_thread.hpp"
#include "signal/signal_stage.hpp"
#include "store/store_reader.hpp"

namespace petrel::core {

// What a channel's section says beside the plugin's own values.
struct ChannelOptions {
    UpdateMode updates = UpdateMode::Auto;
    std::optional<bool> digests;
    std::string fallback;
    double per_minute = 0;
};

struct DeliveryOptions {
    StorePlace store;
    std::string spool;  // file for what is admitted while the store is down; empty: memory
    std::uint64_t spool_bytes = 256ULL << 20;
    OutboxOptions outbox;
    RoutingConfig routing;
    std::map<std::string, ChannelOptions> channels;
    std::uint64_t stopped_retry_ms = 900'000;  // 0: a stopped channel is tried at the next start
    MessagesConfig messages;                   // without forms: the built-in ones
    std::size_t queue_capacity = 4'096;
    int near_misses_max = 10'000;
    std::uint64_t keep_ended_s = 90ULL * 86'400;
    std::uint64_t prune_every_ms = 600'000;
    DrillOptions drill;
};

struct DeliveryFigures {
    StoreCounts store;
    std::uint64_t admissions_waiting = 0;
    std::uint64_t admissions_refused = 0;  // the mailbox was full
    std::uint64_t admissions_lost = 0;     // store and spool failed for too long
    std::uint64_t store_failures = 0;
    bool store_down = false;    // its last write failed, or it has not caught up yet
    bool store_broken = false;  // a sync has failed: nothing is written there any more
    std::uint64_t spooled = 0;  // entries that wait on disk for the store
    std::uint64_t spooled_bytes = 0;
    std::uint64_t spool_refused = 0;  // entries that no store would take
    std::uint64_t unstored = 0;       // changes that wait in memory, as the spool is full, too
    std::string last_failure;
    std::vector<ChannelFigures> channels;
    std::vector<DrillResult> drills;  // the latest of each channel that allows them
    CardFigures cards;
};

// What an alert of the system is about. Its end closes the incident of its beginning where a
// channel has such; to all others it is an alert of its own.
struct Trouble {
    std::string about = {};  // empty: of something that has no end
    bool over = false;
    std::string not_on = {};  // a channel that does not work
};

class NotifierStage final : public SignalSink {
public:
    // Opens the store and starts the threads.
    static Result<std::unique_ptr<NotifierStage>> start(DeliveryOptions options,
                                                        std::vector<NotifierHandle> channels);
    NotifierStage(DeliveryOptions options, std::unique_ptr<Database> database,
                  std::unique_ptr<Spool> spool = nullptr);
    ~NotifierStage() override;

    // Any shard's thread.
    void on_signal(SignalChange change, const Signal& signal) override;
    void on_outcome(const SignalOutcome& outcome) override;

    // What a start has made anew, before anything new is decided: what of it is not on record is
    // told, as soon as the store can say so. Any thread.
    void make_good(RemadeLot lot);

    // An alert of the system itself. Any thread.
    void system_alert(std::string headline, std::string detail, const Trouble& trouble = {});

    // Makes refused and expired notifications pending again; the wish's times are set here. Which
    // ones. Any other thread.
    Result<std::vector<std::string>> send_again(ResendWish wish);

    // Begins a fire drill on one channel, on each that allows it when none is named. Its result
    // comes with the figures. Any other thread.
    Result<std::vector<DrillResult>> start_drill(const std::string& channel,
                                                 const std::string& who);

    // Runs `ask` on the delivery thread, which owns the outbox, and waits for its answer; nothing
    // when the stage has stopped or did not answer in time. Any other thread. `ask` may run after
    // the caller has gone: it captures by value.
    template <typename Answer>
    std::optional<Answer> ask_outbox(std::function<Answer(Outbox&)> ask,
                                     std::int64_t wait_ms = 5'000) {
        auto answered = std::make_shared<Mailbox<Answer>>(1);
        Work work;
        work.query = [answered, ask = std::move(ask)](Outbox& outbox) {
            answered->try_push(ask(outbox));
        };
        return work_.try_push(std::move(work)) ? answered->pop(wait_ms) : std::nullopt;
    }
    // As before, but asks the store alone, past the delivery thread: what takes long holds no alert
    // up. What is still on its way into the store is not seen.
    template <typename Answer>
    std::optional<Result<Answer>> query(std::function<Result<Answer>(Database&)> ask,
                                        std::int64_t wait_ms = 5'000) {
        return reader_.ask<Answer>(std::move(ask), wait_ms);
    }

    // Sends a message marked TEST through the real channels: of one channel, or of all that a route
    // has. Gives the id by which tests() tells what came of it. Nothing of it is stored. Any
    // thread.
    Result<std::string> send_test(const std::string& channel_or_route);
    [[nodiscard]] std::vector<TestResult> tests(const std::string& id) { return tests_.look(id); }

    // Makes everything admitted durable, lets what is due be sent for at most `grace_ms`, stops.
    void stop(std::int64_t grace_ms = 2'000);

    [[nodiscard]] DeliveryFigures figures();

    // Whether petrel must be restarted for the store's sake. Any thread.
    [[nodiscard]] bool store_broken() const { return store_broken_; }

private:
    struct Work {
        SignalChange change = SignalChange::Admitted;
        std::unique_ptr<Signal> signal;
        std::unique_ptr<SignalOutcome> outcome;
        std::unique_ptr<AlertText> alert;
        SystemTrouble trouble;  // of the alert
        std::function<void(Outbox&)> query;
    };

    [[nodiscard]] const MessageBook& messages() const;
    void add_channels(std::vector<NotifierHandle> channels);
    Channel* find_channel(const std::string& name);
    static std::string why_untried(Channel& channel);
    // A press of a button: recorded; gives words for whoever pressed. A poller's thread.
    std::string acknowledge(const std::string& channel, const Press& press);
    void run();
    void do_work(Work work);
    void store_work(const Work& work);
    void gather();
    void flush();
    void tell_recorded();
    void retry_store();
    void catch_up();
    void make_good();
    void prune();
    void prune_later(bool more);
    void look_at_store();
    void look_for_store();
    void end_minute();
    void recall_drills();
    void recall_pauses();
    void look_at_drills();
    void settle_outcomes();
    void order(PictureOrder wanted);
    void take_drawings();
    void settle(const DeliveryOutcome& outcome);
    void hand_out();
    void hand_out_to(Channel& channel);
    void look_again(std::int64_t in_ms) { look_in_ms_ = std::min(look_in_ms_, in_ms); }
    void refuse_all(const std::string& channel);
    void leave_to_others(const std::string& channel);
    void stopped(const DeliveryOutcome& outcome);
    void works_again(const std::string& channel);
    void drain(std::int64_t deadline_ns);
    std::int64_t wait_ms();
    void failed(const Status& status);
    void recovered();

    // Constant after start.
    DeliveryOptions options_;
    std::unique_ptr<Database> database_;
    StoreReader reader_;
    Mailbox<Work> work_;
    Mailbox<DeliveryOutcome> outcomes_;
    TestDesk tests_;
    struct Drawing {
        std::string key;
        Result<CardPainter::Png> png;
    };
    Mailbox<Drawing> drawings_;             // outlives the painter
    std::unique_ptr<CardPainter> painter_;  // null: no channel sends pictures
    std::vector<std::unique_ptr<Channel>> channels_;

    // The delivery thread alone.
    std::unique_ptr<Outbox> outbox_;
    // Neither store nor spool could be written: in their order, behind what is stuck in the writer;
    // bounded.
    std::vector<Work> waiting_;
    std::vector<DeliveryOutcome> unsettled_;
    RemadeLot remade_;  // what the store could not be asked about
    std::int64_t make_good_ns_ = 0;
    // Of the group that flush() makes durable.
    struct Group {
        std::int64_t since_ns = 0;
        int admissions = 0;
        std::vector<Channel*> settled;  // of each settled outcome its channel
    };
    Group gathered_;
    std::int64_t retry_store_ns_ = 0;
    std::int64_t prune_ns_ = 0;  // when what is old goes next
    std::int64_t looked_for_store_ns_ = 0;
    bool store_moved_ = false;  // and told so
    bool store_failing_ = false;
    std::int64_t look_in_ms_ = 0;  // when something may be due that is not now
    struct Stop {
        std::atomic<std::int64_t> retry_ns{0};  // steady; 0: not stopped
        bool trying = false;                    // one message is on its way
    };
    std::map<std::string, Stop> stops_;             // by channel; constant but for its values
    std::map<std::string, std::int64_t> swept_ns_;  // when one without room was looked at
    MinuteFigures minute_;
    FireDrill drills_;

    std::atomic<bool> stopping_{false};
    std::int64_t grace_ms_ = 0;  // written before stopping_
    std::atomic<std::uint64_t> store_failures_{0}, admissions_lost_{0};
    std::atomic<std::uint64_t> spooled_{0}, spooled_bytes_{0}, spool_refused_{0}, unstored_{0};
    std::atomic<bool> store_down_{false}, store_broken_{false};
    std::mutex failure_mutex_;
    std::string last_failure_;  // guarded by failure_mutex_
    std::mutex troubles_mutex_;
    std::map<std::string, std::string> troubles_;  // alerts by what they are about; guarded
    WorkerThread worker_;
};

}  // namespace petrel::core
