// A value that one thread publishes and others pick up between two pieces of their work.
//
// The reader asks generation() (one relaxed load) on its hot path and takes get() only when it has
// changed; a taken value stays alive as long as its holder wants. Any thread may call anything.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace petrel::core {

template <typename T>
class Published {
public:
    // Shared, because old readers may still hold the value that this one replaces.
    void publish(std::shared_ptr<const T> value) {
        const std::lock_guard lock(mutex_);
        value_ = std::move(value);
        generation_.fetch_add(1, std::memory_order_release);
    }

    [[nodiscard]] std::shared_ptr<const T> get() const {
        const std::lock_guard lock(mutex_);
        return value_;
    }

    // 0 before the first value; never repeats.
    [[nodiscard]] std::uint64_t generation() const {
        return generation_.load(std::memory_order_relaxed);
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const T> value_;  // guarded by mutex_
    std::atomic<std::uint64_t> generation_{0};
};

}  // namespace petrel::core
