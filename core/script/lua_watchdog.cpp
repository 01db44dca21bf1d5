// The only thread of this folder. The signal is SIGURG: ignored by default, used by nothing else
// here, and harmless when it comes late, because the handler compares the number of the call.
#include "script/lua_watchdog.hpp"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <lua.hpp>

#include "runtime/clock.hpp"
#include "script/lua_budget.hpp"

namespace petrel::core {
namespace {

constexpr int kSignal = SIGURG;
constexpr std::chrono::milliseconds kTick{10};

// The innermost call of this thread; read by the handler, on the same thread.
constinit thread_local WatchSlot* t_current = nullptr;

}  // namespace

WatchSlot::WatchSlot(lua_State* lua, std::uint32_t cpu_ms)
    : lua_(lua), cpu_ns_max_(std::int64_t{cpu_ms} * 1'000'000), watchdog_(LuaWatchdog::shared()) {
    watchdog_->add(*this);
}

WatchSlot::~WatchSlot() { watchdog_->remove(*this); }

int WatchSlot::thread_id() {
    constinit thread_local int t_thread_id = 0;
    if (t_thread_id == 0) {
        sigset_t mask;
        sigemptyset(&mask);
        sigaddset(&mask, kSignal);
        pthread_sigmask(SIG_UNBLOCK, &mask, nullptr);
        t_thread_id = static_cast<int>(syscall(SYS_gettid));
    }
    return t_thread_id;
}

void WatchSlot::enter() {
    thread_id_.store(thread_id(), std::memory_order_relaxed);
    outer_ = t_current;
    t_current = this;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    running_.store(++calls_, std::memory_order_release);
}

void WatchSlot::leave() {
    running_.store(0, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    t_current = outer_;
}

void WatchSlot::on_signal(int /*number*/) {
    WatchSlot* slot = t_current;
    if (slot == nullptr) {
        return;
    }
    const std::uint64_t running = slot->running_.load(std::memory_order_relaxed);
    if (running != 0 && running == slot->tripped_.load(std::memory_order_relaxed)) {
        lua_sethook(slot->lua_, &LuaBudget::on_cpu_time, LUA_MASKCOUNT, 1);
    }
}

std::shared_ptr<LuaWatchdog> LuaWatchdog::shared() {
    static std::mutex mutex;
    static std::weak_ptr<LuaWatchdog> current;
    const std::lock_guard lock(mutex);
    std::shared_ptr<LuaWatchdog> watchdog = current.lock();
    if (watchdog == nullptr) {
        watchdog = std::make_shared<LuaWatchdog>();
        current = watchdog;
    }
    return watchdog;
}

LuaWatchdog::LuaWatchdog() {
    struct sigaction action{};
    action.sa_handler = &WatchSlot::on_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(kSignal, &action, nullptr);  // stays for good: a late signal must find it
    thread_ = std::thread([this] { run(); });
}

LuaWatchdog::~LuaWatchdog() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void LuaWatchdog::add(WatchSlot& slot) {
    const std::lock_guard lock(mutex_);
    slots_.push_back(&slot);
}

void LuaWatchdog::remove(WatchSlot& slot) {
    const std::lock_guard lock(mutex_);
    std::erase(slots_, &slot);
}

void LuaWatchdog::run() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, kTick, [this] { return stopping_; })) {
        for (WatchSlot* slot : slots_) {
            look_at(*slot);
        }
    }
}

void LuaWatchdog::look_at(WatchSlot& slot) {
    const std::uint64_t running = slot.running_.load(std::memory_order_acquire);
    if (running == 0) {
        slot.seen_ = 0;
        return;
    }
    // A thread id that has come and gone in between makes the call look young, never old.
    const std::int32_t thread_id = slot.thread_id_.load(std::memory_order_relaxed);
    const std::int64_t cpu_ns = thread_cpu_ns(thread_id);
    if (running != slot.seen_) {
        slot.seen_ = running;
        slot.seen_cpu_ns_ = cpu_ns;
    } else if (cpu_ns - slot.seen_cpu_ns_ >= slot.cpu_ns_max_) {
        slot.tripped_.store(running, std::memory_order_relaxed);
        syscall(SYS_tgkill, getpid(), thread_id, kSignal);
    }
}

}  // namespace petrel::core
