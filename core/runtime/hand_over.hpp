// A few things that one thread makes and others take, one by one.
//
// For things that are dear to make or to destroy: both happen outside of the lock, under which only
// pointers move. Any thread.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

namespace petrel::core {

template <typename T>
class HandOver {
public:
    // Puts these in the place of what was left, and gives that.
    std::vector<T> exchange(std::vector<T> things) {
        const std::lock_guard lock(mutex_);
        things_.swap(things);
        return things;
    }

    // The last one, when `fits` says so; else what `T` is by itself.
    template <typename Fits>
    T take_last(const Fits& fits) {
        const std::lock_guard lock(mutex_);
        if (things_.empty() || !fits(things_.back())) {
            return T();
        }
        T thing = std::move(things_.back());
        things_.pop_back();
        return thing;
    }

    // Gives it back when there are `most` already.
    T put(T thing, std::size_t most) {
        const std::lock_guard lock(mutex_);
        if (things_.size() >= most) {
            return thing;
        }
        things_.push_back(std::move(thing));
        return T();
    }

private:
    std::mutex mutex_;
    std::vector<T> things_;  // guarded by mutex_
};

}  // namespace petrel::core
