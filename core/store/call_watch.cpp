// The thread that waits for a call to end.
#include "store/call_watch.hpp"

#include <sys/socket.h>

#include <chrono>
#include <utility>

namespace petrel::core {

CallWatch::CallWatch(std::int64_t call_max_ms)
    : call_max_ms_(call_max_ms), thread_("store-watch", [this] { run(); }) {}

CallWatch::~CallWatch() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

int CallWatch::begin(int socket) {
    int before = -1;
    {
        const std::lock_guard lock(mutex_);
        before = std::exchange(socket_, socket);
        ++calls_;
    }
    changed_.notify_all();
    return before;
}

bool CallWatch::has_ended_one() const {
    const std::lock_guard lock(mutex_);
    return ended_one_;
}

void CallWatch::forget() {
    const std::lock_guard lock(mutex_);
    ended_one_ = false;
}

void CallWatch::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (socket_ < 0) {
            changed_.wait(lock);
            continue;
        }
        const std::uint64_t call = calls_;
        const bool ended = changed_.wait_for(lock, std::chrono::milliseconds(call_max_ms_), [&] {
            return stopping_ || socket_ < 0 || calls_ != call;
        });
        if (!ended) {
            ::shutdown(socket_, SHUT_RDWR);
            socket_ = -1;
            ended_one_ = true;
        }
    }
}

}  // namespace petrel::core
