// Turns of connections that want to begin together.
#include "feed/connect_pace.hpp"

#include <gtest/gtest.h>

namespace petrel::core::test {
namespace {

constexpr std::int64_t kNow = 1'000 * kNsPerSecond;

TEST(ConnectPace, the_first_goes_at_once_and_the_rest_one_after_the_other) {
    ConnectPace pace({.gap_ms = 250, .burst = 100, .per_minute = 40});
    EXPECT_EQ(pace.turn_ns(kNow), kNow);
    EXPECT_EQ(pace.turn_ns(kNow), kNow + 250 * kNsPerMs);
    EXPECT_EQ(pace.turn_ns(kNow), kNow + 500 * kNsPerMs);
    EXPECT_EQ(pace.turn_ns(kNow + 10 * kNsPerSecond), kNow + 10 * kNsPerSecond);
}

TEST(ConnectPace, keeps_below_300_in_five_minutes_whatever_is_asked) {
    ConnectPace pace;
    int begun = 0;
    while (pace.turn_ns(kNow) < kNow + 300 * kNsPerSecond) {
        ++begun;
    }
    EXPECT_LE(begun, 300 + 2);
    EXPECT_GE(begun, 290);
}

TEST(ConnectPace, a_burst_is_granted_again_after_a_rest) {
    ConnectPace pace({.gap_ms = 0, .burst = 2, .per_minute = 60});
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(pace.turn_ns(kNow), kNow);
    }
    EXPECT_EQ(pace.turn_ns(kNow), kNow + kNsPerSecond);
    const std::int64_t later_ns = kNow + 60 * kNsPerSecond;
    EXPECT_EQ(pace.turn_ns(later_ns), later_ns);
    EXPECT_EQ(pace.turn_ns(later_ns), later_ns);
}

}  // namespace
}  // namespace petrel::core::test
