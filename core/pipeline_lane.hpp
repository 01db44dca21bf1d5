// A shard at work: on the feed thread when it is the only one, else on a thread of its own behind a
// bounded queue.
//
// The feed thread feeds; nobody else touches the shard. When its queue is half full the shard lags:
// what comes then waits in a backlog, where states and small trades are told shorter. When that is
// full, too, the feed thread waits, which is counted: the sockets behind it fill, the venues slow
// down. A shard on the feed thread has no queue: the sockets wait at once (decision 0013). What the
// shard is fed in the end goes to the record first, in the same order. Everybody else reads the
// snapshot that the lane takes each second.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "backlog/backlog.hpp"
#include "pipeline_parts.hpp"
#include "pipeline_shadow.hpp"
#include "runtime/bounded_queue.hpp"
#include "runtime/worker_thread.hpp"
#include "script/rule_machines.hpp"
#include "signal/remade_signals.hpp"

namespace petrel::core {

struct LaneOptions {
    std::uint32_t number = 0;
    bool own_thread = false;
    std::size_t queue_capacity = 65'536;
    std::size_t backlog_capacity = 65'536;
    ShardOptions shard;
    std::shared_ptr<const VoterSet> voters;  // of this shard alone; null: nobody votes
    RuleBudget budget;
    RuleMachines* machines = nullptr;  // of versions that decide; null: made where needed
    std::uint32_t shadow_findings_per_s = 2'000;  // that a shadow looks at; 0: all
    // Told what the shard is fed from start() on, before it is; may be empty.
    std::function<void(std::span<const MarketEvent>)> record;
};

struct LaneSnapshot {
    ShardFigures shard;
    RecentInputs recent;
    ShadowFigures shadow;
    std::size_t waiting = 0;       // events in the queue
    std::uint64_t full_waits = 0;  // times the feed thread had to wait
    BacklogFigures backlog;
};

// Between a shard and what takes its signals: shut while the shard is rebuilt, open ever after.
class SignalValve final : public SignalSink {
public:
    static constexpr std::size_t kRemadeOutcomesMax = 1'024;

    explicit SignalValve(SignalSink& to) : to_(to) {}
    void on_signal(SignalChange change, const Signal& signal) override;
    void on_outcome(const SignalOutcome& outcome) override;
    void on_near_miss(const SignalOutcome& outcome) override;
    void open() { open_ = true; }
    // Signals that were admitted or changed while it was shut.
    [[nodiscard]] std::vector<RemadeSignal> take_remade() { return remade_.take(); }
    // Tells a shadow's book as well; null: nobody.
    void tell(ShadowBook* book) { book_ = book; }
    // And outcomes, the latest kRemadeOutcomesMax; behind them as many of near misses.
    [[nodiscard]] std::deque<SignalOutcome> take_remade_outcomes();

private:
    SignalSink& to_;
    ShadowBook* book_ = nullptr;
    bool open_ = false;
    RemadeSignals remade_;
    std::deque<SignalOutcome> outcomes_;
    std::deque<SignalOutcome> near_misses_;
};

// A lane begins shut: rebuild() and use_rules() come first, on the thread that makes it, then
// start().
class ShardLane {
public:
    // Borrowed parts outlive the lane; the detectors are its own.
    ShardLane(LaneOptions options, DetectorSet detectors, const InstrumentRegistry& registry,
              SignalSink& sink);
    ~ShardLane();
    ShardLane(const ShardLane&) = delete;
    ShardLane& operator=(const ShardLane&) = delete;

    // Takes recorded events through the stages; nothing leaves the lane. Before start().
    void rebuild(std::span<const MarketEvent> events) { shard_.on_events(events); }
    // What rebuild() made anew.
    [[nodiscard]] std::vector<RemadeSignal> take_remade() { return valve_.take_remade(); }
    [[nodiscard]] std::deque<SignalOutcome> take_remade_outcomes() {
        return valve_.take_remade_outcomes();
    }
    [[nodiscard]] std::uint64_t open_signals() const { return shard_.figures().open_signals; }

    // Opens the way out; figures count from here on.
    void start();

    // Feed thread. What cannot be fed yet waits in the backlog.
    void feed(std::span<const MarketEvent> events);
    // Feeds what waits, as far as there is room. Feed thread.
    void drain();
    [[nodiscard]] bool lags() const { return !backlog_.empty(); }
    // Feeds all that waits, however long it takes. Feed thread, or when that has ended.
    void drain_all();

    // Runs `step` on the shard's thread between two events: after all that was fed before, before
    // all that is fed from here on. Feed thread; nothing waits in the backlog.
    void at_mark(std::function<void()> step);
    // This pack decides about all that is fed from here on, and about nothing before. As above.
    void use_rules(std::shared_ptr<const RulePack> pack);

    // This pack looks on from here on, in the place of the one before; null ends that. As
    // use_rules().
    void look_on(std::shared_ptr<const RulePack> pack);

    // What a detector that is to replace one may ask of the windows. Any thread.
    [[nodiscard]] WindowLimits window_limits() const { return shard_.window_limits(); }
    // The successors take over the state and see all that comes, beside those that decide. Takes
    // nothing on failure. In a step of at_mark(), as is the next one.
    Result<TrialReport> try_successors(DetectorSuccessors& successors);
    // They take their places, or go; those that are not needed any more are destroyed here.
    void settle_successors(bool take);

    // Works off what is queued, then ends the thread. Nothing may be fed afterwards.
    void stop();

    // Any thread; at most a second old while events or ticks come.
    [[nodiscard]] LaneSnapshot snapshot() const;

private:
    void run();
    void work(std::span<const MarketEvent> events);
    struct RuleOrder {
        bool decides = true;                   // else it looks on
        std::shared_ptr<const RulePack> pack;  // null: nobody looks on any more
    };
    void carry_out(RuleOrder order);
    void take_step();
    void take_snapshot();
    [[nodiscard]] ShadowFigures shadow_figures() const;
    void push(std::span<const MarketEvent> events);
    void hand_over(std::span<const MarketEvent> events);
    void wait_for_room();
    [[nodiscard]] std::size_t room() const { return queue_.capacity() - queue_.size(); }

    LaneOptions options_;
    DetectorSet detectors_;
    DetectorSuccessors successors_;  // on trial; empty between reloads
    SignalValve valve_;
    std::unique_ptr<ShadowBook> book_;  // while a shadow runs
    Shard shard_;
    ShardFigures rebuilt_;  // its figures at start()
    bool started_ = false;
    std::uint64_t ticks_seen_ = 0;

    Backlog backlog_;
    std::vector<MarketEvent> drained_;  // room for what is on its way from there to the queue
    BoundedQueue<MarketEvent> queue_;
    std::atomic<std::uint32_t> pushed_{0};  // moves with every push; what a sleeper waits on
    std::atomic<bool> stopping_{false};
    std::atomic<std::uint64_t> full_waits_{0};
    std::atomic<std::uint32_t> steps_waiting_{0};

    mutable std::mutex mutex_;
    LaneSnapshot snapshot_;                         // guarded by mutex_
    std::deque<std::function<void()>> next_steps_;  // the same; one a kControlEvent queued
    WorkerThread worker_;
};

}  // namespace petrel::core
