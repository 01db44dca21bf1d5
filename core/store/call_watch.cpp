// The thread that waits for a call to end.
#include "store/call_watch.hpp"

#include <sys/socket.h>

#include <chrono>

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

void CallWatch::begin(int socket) {
    {
        const std::lock_guard lock(mutex_);
        socket_ = socket;
        ++calls_;
    }
    changed_.notify_all();
}

void CallWatch::end() {
    {
        const std::lock_guard lock(mutex_);
        socket_ = -1;
    }
    changed_.notify_all();
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
        }
    }
}

}  // namespace petrel::core
