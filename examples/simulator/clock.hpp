// The simulator's only look at the time.
//
// Wall-clock milliseconds that follow the steady clock, so that a step of the system clock while
// running cannot make event times jump.
#pragma once

#include <chrono>
#include <cstdint>

namespace petrel::sim {

class Clock {
public:
    Clock()
        : start_ms_(std::chrono::duration_cast<std::chrono::milliseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count()) {}

    [[nodiscard]] std::int64_t start_ms() const { return start_ms_; }
    [[nodiscard]] double elapsed_s() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    }
    [[nodiscard]] std::int64_t now_ms() const {
        return start_ms_ + static_cast<std::int64_t>(elapsed_s() * 1000.0);
    }

private:
    std::int64_t start_ms_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace petrel::sim
