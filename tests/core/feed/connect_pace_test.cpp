// Turns of connections that want to begin together.
#include "feed/connect_pace.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace petrel::core::test {
namespace {

constexpr std::int64_t kNow = 1'000 * kNsPerSecond;
constexpr auto kBare = ConnectPace::Need::Bare;
constexpr auto kBeside = ConnectPace::Need::Beside;

TEST(ConnectPace, the_first_goes_at_once_and_the_next_after_the_gap) {
    ConnectPace pace({.gap_ms = 250, .burst = 100, .per_minute = 40});
    EXPECT_EQ(pace.wait_ns(kNow, kBare), 0);
    EXPECT_EQ(pace.wait_ns(kNow, kBare), 250 * kNsPerMs);
    EXPECT_EQ(pace.wait_ns(kNow + 100 * kNsPerMs, kBare), 150 * kNsPerMs);
    EXPECT_EQ(pace.wait_ns(kNow + 250 * kNsPerMs, kBare), 0);
}

TEST(ConnectPace, who_asked_and_gave_up_costs_nobody_a_turn) {
    ConnectPace pace({.gap_ms = 250, .burst = 2, .per_minute = 40});
    EXPECT_EQ(pace.wait_ns(kNow, kBare), 0);
    for (int i = 0; i < 1'000; ++i) {
        EXPECT_EQ(pace.wait_ns(kNow, kBare), 250 * kNsPerMs);
    }
    EXPECT_EQ(pace.wait_ns(kNow + 250 * kNsPerMs, kBare), 0);
}

// Everybody asks again at the time he was told.
std::size_t begun_in(std::int64_t span_ns, std::size_t sessions) {
    ConnectPace pace;
    std::vector<std::int64_t> asks_ns(sessions, kNow);
    std::size_t begun = 0;
    for (;;) {
        const auto next = std::min_element(asks_ns.begin(), asks_ns.end());
        if (next == asks_ns.end() || *next >= kNow + span_ns) {
            return begun;
        }
        if (const std::int64_t wait_ns = pace.wait_ns(*next, kBare); wait_ns > 0) {
            *next += wait_ns;
        } else {
            ++begun;
            asks_ns.erase(next);
        }
    }
}

TEST(ConnectPace, keeps_below_300_in_five_minutes_whatever_is_asked) {
    EXPECT_LE(begun_in(300 * kNsPerSecond, 1'000), 300U + 2U);
    EXPECT_GE(begun_in(300 * kNsPerSecond, 1'000), 290U);
    EXPECT_EQ(begun_in(300 * kNsPerSecond, 80), 80U) << "nobody is forgotten";
}

TEST(ConnectPace, a_burst_is_granted_again_after_a_rest) {
    ConnectPace pace({.gap_ms = 0, .burst = 2, .per_minute = 60});
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(pace.wait_ns(kNow, kBare), 0);
    }
    EXPECT_EQ(pace.wait_ns(kNow, kBare), kNsPerSecond);
    const std::int64_t later_ns = kNow + 60 * kNsPerSecond;
    EXPECT_EQ(pace.wait_ns(later_ns, kBare), 0);
    EXPECT_EQ(pace.wait_ns(later_ns, kBare), 0);
}

TEST(ConnectPace, what_is_made_beside_another_waits_for_those_who_have_none) {
    ConnectPace pace({.gap_ms = 250, .burst = 100, .per_minute = 40});
    EXPECT_EQ(pace.wait_ns(kNow, kBare), 0);
    EXPECT_EQ(pace.wait_ns(kNow, kBare), 250 * kNsPerMs);
    const std::int64_t free_ns = kNow + 250 * kNsPerMs;
    EXPECT_GT(pace.wait_ns(free_ns, kBeside), 0) << "it is the other one's turn";
    EXPECT_EQ(pace.wait_ns(free_ns + kNsPerMs, kBare), 0);
    EXPECT_EQ(pace.wait_ns(free_ns + kNsPerSecond, kBeside), 0) << "nobody bare waits any more";
}

}  // namespace
}  // namespace petrel::core::test
