// A shard at work: on the feed thread when it is the only one, else on a thread of its own behind a
// bounded queue.
//
// The feed thread feeds; nobody else touches the shard. A full queue makes the feed thread wait,
// which is counted: the sockets behind it fill, the venues slow down, nothing is lost. Everybody
// else reads the snapshot that the lane takes each second.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "pipeline_parts.hpp"
#include "runtime/bounded_queue.hpp"
#include "runtime/worker_thread.hpp"
#include "script/rule_catalog.hpp"

namespace petrel::core {

struct LaneOptions {
    std::uint32_t number = 0;
    bool own_thread = false;
    std::size_t queue_capacity = 65'536;
    ShardOptions shard;
    RuleBudget budget;
};

struct LaneSnapshot {
    ShardFigures shard;
    RecentInputs recent;
    std::size_t waiting = 0;       // events in the queue
    std::uint64_t full_waits = 0;  // times the feed thread had to wait
};

class ShardLane {
public:
    // Borrowed parts outlive the lane; the detectors are its own.
    ShardLane(LaneOptions options, DetectorSet detectors, const InstrumentRegistry& registry,
              SignalSink& sink, const RuleCatalog& rules);
    ~ShardLane();
    ShardLane(const ShardLane&) = delete;
    ShardLane& operator=(const ShardLane&) = delete;

    // Feed thread.
    void feed(std::span<const MarketEvent> events);

    // Works off what is queued, then ends the thread. Nothing may be fed afterwards.
    void stop();

    // Any thread; at most a second old while events or ticks come.
    [[nodiscard]] LaneSnapshot snapshot() const;

private:
    void run();
    void work(std::span<const MarketEvent> events);
    void take_rules();
    void take_snapshot();

    LaneOptions options_;
    DetectorSet detectors_;
    const RuleCatalog& rules_;
    Shard shard_;
    std::uint64_t rules_seen_ = 0;
    std::uint64_t ticks_seen_ = 0;

    BoundedQueue<MarketEvent> queue_;
    std::atomic<std::uint32_t> pushed_{0};  // moves with every push; what a sleeper waits on
    std::atomic<bool> stopping_{false};
    std::atomic<std::uint64_t> full_waits_{0};

    mutable std::mutex mutex_;
    LaneSnapshot snapshot_;  // guarded by mutex_
    WorkerThread worker_;
};

}  // namespace petrel::core
