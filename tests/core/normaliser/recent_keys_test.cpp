// What is remembered of keys, for how long, and within a batch.
#include "normaliser/recent_keys.hpp"

#include <gtest/gtest.h>

namespace petrel::core {
namespace {

constexpr std::int64_t kStep_ns = kNsPerMs;

// Keys as venues make them: counted up, far apart, hashed.
std::uint64_t counted(std::uint64_t i) { return 1'400'000'000'000'000'000U + i; }
std::uint64_t strided(std::uint64_t i) { return (i + 1) << 32U; }
std::uint64_t hashed(std::uint64_t i) { return (i + 1) * 0x9e3779b97f4a7c15U; }

class RecentKeysOf : public ::testing::TestWithParam<std::uint64_t (*)(std::uint64_t)> {};

TEST_P(RecentKeysOf, every_key_of_half_a_minute_is_known_and_no_other) {
    constexpr std::uint64_t kKeys = 50'000;  // a thousand a second: tables grow and change over
    constexpr std::uint64_t kReach = 35'000;
    RecentKeys keys;
    for (std::uint64_t i = 0; i < kKeys; ++i) {
        const std::int64_t now_ns = static_cast<std::int64_t>(i + 1) * kStep_ns;
        ASSERT_FALSE(keys.seen(GetParam()(i), 0, now_ns)) << i;
        ASSERT_TRUE(keys.seen(GetParam()(i), 0, now_ns)) << i;
        if (i >= kReach) {
            ASSERT_TRUE(keys.seen(GetParam()(i - kReach), 0, now_ns)) << i;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(kinds, RecentKeysOf, ::testing::Values(&counted, &strided, &hashed));

TEST(recent_keys, key_of_a_batch_counts_each_time_within_it_and_never_after) {
    RecentKeys keys;
    for (std::uint32_t batch = 1; batch < 1'000; ++batch) {
        const std::int64_t now_ns = batch * kStep_ns;
        EXPECT_FALSE(keys.seen(hashed(batch), batch, now_ns));
        EXPECT_FALSE(keys.seen(hashed(batch), batch, now_ns));
        EXPECT_TRUE(keys.seen(hashed(batch), batch + 1, now_ns));
        if (batch > 1) {
            EXPECT_TRUE(keys.seen(hashed(batch - 1), batch, now_ns));
        }
    }
}

TEST(recent_keys, old_keys_make_room) {
    RecentKeys keys;
    EXPECT_FALSE(keys.seen(hashed(1), 0, 1));
    for (std::uint64_t i = 2; i < 2'000; ++i) {
        (void)keys.seen(hashed(i), 0, static_cast<std::int64_t>(i) * kNsPerSecond);
    }
    EXPECT_FALSE(keys.seen(hashed(1), 0, 2'000 * kNsPerSecond));
}

}  // namespace
}  // namespace petrel::core
