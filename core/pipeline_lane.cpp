// Waiting by futex: a lane without events sleeps, and one wake is paid for a batch, not an event.
#include "pipeline_lane.hpp"

#include <array>
#include <chrono>
#include <thread>

namespace petrel::core {

ShardLane::ShardLane(LaneOptions options, DetectorSet detectors, const InstrumentRegistry& registry,
                     SignalSink& sink, const RuleCatalog& rules)
    : options_(std::move(options)), detectors_(std::move(detectors)), rules_(rules),
      shard_(options_.shard, detectors_.handles(), registry, sink),
      queue_(options_.own_thread ? options_.queue_capacity : 2) {
    take_rules();
    take_snapshot();
    if (options_.own_thread) {
        worker_ = WorkerThread("shard-" + std::to_string(options_.number), [this] { run(); });
    }
}

ShardLane::~ShardLane() { stop(); }

void ShardLane::feed(std::span<const MarketEvent> events) {
    if (!options_.own_thread) {
        work(events);
        return;
    }
    while (!events.empty()) {
        const std::size_t taken = queue_.try_push(events);
        pushed_.fetch_add(1, std::memory_order_release);
        pushed_.notify_one();
        events = events.subspan(taken);
        if (!events.empty()) {
            full_waits_.fetch_add(1, std::memory_order_relaxed);
            std::this_thread::sleep_for(std::chrono::microseconds(100));
        }
    }
}

void ShardLane::stop() {
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

// Between two batches, never within one: an event meets exactly one version.
void ShardLane::take_rules() {
    const std::uint64_t generation = rules_.generation();
    if (generation == rules_seen_) {
        return;
    }
    rules_seen_ = generation;
    if (std::shared_ptr<const RulePack> pack = rules_.live()) {
        shard_.use_rules(std::move(pack), options_.budget);
    }
}

void ShardLane::work(std::span<const MarketEvent> events) {
    take_rules();
    shard_.on_events(events);
    if (shard_.ticks() != ticks_seen_) {
        ticks_seen_ = shard_.ticks();
        take_snapshot();
    }
}

void ShardLane::take_snapshot() {
    ShardFigures figures = shard_.figures();
    const std::lock_guard lock(mutex_);
    snapshot_.shard = std::move(figures);
    snapshot_.recent = shard_.recent_inputs();
}

LaneSnapshot ShardLane::snapshot() const {
    const std::lock_guard lock(mutex_);
    LaneSnapshot copy = snapshot_;
    copy.waiting = options_.own_thread ? queue_.size() : 0;
    copy.full_waits = full_waits_;
    return copy;
}

}  // namespace petrel::core
