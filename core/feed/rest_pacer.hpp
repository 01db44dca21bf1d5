// When the next request to a venue may go out: by the weight that requests cost, and never while
// the venue makes us wait. Pure: time comes in as an argument.
//
// Part of a rest desk, on the feed thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace petrel::core {

struct RestLimits {
    std::uint32_t weight_per_minute = 600;  // what we spend at most
    std::uint32_t gap_ms = 60;              // least time between two requests
};

// What Retry-After asks for in seconds: a number, or a date against `wall_ns`. Nothing when the
// text is neither.
std::optional<std::int64_t> retry_after_s(std::string_view text, std::int64_t wall_ns);

class RestPacer {
public:
    explicit RestPacer(RestLimits limits) : limits_(limits) {}

    // Every request is followed by a pause in proportion to its weight, so no burst can come.
    void spent(std::uint32_t weight, std::int64_t now_ns);
    // Heeds the status of a reply. 418 and 429, and 503 with Retry-After, hold everything: as long
    // as the venue says, at least a second; without its word a minute (418: two), doubled each
    // time in a row. Gives the length of a hold that begins, nothing otherwise.
    std::optional<std::int64_t> heed(std::uint32_t status, std::optional<std::int64_t> after_s,
                                     std::int64_t now_ns);

    [[nodiscard]] bool held(std::int64_t now_ns) const { return now_ns < held_until_ns_; }
    [[nodiscard]] std::int64_t next_ns() const { return std::max(next_ns_, held_until_ns_); }

private:
    RestLimits limits_;
    std::int64_t next_ns_ = 0;
    std::int64_t held_until_ns_ = 0;
    std::uint32_t holds_in_row_ = 0;
};

}  // namespace petrel::core
