// Ends a call into a rule that uses more processor time than it may, whatever it is doing.
//
// Each Lua state holds one slot and marks it around its calls (two plain stores); one thread of the
// process, alive while slots exist, looks at them. It measures processor time, not the clock on the
// wall: a rule whose thread merely waits for its turn is never tripped. The trip is a signal to the
// thread that runs the call, whose handler arms a Lua hook.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

struct lua_State;

namespace petrel::core {

class LuaWatchdog;

// Marks the calls of one Lua state. Thread of the state, save what the watchdog reads.
class WatchSlot {
public:
    WatchSlot(lua_State* lua, std::uint32_t cpu_ms);
    ~WatchSlot();
    WatchSlot(const WatchSlot&) = delete;
    WatchSlot& operator=(const WatchSlot&) = delete;

    void enter();
    void leave();

private:
    friend class LuaWatchdog;
    static void on_signal(int number);
    static int thread_id();

    lua_State* lua_;
    std::int64_t cpu_ns_max_;
    WatchSlot* outer_ = nullptr;  // of a call inside which this one runs
    std::uint64_t calls_ = 0;
    std::atomic<std::uint64_t> running_{0};  // number of the call, 0 between calls
    std::atomic<std::int32_t> thread_id_{0};
    std::atomic<std::uint64_t> tripped_{0};  // number of the call to end
    std::uint64_t seen_ = 0;                 // the watchdog's own
    std::int64_t seen_cpu_ns_ = 0;           // the watchdog's own
    std::shared_ptr<LuaWatchdog> watchdog_;  // shared by all slots; the last one stops it
};

class LuaWatchdog {
public:
    // The one of the process, started when there is none.
    static std::shared_ptr<LuaWatchdog> shared();
    LuaWatchdog();
    ~LuaWatchdog();

    void add(WatchSlot& slot);
    void remove(WatchSlot& slot);

private:
    void run();
    static void look_at(WatchSlot& slot);

    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;          // guarded by mutex_
    std::vector<WatchSlot*> slots_;  // guarded by mutex_; borrowed
    std::thread thread_;
};

}  // namespace petrel::core
