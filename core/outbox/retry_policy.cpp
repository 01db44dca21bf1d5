// Exponential back-off with hashed jitter.
#include "outbox/retry_policy.hpp"

#include <algorithm>
#include <string>

#include "runtime/hash.hpp"

namespace petrel::core {

std::uint64_t RetryPolicy::wait_ms(int attempts, std::string_view key) const {
    const int doublings = std::clamp(attempts - 1, 0, 20);
    const std::uint64_t full = std::min(longest_ms, first_ms << doublings);
    std::string seed(key);
    seed += '#';
    seed += std::to_string(attempts);
    const std::uint64_t spread = full / 4;
    return full - (spread == 0 ? 0 : hash64(seed) % spread);
}

std::uint64_t RetryPolicy::clamp_provider_ms(std::uint64_t retry_after_ms) {
    constexpr std::uint64_t hour_ms = 3'600'000;
    return std::min(retry_after_ms, hour_ms);
}

}  // namespace petrel::core
