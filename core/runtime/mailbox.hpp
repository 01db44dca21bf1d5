// Bounded hand-over between threads for what is rare: signals, deliveries, outcomes, commands.
//
// Any thread pushes, one or more pop. A full box refuses and counts; the sender decides what that
// means. close() wakes everybody; what is inside can still be taken out.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

namespace petrel::core {

template <typename T>
class Mailbox {
public:
    explicit Mailbox(std::size_t capacity) : capacity_(capacity) {}

    // False, and counted, when the box is full or closed.
    bool try_push(T item) {
        {
            const std::lock_guard lock(mutex_);
            if (closed_ || items_.size() >= capacity_) {
                ++refused_;
                return false;
            }
            items_.push_back(std::move(item));
        }
        ready_.notify_one();
        return true;
    }

    // The oldest item; waits at most `wait_ms` for one. Nothing when the time passed, the box was
    // closed while empty, or wake() was called.
    std::optional<T> pop(std::int64_t wait_ms) {
        std::unique_lock lock(mutex_);
        const auto arrived = [&] { return !items_.empty() || closed_ || woken_; };
        ready_.wait_for(lock, std::chrono::milliseconds(wait_ms), arrived);
        woken_ = false;
        if (items_.empty()) {
            return std::nullopt;
        }
        T item = std::move(items_.front());
        items_.pop_front();
        return item;
    }

    // Waits at most `wait_ms`, less when the box is closed meanwhile.
    void wait_closed(std::int64_t wait_ms) {
        std::unique_lock lock(mutex_);
        ready_.wait_for(lock, std::chrono::milliseconds(wait_ms), [&] { return closed_; });
    }

    // Ends one wait early.
    void wake() {
        {
            const std::lock_guard lock(mutex_);
            woken_ = true;
        }
        ready_.notify_one();
    }

    void close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        ready_.notify_all();
    }

    [[nodiscard]] bool closed() const {
        const std::lock_guard lock(mutex_);
        return closed_;
    }
    [[nodiscard]] std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return items_.size();
    }
    [[nodiscard]] std::uint64_t refused() const {
        const std::lock_guard lock(mutex_);
        return refused_;
    }

private:
    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::condition_variable ready_;
    // Guarded by mutex_.
    std::deque<T> items_;
    bool closed_ = false;
    bool woken_ = false;
    std::uint64_t refused_ = 0;
};

}  // namespace petrel::core
