// One event loop on one thread: where sockets, timers and posted work of a feed thread run.
//
// Every object made on a loop (timers, clients, servers) is used on the thread that runs it and
// must be gone before the loop is. post() and stop() may be called from any thread. The network
// library stays behind this header.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace petrel::core {

class IoLoop {
public:
    IoLoop();
    ~IoLoop();
    IoLoop(const IoLoop&) = delete;
    IoLoop& operator=(const IoLoop&) = delete;

    // Runs until stop(). A stop() from before counts: run() then returns at once, and only once.
    void run();
    void stop();
    void post(std::function<void()> work);

    // Runs what becomes ready until `done` holds, at most `ms_max`; says whether it held.
    bool run_until(const std::function<bool()>& done, std::uint32_t ms_max);
    // Runs what becomes ready within `ms`.
    void run_for(std::uint32_t ms);

    struct Impl;
    Impl& impl() { return *impl_; }

private:
    std::unique_ptr<Impl> impl_;
};

// Calls a function once, later, on the loop: late by one handler at most. Destroying or cancelling
// it makes sure that the function is not called any more. May be armed again from inside its own
// function.
class Timer {
public:
    explicit Timer(IoLoop& loop);
    ~Timer();
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    void after(std::int64_t ms, std::function<void()> call);  // replaces what was pending
    void cancel();
    [[nodiscard]] bool pending() const;

private:
    friend struct IoLoop::Impl;

    IoLoop::Impl& loop_;
    std::pair<std::int64_t, std::uint64_t> due_{};  // its place in the loop while it is pending
    std::function<void()> call_;                    // empty: it is not pending
};

// Delivers process signals (SIGTERM, SIGINT, SIGHUP) as calls on the loop while it lives.
class SignalWatch {
public:
    SignalWatch(IoLoop& loop, const std::vector<int>& signals, std::function<void(int)> call);
    ~SignalWatch();
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

private:
    struct State;
    std::shared_ptr<State> state_;  // shared with the wait in flight
};

}  // namespace petrel::core
