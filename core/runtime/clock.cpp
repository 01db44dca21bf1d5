// Wall and steady clocks by the C library.
#include "runtime/clock.hpp"

#include <atomic>
#include <ctime>

#include "petrel/types.hpp"

namespace petrel::core {
namespace {

std::int64_t read(clockid_t id) {
    timespec now{};
    clock_gettime(id, &now);
    return std::int64_t{now.tv_sec} * kNsPerSecond + now.tv_nsec;
}

// The wall clock is even time and an offset. Even time goes on while the machine sleeps.
std::int64_t even_now_ns() { return read(CLOCK_BOOTTIME); }

std::atomic<std::int64_t>& offset_ns() {
    static std::atomic<std::int64_t> offset{read(CLOCK_REALTIME) - even_now_ns()};
    return offset;
}

}  // namespace

std::int64_t wall_now_ns() {
    const std::int64_t offset = offset_ns().load(std::memory_order_relaxed);
    return offset + even_now_ns();
}

std::int64_t wall_clock_step_ns() { return read(CLOCK_REALTIME) - wall_now_ns(); }

void follow_wall_clock() {
    offset_ns().store(read(CLOCK_REALTIME) - even_now_ns(), std::memory_order_relaxed);
}

std::int64_t steady_now_ns() { return read(CLOCK_MONOTONIC); }

std::int64_t thread_cpu_ns(std::int32_t thread_id) {
    // The kernel's numbering of per-thread clocks: complement of the id, kind "scheduled time".
    constexpr std::uint32_t per_thread = 4;
    constexpr std::uint32_t scheduled = 2;
    constexpr std::int32_t ids_max = 1 << 22;  // the kernel's own limit; more would name a clock
    if (thread_id <= 0 || thread_id > ids_max) {
        return -1;
    }
    const auto id = static_cast<clockid_t>((~static_cast<std::uint32_t>(thread_id) << 3) |
                                           per_thread | scheduled);
    timespec used{};
    if (clock_gettime(id, &used) != 0) {
        return -1;
    }
    return std::int64_t{used.tv_sec} * kNsPerSecond + used.tv_nsec;
}

}  // namespace petrel::core
