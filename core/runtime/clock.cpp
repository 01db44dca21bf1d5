// Wall and steady clocks by the C library.
#include "runtime/clock.hpp"

#include <ctime>

#include "petrel/types.hpp"

namespace petrel::core {
namespace {

std::int64_t read(clockid_t id) {
    timespec now{};
    clock_gettime(id, &now);
    return std::int64_t{now.tv_sec} * kNsPerSecond + now.tv_nsec;
}

}  // namespace

std::int64_t wall_now_ns() { return read(CLOCK_REALTIME); }
std::int64_t steady_now_ns() { return read(CLOCK_MONOTONIC); }

}  // namespace petrel::core
