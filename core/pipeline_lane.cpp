// Waiting by futex: a lane without events sleeps, and one wake is paid for a batch, not an event.
#include "pipeline_lane.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>
#include <utility>

#include "plugin/detector_state.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kDrainEvents = 512;  // on their way at once

template <typename Counts>
void subtract(Counts& counts, const Counts& before) {
    for (const auto& [name, count] : before) {
        if (const auto known = counts.find(name); known != counts.end()) {
            known->second -= count;
        }
    }
}

// What was counted since `before`; states (symbols, open signals, versions) stay as they are.
ShardFigures since(ShardFigures now, const ShardFigures& before) {
    now.events -= before.events;
    now.ticks -= before.ticks;
    now.findings -= before.findings;
    now.not_followed -= before.not_followed;
    now.late -= before.late;
    now.forgotten -= before.forgotten;
    now.admitted -= before.admitted;
    subtract(now.findings_by_type, before.findings_by_type);
    subtract(now.held_by_reason, before.held_by_reason);
    for (std::size_t i = 0; i < before.voters.size(); ++i) {
        now.voters[i].calls -= before.voters[i].calls;
        now.voters[i].abstained -= before.voters[i].abstained;
        now.voters[i].faults -= before.voters[i].faults;
    }
    for (std::size_t i = 0; i < before.detectors.size(); ++i) {
        now.detectors[i].calls -= before.detectors[i].calls;
        now.detectors[i].findings -= before.detectors[i].findings;
        now.detectors[i].faults -= before.detectors[i].faults;
    }
    return now;
}

void keep_latest(const SignalOutcome& outcome, std::deque<SignalOutcome>& outcomes) {
    outcomes.push_back(outcome);
    if (outcomes.size() > SignalValve::kRemadeOutcomesMax) {
        outcomes.pop_front();
    }
}

}  // namespace

void SignalValve::on_signal(SignalChange change, const Signal& signal) {
    if (open_) {
        to_.on_signal(change, signal);
        if (book_ != nullptr) {
            book_->on_live(change, signal);
        }
    } else {
        remade_.note(change, signal);
    }
}

void SignalValve::on_outcome(const SignalOutcome& outcome) {
    if (open_) {
        to_.on_outcome(outcome);
        return;
    }
    keep_latest(outcome, outcomes_);
}

void SignalValve::on_near_miss(const SignalOutcome& outcome) {
    if (open_) {
        to_.on_near_miss(outcome);
        return;
    }
    keep_latest(outcome, near_misses_);
}

std::deque<SignalOutcome> SignalValve::take_remade_outcomes() {
    outcomes_.insert(outcomes_.end(), near_misses_.begin(), near_misses_.end());
    near_misses_.clear();
    return std::move(outcomes_);
}

ShardLane::ShardLane(LaneOptions options, DetectorSet detectors, const InstrumentRegistry& registry,
                     SignalSink& sink)
    : options_(std::move(options)), detectors_(std::move(detectors)), valve_(sink),
      shard_(options_.shard, detectors_.handles(), registry, valve_),
      backlog_(options_.backlog_capacity), drained_(options_.own_thread ? kDrainEvents : 0),
      queue_(options_.own_thread ? options_.queue_capacity : 2) {
    if (options_.voters != nullptr) {
        shard_.use_voters(options_.voters->handles());
    }
}

ShardLane::~ShardLane() { stop(); }

void ShardLane::start() {
    valve_.open();
    started_ = true;
    rebuilt_ = shard_.figures();
    ticks_seen_ = shard_.ticks();
    take_snapshot();
    if (options_.own_thread) {
        worker_ = WorkerThread("shard-" + std::to_string(options_.number), [this] { run(); });
    }
}

void ShardLane::feed(std::span<const MarketEvent> events) {
    if (!options_.own_thread) {
        if (options_.record) {
            options_.record(events);
        }
        work(events);
        return;
    }
    if (backlog_.empty() && events.size() + queue_.capacity() / 2 <= room()) [[likely]] {
        push(events);
        return;
    }
    for (const MarketEvent& event : events) {
        while (!backlog_.take(event, shard_.whole_from_usd(event))) {
            wait_for_room();
            drain();
        }
    }
    drain();
}

void ShardLane::drain() {
    while (!backlog_.empty() && room() > 0) {
        const std::size_t at_once = std::min(room(), drained_.size());
        push({drained_.data(), backlog_.pop({drained_.data(), at_once})});
    }
}

void ShardLane::drain_all() {
    while (lags()) {
        wait_for_room();
        drain();
    }
}

void ShardLane::wait_for_room() {
    while (room() == 0) {
        full_waits_.fetch_add(1, std::memory_order_relaxed);
        std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
}

void ShardLane::use_rules(std::shared_ptr<const RulePack> pack) {
    at_mark([this, pack = std::move(pack)] { carry_out({true, pack}); });
}

void ShardLane::look_on(std::shared_ptr<const RulePack> pack) {
    at_mark([this, pack = std::move(pack)] { carry_out({false, pack}); });
}

void ShardLane::at_mark(std::function<void()> step) {
    if (!started_ || !options_.own_thread) {
        step();
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        next_steps_.push_back(std::move(step));
    }
    steps_waiting_.fetch_add(1, std::memory_order_relaxed);  // the queue makes it visible
    MarketEvent mark{};
    mark.kind = kControlEvent;
    wait_for_room();
    hand_over({&mark, 1});
}

void ShardLane::carry_out(RuleOrder order) {
    if (order.decides) {
        if (options_.machines == nullptr) {
            shard_.use_rules(std::move(order.pack), options_.budget);
            return;
        }
        std::unique_ptr<RuleVm> machine = options_.machines->take(*order.pack);
        options_.machines->retire(shard_.swap_rules(std::move(order.pack), std::move(machine)));
        return;
    }
    shard_.stop_looking_on();
    valve_.tell(nullptr);
    book_.reset();
    if (order.pack != nullptr) {
        book_ = std::make_unique<ShadowBook>();
        valve_.tell(book_.get());
        // Half the budget of a version that decides: what looks on must not be dear.
        RuleBudget budget = options_.budget;
        budget.fuel /= 2;
        shard_.look_on(std::move(order.pack), budget, book_->sink());
        shard_.limit_onlooker(options_.shadow_findings_per_s);
    }
}

// There is room for them.
void ShardLane::push(std::span<const MarketEvent> events) {
    if (options_.record) {
        options_.record(events);
    }
    hand_over(events);
}

void ShardLane::hand_over(std::span<const MarketEvent> events) {
    queue_.try_push(events);
    pushed_.fetch_add(1, std::memory_order_release);
    pushed_.notify_one();
}

void ShardLane::stop() {
    if (worker_.running()) {
        drain_all();
    }
    stopping_ = true;
    pushed_.fetch_add(1, std::memory_order_release);
    pushed_.notify_one();
    worker_.join();
}

void ShardLane::run() {
    std::array<MarketEvent, 512> room{};
    for (;;) {
        const std::uint32_t before = pushed_.load(std::memory_order_acquire);
        const std::size_t got = queue_.pop(room);
        if (got > 0) {
            work({room.data(), got});
        } else if (stopping_) {
            return;
        } else {
            pushed_.wait(before, std::memory_order_acquire);
        }
    }
}

void ShardLane::take_step() {
    std::function<void()> step;
    {
        const std::lock_guard lock(mutex_);
        step = std::move(next_steps_.front());
        next_steps_.pop_front();
    }
    steps_waiting_.fetch_sub(1, std::memory_order_relaxed);
    step();
}

Result<TrialReport> ShardLane::try_successors(DetectorSuccessors& successors) {
    TrialReport report;
    for (const DetectorSuccessors::Seat& seat : successors.seats) {
        const Result<StateHandover> handed =
            hand_state_over(detectors_.instances[seat.number], seat.next);
        if (!handed.ok()) {
            return Status::rejected(seat.next.name() + ": " + handed.status().message());
        }
        report.state_bytes += handed->bytes;
        if (!handed->empty_because.empty()) {
            report.empty_because[seat.next.name()] = handed->empty_because;
        }
    }
    shard_.try_out(std::move(successors.stage));
    successors_.seats = std::move(successors.seats);
    return report;
}

void ShardLane::settle_successors(bool take) {
    shard_.try_out(nullptr);
    for (DetectorSuccessors::Seat& seat : successors_.seats) {
        if (take) {
            DetectorInstance& decides = detectors_.instances[seat.number];
            std::swap(decides, seat.next);
            shard_.replace_detector(
                seat.number, {decides.name(), &decides.table(), decides.handle()}, seat.wants);
        }
    }
    successors_.seats.clear();
}

void ShardLane::work(std::span<const MarketEvent> events) {
    while (steps_waiting_.load(std::memory_order_relaxed) > 0) {
        const auto mark = std::find_if(events.begin(), events.end(),
                                       [](const auto& e) { return e.kind == kControlEvent; });
        if (mark == events.end()) {
            break;  // it stands in a later batch
        }
        const auto before = static_cast<std::size_t>(mark - events.begin());
        shard_.on_events(events.first(before));
        take_step();
        events = events.subspan(before + 1);
    }
    shard_.on_events(events);
    if (shard_.ticks() != ticks_seen_) {
        ticks_seen_ = shard_.ticks();
        take_snapshot();
    }
}

ShadowFigures ShardLane::shadow_figures() const {
    const RuleTrack* onlooker = shard_.onlooker();
    if (onlooker == nullptr) {
        return {};
    }
    ShadowFigures figures = book_->figures();
    figures.version = onlooker->version();
    const RuleVmFigures rules = onlooker->rule_figures();
    figures.calls = rules.calls;
    figures.errors = rules.errors;
    figures.last_fault = rules.last_fault;
    figures.skipped = onlooker->skipped();
    return figures;
}

void ShardLane::take_snapshot() {
    ShardFigures figures = since(shard_.figures(), rebuilt_);
    ShadowFigures shadow = shadow_figures();
    const std::lock_guard lock(mutex_);
    snapshot_.shard = std::move(figures);
    snapshot_.shadow = std::move(shadow);
    snapshot_.recent = shard_.recent_inputs();
}

LaneSnapshot ShardLane::snapshot() const {
    const std::lock_guard lock(mutex_);
    LaneSnapshot copy = snapshot_;
    copy.waiting = options_.own_thread ? queue_.size() : 0;
    copy.full_waits = full_waits_;
    copy.backlog = backlog_.figures();
    return copy;
}

}  // namespace petrel::core
