// One shard's way into the journal: its queue, the block being filled, and what could not be kept.
//
// push() and accepted() belong to the shard's thread and to those that write control entries, all
// else to the journal's thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "petrel/types.hpp"
#include "runtime/bounded_queue.hpp"

namespace petrel::core::journal {

class JournalLane {
public:
    static constexpr std::size_t kBlockEvents = 4'096;

    explicit JournalLane(std::size_t queue_capacity) : queue_(queue_capacity) {
        open_.reserve(kBlockEvents);
    }

    // True when there is enough for a block.
    bool push(std::span<const MarketEvent> events) {
        const std::size_t taken = queue_.try_push(events);
        accepted_.store(accepted_.load(std::memory_order_relaxed) + taken,
                        std::memory_order_release);
        return queue_.size() >= kBlockEvents;
    }
    // Events that the queue took, ever.
    [[nodiscard]] std::uint64_t accepted() const {
        return accepted_.load(std::memory_order_acquire);
    }

    // Moves what fits from the queue into the open block; returns how many.
    std::size_t take() {
        const std::size_t held = open_.size();
        open_.resize(kBlockEvents);
        const std::size_t got = queue_.pop(std::span(open_).subspan(held));
        open_.resize(held + got);
        taken_ += got;
        return got;
    }
    [[nodiscard]] std::span<const MarketEvent> open() const { return open_; }
    [[nodiscard]] bool full() const { return open_.size() == kBlockEvents; }
    // Place of the open block's first event in the shard's sequence of accepted ones.
    [[nodiscard]] std::uint64_t position() const { return taken_ - open_.size(); }
    void drop(std::size_t count) {
        open_.erase(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(count));
    }

    // Counts what the queue refused since the last call as missing; returns how many.
    std::uint64_t count_refused() {
        const std::uint64_t fresh = queue_.refused() - refused_told_;
        if (fresh > 0) {
            refused_told_ += fresh;
            miss_events(fresh, "the journal's queue was full");
        }
        return fresh;
    }
    void miss_events(std::uint64_t count, std::string why) {
        missing_ += count;
        why_ = std::move(why);
    }
    void miss_controls(std::uint64_t count, std::string why) {
        missing_controls_ += count;
        why_ = std::move(why);
    }
    void doubt(std::uint64_t count, std::string why) {
        doubtful_ += count;
        why_ = std::move(why);
    }

    // What the next gap block says; empty when nothing is missing.
    [[nodiscard]] std::string gap_text() const {
        if (missing_ == 0 && missing_controls_ == 0 && doubtful_ == 0) {
            return {};
        }
        std::string text = std::to_string(missing_) + " events";
        if (missing_controls_ > 0) {
            text += " and " + std::to_string(missing_controls_) + " control entries";
        }
        text += " are missing";
        if (doubtful_ > 0) {
            text += ", the " + std::to_string(doubtful_) + " before them may be";
        }
        return text + ": " + why_;
    }
    void gap_written() { missing_ = missing_controls_ = doubtful_ = 0; }

    std::uint64_t sequence = 0;          // of the next event written
    std::uint64_t unsynced = 0;          // events written since the last sync
    std::uint64_t controls_refused = 0;  // guarded by the writer's mutex
    // The latest control entry of each sort: by its text up to the first colon, its JSON key.
    std::map<std::string, std::string> in_force;

private:
    BoundedQueue<MarketEvent> queue_;
    std::atomic<std::uint64_t> accepted_{0};
    std::vector<MarketEvent> open_;
    std::uint64_t taken_ = 0;
    std::uint64_t refused_told_ = 0;
    std::uint64_t missing_ = 0;
    std::uint64_t missing_controls_ = 0;
    std::uint64_t doubtful_ = 0;
    std::string why_;
};

}  // namespace petrel::core::journal
