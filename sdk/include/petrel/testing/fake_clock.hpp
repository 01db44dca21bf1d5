// A settable clock for tests of plugins. Plugins themselves never read a clock; the fake hosts of
// this folder stamp frames and replies with the time that the test has set here.
#pragma once

#include <cstdint>

#include "petrel/types.hpp"

namespace petrel::testing {

class FakeClock {
public:
    // 2026-01-01 00:00:00 UTC, so that a test that sets nothing still has a plausible time.
    static constexpr std::int64_t kStartNs = 1'767'225'600 * kNsPerSecond;

    [[nodiscard]] std::int64_t now_ns() const { return now_ns_; }
    void set_ns(std::int64_t now_ns) { now_ns_ = now_ns; }
    void advance_ms(std::int64_t step_ms) { now_ns_ += step_ms * kNsPerMs; }

private:
    std::int64_t now_ns_ = kStartNs;
};

}  // namespace petrel::testing
