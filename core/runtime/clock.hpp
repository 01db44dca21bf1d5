// The only place that reads time. Stages 3 to 7 never include it: they live in event time.
//
// Nanoseconds since 1970-01-01 UTC for the wall clock; an arbitrary origin for the steady one.
// All functions may be called on any thread.
#pragma once

#include <cstdint>

#include "runtime/clock_text.hpp"

namespace petrel::core {

// Wall clock, for stamping receipts and records. Goes on evenly from the first look on: when the
// machine's clock is set, this one stays until it is told to follow.
std::int64_t wall_now_ns();

// How far the machine's clock is ahead of wall_now_ns().
std::int64_t wall_clock_step_ns();

// From here on wall_now_ns() is the machine's clock again.
void follow_wall_clock();

// Monotonic clock, for time-outs and durations only.
std::int64_t steady_now_ns();

// Processor time that a thread of this process has used, by its kernel id; -1 when it is gone.
// Tells a thread that computes from one that only waits for its turn.
std::int64_t thread_cpu_ns(std::int32_t thread_id);

}  // namespace petrel::core
