// Ends a call to a server that does not answer: shuts the connection's socket down when the time is
// over, so that the library, which would wait for ever, returns with an error.
//
// The server's own limits cannot do it: a server that is stopped, or whose answers are lost, keeps
// none. One thread of its own ("store-watch"), which only waits; begin and end are called by the
// thread that owns the store. The socket is closed by that thread alone, and never while watched.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "runtime/worker_thread.hpp"

namespace petrel::core {

class CallWatch {
public:
    explicit CallWatch(std::int64_t call_max_ms);
    ~CallWatch();
    CallWatch(const CallWatch&) = delete;
    CallWatch& operator=(const CallWatch&) = delete;

    // Watches one call while it lives. One within another has its own time, and the outer one a
    // new time behind it.
    class Call {
    public:
        Call(CallWatch* watch, int socket) : watch_(watch) {
            if (watch_ != nullptr) {
                outer_socket_ = watch_->begin(socket);
            }
        }
        ~Call() {
            if (watch_ != nullptr) {
                watch_->begin(outer_socket_);
            }
        }
        Call(const Call&) = delete;
        Call& operator=(const Call&) = delete;

    private:
        CallWatch* watch_;
        int outer_socket_ = -1;
    };

    // Whether a call was ended since the last forget().
    [[nodiscard]] bool has_ended_one() const;
    void forget();
    [[nodiscard]] std::int64_t call_max_ms() const { return call_max_ms_; }

private:
    int begin(int socket);  // the socket that was watched so far
    void run();

    const std::int64_t call_max_ms_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    int socket_ = -1;          // guarded by mutex_; -1: nothing to watch
    std::uint64_t calls_ = 0;  // guarded by mutex_
    bool ended_one_ = false;   // guarded by mutex_
    bool stopping_ = false;    // guarded by mutex_
    WorkerThread thread_;
};

}  // namespace petrel::core
