// When a failed notification is tried again. Pure: the jitter is a hash, not a die.
#pragma once

#include <cstdint>
#include <string_view>

namespace petrel::core {

struct RetryPolicy {
    std::uint64_t first_ms = 1'000;
    std::uint64_t longest_ms = 60'000;
    int attempts_max = 10;

    // Wait before the attempt after `attempts` failed ones: doubles from first_ms to longest_ms, of
    // which the upper quarter is spread by the key, so that channels do not march in step.
    [[nodiscard]] std::uint64_t wait_ms(int attempts, std::string_view key) const;

    // A provider's own retry_after, obeyed up to one hour; 0 means that it named none.
    [[nodiscard]] static std::uint64_t clamp_provider_ms(std::uint64_t retry_after_ms);
};

}  // namespace petrel::core
