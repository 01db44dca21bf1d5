// When and where to connect again, by table.
#include "feed/reconnect_policy.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace petrel::core::test {
namespace {

TEST(ReconnectPolicy, tries_again_at_once_and_then_doubles_up_to_thirty_seconds) {
    ReconnectPolicy policy;
    std::vector<std::uint64_t> waits;
    for (int i = 0; i < 10; ++i) {
        waits.push_back(policy.ended(0, 0.999999));
    }
    const std::vector<std::uint64_t> full = {0,     500,    1'000,  2'000,  4'000,
                                             8'000, 16'000, 30'000, 30'000, 30'000};
    for (std::size_t i = 0; i < full.size(); ++i) {
        EXPECT_LE(waits[i], full[i]) << i;
        EXPECT_GE(waits[i] + 1, full[i] * 99 / 100) << i;
    }
}

TEST(ReconnectPolicy, spreads_waits_over_the_upper_half) {
    for (const double chance : {0.0, 0.25, 0.5, 0.75}) {
        ReconnectPolicy policy;
        (void)policy.ended(0, chance);
        const std::uint64_t wait = policy.ended(0, chance);
        EXPECT_EQ(wait, 250 + static_cast<std::uint64_t>(250 * chance));
    }
}

TEST(ReconnectPolicy, keeps_backing_off_while_connections_die_young) {
    ReconnectPolicy policy;
    for (int i = 0; i < 20; ++i) {
        (void)policy.ended(9'999, 0);
    }
    EXPECT_EQ(policy.ended(9'999, 0), 15'000U);
}

TEST(ReconnectPolicy, starts_anew_after_a_connection_that_lived) {
    ReconnectPolicy policy;
    for (int i = 0; i < 20; ++i) {
        (void)policy.ended(0, 0);
    }
    EXPECT_EQ(policy.ended(10'000, 0), 0U);
    EXPECT_EQ(policy.ended(0, 0), 250U);
}

TEST(ReconnectPolicy, moves_on_after_ten_failures_and_counts_anew) {
    ReconnectPolicy policy;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 9; ++i) {
            (void)policy.ended(0, 0);
            EXPECT_FALSE(policy.wants_next_endpoint());
        }
        (void)policy.ended(0, 0);
        EXPECT_TRUE(policy.wants_next_endpoint());
        EXPECT_FALSE(policy.wants_next_endpoint());
    }
}

TEST(ReconnectPolicy, never_gives_up_and_never_waits_longer) {
    ReconnectPolicy policy;
    for (int i = 0; i < 100'000; ++i) {
        ASSERT_LE(policy.ended(0, 0.999), 30'000U);
    }
}

}  // namespace
}  // namespace petrel::core::test
