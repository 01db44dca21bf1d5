// What a provider allows, by times worked out by hand. Times are milliseconds.
#include "notifier/rate_limit.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace petrel::core {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kStartMs = 5'000;  // a steady clock begins anywhere

// When each of `count` messages goes out that all want to go at the start.
std::vector<std::int64_t> times(RateLimits limits, int count) {
    RateLimit limit(limits);
    std::vector<std::int64_t> sent;
    std::int64_t now_ns = kStartMs * kMs;
    for (int i = 0; i < count; ++i) {
        now_ns += limit.wait_ns(now_ns);
        EXPECT_EQ(limit.wait_ns(now_ns), 0) << "after the wait it may go";
        limit.take(now_ns);
        sent.push_back((now_ns - kStartMs * kMs) / kMs);
    }
    return sent;
}

TEST(RateLimit, follows_the_tables) {
    struct Case {
        RateLimits limits;
        std::vector<std::int64_t> sent_ms;
    };
    const std::vector<Case> cases = {
        {{0, 0, 1}, {0, 0, 0, 0}},                       // no limit at all
        {{1, 0, 1}, {0, 1'000, 2'000, 3'000}},           // one a second
        {{2, 0, 3}, {0, 0, 0, 500, 1'000}},              // a burst of three, then two a second
        {{0.5, 0, 0}, {0, 2'000, 4'000}},                // a burst of none is a burst of one
        {{0, 3, 1}, {0, 0, 0, 60'000, 60'000}},          // three a minute, sliding
        {{1, 3, 1}, {0, 1'000, 2'000, 60'000, 61'000}},  // both: the stricter one rules
        {{0, 0.5, 1}, {0, 60'000, 120'000}},             // less than one a minute is one
    };
    for (std::size_t c = 0; c < cases.size(); ++c) {
        const int count = static_cast<int>(cases[c].sent_ms.size());
        EXPECT_EQ(times(cases[c].limits, count), cases[c].sent_ms) << "case " << c;
    }
}

TEST(RateLimit, an_idle_time_gives_no_more_than_the_burst) {
    RateLimit limit({1, 0, 2});
    limit.take(kStartMs * kMs);
    const std::int64_t later = (kStartMs + 3'600'000) * kMs;
    EXPECT_EQ(limit.wait_ns(later), 0);
    limit.take(later);
    EXPECT_EQ(limit.wait_ns(later), 0);
    limit.take(later);
    EXPECT_NEAR(static_cast<double>(limit.wait_ns(later)), 1e9, 2.0);
}

TEST(RateLimit, spare_room_leaves_one_place_and_half_of_a_minute) {
    const auto spare_after = [](RateLimits limits, int sent) {
        RateLimit limit(limits);
        for (int i = 0; i < sent; ++i) {
            limit.take(kStartMs * kMs);
        }
        return limit.spare(kStartMs * kMs);
    };
    EXPECT_EQ(spare_after({1, 0, 3}, 0), 2U);
    EXPECT_EQ(spare_after({1, 0, 3}, 2), 0U) << "the last place is kept";
    EXPECT_EQ(spare_after({1, 0, 1}, 0), 0U) << "the only one, too";
    EXPECT_EQ(spare_after({0, 20, 1}, 0), 10U);
    EXPECT_EQ(spare_after({0, 20, 1}, 9), 1U);
    EXPECT_EQ(spare_after({0, 20, 1}, 15), 0U) << "more than half was sent";
    EXPECT_EQ(spare_after({1, 20, 3}, 1), 1U) << "the smaller of both";
    EXPECT_EQ(spare_after({0, 0, 1}, 0), RateLimit({0, 0, 1}).available(0)) << "no limit";
}

TEST(RateLimit, senseless_limits_are_no_limits) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    for (const RateLimits& limits :
         {RateLimits{nan, nan, nan}, RateLimits{-1, -1, -1}, RateLimits{0, infinity, infinity}}) {
        EXPECT_EQ(times(limits, 5), (std::vector<std::int64_t>{0, 0, 0, 0, 0}));
    }
}

TEST(RateLimit, says_how_many_go_now_and_how_many_soon) {
    constexpr std::int64_t second = 1'000'000'000;
    RateLimit limit({1, 20, 3});
    EXPECT_EQ(limit.available(second), 3U);
    EXPECT_EQ(limit.within(second, 10 * second), 13U);
    EXPECT_EQ(limit.within(second, 3'600 * second), 20U) << "twenty within any minute";
    for (int i = 0; i < 3; ++i) {
        limit.take(second);
    }
    EXPECT_EQ(limit.available(second), 0U);
    EXPECT_EQ(limit.available(3 * second), 2U);
    EXPECT_EQ(limit.within(3 * second, 57 * second), 17U);
    EXPECT_EQ(limit.within(3 * second, 58 * second), 20U) << "the first three are a minute old";
    RateLimit none({});
    EXPECT_FALSE(none.limited());
    EXPECT_GT(none.available(second), 100'000U);
}

}  // namespace
}  // namespace petrel::core
