// Pauses by weight and holds at the venue's word, by table.
#include "feed/rest_pacer.hpp"

#include <gtest/gtest.h>

#include "petrel/types.hpp"

namespace petrel::core::test {
namespace {

constexpr std::int64_t kStart_ns = 1'000 * kNsPerSecond;

TEST(RestPacer, lets_no_more_weight_through_than_a_minute_allows) {
    for (const std::uint32_t weight : {1U, 7U, 40U, 1'200U}) {
        RestPacer pacer({.weight_per_minute = 1'200, .gap_ms = 0});
        std::int64_t now_ns = kStart_ns;
        std::uint64_t spent = 0;
        while (now_ns < kStart_ns + 60 * kNsPerSecond) {
            pacer.spent(weight, now_ns);
            spent += weight;
            now_ns = pacer.next_ns();
        }
        EXPECT_EQ(spent, 1'200U / weight * weight + (1'200 % weight != 0 ? weight : 0)) << weight;
    }
}

TEST(RestPacer, takes_no_weight_as_one_and_keeps_the_least_gap) {
    RestPacer pacer({.weight_per_minute = 60'000, .gap_ms = 50});
    pacer.spent(0, kStart_ns);
    EXPECT_EQ(pacer.next_ns(), kStart_ns + 50 * kNsPerMs);
    RestPacer dear({.weight_per_minute = 60, .gap_ms = 50});
    dear.spent(0, kStart_ns);
    EXPECT_EQ(dear.next_ns(), kStart_ns + kNsPerSecond);
}

TEST(RestPacer, idle_time_earns_no_burst) {
    RestPacer pacer({.weight_per_minute = 60, .gap_ms = 0});
    pacer.spent(1, kStart_ns);
    pacer.spent(1, kStart_ns + 3'600 * kNsPerSecond);
    EXPECT_EQ(pacer.next_ns(), kStart_ns + 3'601 * kNsPerSecond);
}

struct Hold {
    std::uint32_t status;
    std::optional<std::int64_t> after_s;
    std::optional<std::int64_t> held_s;
};

TEST(RestPacer, waits_as_long_as_the_venue_says) {
    const Hold holds[] = {{200, {}, {}},  {200, 30, {}},       {403, 30, {}},
                          {500, 30, {}},  {503, {}, {}},       {503, 30, 30},
                          {429, 7, 7},    {429, 0, 1},         {429, {}, 60},
                          {418, {}, 120}, {418, 7'200, 7'200}, {418, 999'999'999, 3 * 86'400}};
    for (const Hold& hold : holds) {
        RestPacer pacer({});
        EXPECT_EQ(pacer.heed(hold.status, hold.after_s, kStart_ns), hold.held_s) << hold.status;
        const std::int64_t until_ns = kStart_ns + hold.held_s.value_or(0) * kNsPerSecond;
        EXPECT_EQ(pacer.held(kStart_ns), hold.held_s.has_value());
        EXPECT_FALSE(pacer.held(until_ns));
        EXPECT_EQ(pacer.next_ns(), hold.held_s ? until_ns : 0);
    }
}

TEST(RestPacer, takes_refusals_of_one_moment_for_one_hold_and_the_longest_word) {
    RestPacer pacer({});
    EXPECT_TRUE(pacer.heed(429, 10, kStart_ns));
    EXPECT_FALSE(pacer.heed(429, 30, kStart_ns + 1));
    EXPECT_FALSE(pacer.heed(429, 5, kStart_ns + 2));
    EXPECT_FALSE(pacer.heed(200, {}, kStart_ns + 3));
    EXPECT_EQ(pacer.next_ns(), kStart_ns + 1 + 30 * kNsPerSecond);
}

TEST(RestPacer, doubles_holds_in_a_row_that_come_without_a_word) {
    RestPacer pacer({});
    std::int64_t now_ns = kStart_ns;
    for (const std::int64_t wait_s : {60, 120, 240, 480, 960, 1'920, 3'600, 3'600}) {
        EXPECT_EQ(pacer.heed(429, {}, now_ns), wait_s);
        now_ns = pacer.next_ns();
    }
    EXPECT_FALSE(pacer.heed(200, {}, now_ns));
    EXPECT_EQ(pacer.heed(429, {}, now_ns), 60);
}

TEST(RetryAfter, is_a_number_of_seconds_or_a_date) {
    const std::int64_t wall_ns = 1'445'412'420 * kNsPerSecond;  // 21 Oct 2015 07:27:00 GMT
    EXPECT_EQ(retry_after_s("120", wall_ns), 120);
    EXPECT_EQ(retry_after_s("Wed, 21 Oct 2015 07:28:00 GMT", wall_ns), 60);
    EXPECT_EQ(retry_after_s("Wed, 21 Oct 2015 07:00:00 GMT", wall_ns), 0);
    for (const char* text : {"", "soon", "-1", "12 s", "1e3", "99999999999999999999",
                             "Wed, 31 Feb 2015 07:28:00 GMT", "2015-10-21T07:28:00Z"}) {
        EXPECT_EQ(retry_after_s(text, wall_ns), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace petrel::core::test
