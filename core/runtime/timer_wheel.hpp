// Timers in event time: a hashed wheel whose hand is moved by the caller's ticks, never by a clock.
//
// Owned by one shard. Order is a pure function of what was scheduled: by deadline slot, then by
// order of scheduling. Memory is one entry a live timer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace petrel::core {

class TimerWheel {
public:
    // `slot_ns` is the resolution: a timer fires at the first advance that reaches the end of the
    // slot of its deadline, never before the deadline.
    explicit TimerWheel(std::int64_t slot_ns, std::size_t slots = 1024)
        : slot_ns_(slot_ns), slots_(slots) {}

    void schedule(std::int64_t deadline_ns, std::uint64_t payload) {
        std::int64_t slot = deadline_ns / slot_ns_ + (deadline_ns % slot_ns_ != 0 ? 1 : 0);
        if (slot <= hand_) {
            slot = hand_ + 1;  // already due: at the next advance
        }
        slots_[index(slot)].push_back({slot, payload});
        ++size_;
    }

    // Moves the hand to `now_ns` and calls fire(payload) for what became due. Timers scheduled by
    // `fire` wait for a later advance.
    template <typename Fire>
    void advance(std::int64_t now_ns, Fire&& fire) {
        const std::int64_t target = now_ns / slot_ns_;
        if (target <= hand_) {
            return;
        }
        const bool jump = hand_ < 0 || target - hand_ > static_cast<std::int64_t>(slots_.size());
        if (jump) {
            // A long jump visits each slot once.
            first_ =
                std::max<std::int64_t>(0, target - static_cast<std::int64_t>(slots_.size()) + 1);
        } else {
            first_ = hand_ + 1;
        }
        hand_ = target;
        for (std::int64_t slot = first_; slot <= target; ++slot) {
            take_due(slots_[index(slot)], target);
        }
        if (jump) {
            // The lists were visited in another order than that of the deadlines.
            std::stable_sort(due_.begin(), due_.end(),
                             [](const Entry& a, const Entry& b) { return a.slot < b.slot; });
        }
        size_ -= due_.size();
        for (const Entry& entry : due_) {
            fire(entry.payload);
        }
        due_.clear();
    }

    [[nodiscard]] std::size_t size() const { return size_; }

private:
    struct Entry {
        std::int64_t slot;
        std::uint64_t payload;
    };

    [[nodiscard]] std::size_t index(std::int64_t slot) const {
        return static_cast<std::size_t>(slot % static_cast<std::int64_t>(slots_.size()));
    }

    void take_due(std::vector<Entry>& entries, std::int64_t target) {
        std::size_t kept = 0;
        for (const Entry& entry : entries) {
            if (entry.slot <= target) {
                due_.push_back(entry);
            } else {
                entries[kept++] = entry;
            }
        }
        entries.resize(kept);
    }

    std::int64_t slot_ns_;
    std::int64_t hand_ = -1;
    std::int64_t first_ = 0;
    std::vector<std::vector<Entry>> slots_;
    std::vector<Entry> due_;
    std::size_t size_ = 0;
};

}  // namespace petrel::core
