// Bounded single-producer single-consumer queue between two threads, handed over in batches.
//
// The ring is allocated once. When it is full, try_push takes what fits and counts the rest as
// refused; the producer decides what that means (wait, conflate, drop by kind). One thread pushes,
// one thread pops; stats may be read by any thread.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace petrel::core {

template <typename T>
class BoundedQueue {
public:
    // Capacity is rounded up to a power of two.
    explicit BoundedQueue(std::size_t capacity)
        : slots_(std::bit_ceil(capacity)), mask_(slots_.size() - 1) {}

    [[nodiscard]] std::size_t capacity() const { return slots_.size(); }

    // Producer. Returns how many were taken; the rest is counted as refused.
    std::size_t try_push(std::span<const T> items) {
        const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
        std::size_t room = slots_.size() - static_cast<std::size_t>(tail - cached_head_);
        if (room < items.size()) {
            cached_head_ = head_.load(std::memory_order_acquire);
            room = slots_.size() - static_cast<std::size_t>(tail - cached_head_);
        }
        const std::size_t taken = items.size() < room ? items.size() : room;
        for (std::size_t i = 0; i < taken; ++i) {
            slots_[static_cast<std::size_t>(tail + i) & mask_] = items[i];
        }
        tail_.store(tail + taken, std::memory_order_release);
        if (taken < items.size()) {
            refused_.fetch_add(items.size() - taken, std::memory_order_relaxed);
        }
        return taken;
    }
    bool try_push(const T& item) { return try_push(std::span<const T>(&item, 1)) == 1; }

    // Consumer. Moves at most room.size() items out, oldest first; returns how many.
    std::size_t pop(std::span<T> room) {
        const std::uint64_t head = head_.load(std::memory_order_relaxed);
        if (static_cast<std::size_t>(cached_tail_ - head) < room.size()) {
            cached_tail_ = tail_.load(std::memory_order_acquire);
        }
        const auto ready = static_cast<std::size_t>(cached_tail_ - head);
        const std::size_t taken = ready < room.size() ? ready : room.size();
        for (std::size_t i = 0; i < taken; ++i) {
            room[i] = std::move(slots_[static_cast<std::size_t>(head + i) & mask_]);
        }
        head_.store(head + taken, std::memory_order_release);
        return taken;
    }

    // Any thread; approximate while both sides run.
    [[nodiscard]] std::size_t size() const {
        // The head first: read after the tail it might have overtaken it.
        const std::uint64_t head = head_.load(std::memory_order_acquire);
        return static_cast<std::size_t>(tail_.load(std::memory_order_acquire) - head);
    }
    [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

private:
    std::vector<T> slots_;
    std::size_t mask_;
    // Producer's and consumer's ends on cache lines of their own.
    alignas(64) std::atomic<std::uint64_t> tail_{0};
    std::uint64_t cached_head_ = 0;
    std::atomic<std::uint64_t> refused_{0};
    alignas(64) std::atomic<std::uint64_t> head_{0};
    std::uint64_t cached_tail_ = 0;
};

}  // namespace petrel::core
