// When a version that has just gone live must go again.
#include "script/rule_probation.hpp"

#include <gtest/gtest.h>

#include "petrel/types.hpp"

namespace petrel::core::script_test {
namespace {

constexpr std::int64_t kMinute = 60 * kNsPerSecond;
constexpr std::int64_t kStart = 1'000 * kMinute;

class RuleProbationTest : public ::testing::Test {
protected:
    // Live since kStart for ten minutes; the engine had admitted 500 signals, 12 in the last hour.
    RuleProbationTest() {
        ProbationLimits limits;
        limits.length_ns = 10 * kMinute;
        limits.fuel_max = 50'000;
        RuleVitals start;
        start.admitted = 500;
        probation_.begin(kStart, start, 12, limits);
    }
    std::string after(std::int64_t minutes, const RuleVitals& now) const {
        return probation_.judge(kStart + minutes * kMinute, now);
    }

    RuleProbation probation_;
};

TEST_F(RuleProbationTest, a_third_fault_ends_it_and_is_told) {
    EXPECT_EQ(after(1, {.calls = 900, .errors = 2, .admitted = 500, .last_fault = "a"}), "");
    EXPECT_EQ(after(1, {.calls = 900,
                        .errors = 3,
                        .admitted = 500,
                        .last_fault = "mine@04be77 score.lua:4: no"}),
              "3 of 900 calls failed: mine@04be77 score.lua:4: no");
}

TEST_F(RuleProbationTest, a_dear_call_ends_it) {
    EXPECT_EQ(after(1, {.calls = 9, .fuel_max = 50'000, .admitted = 500}), "");
    EXPECT_NE(after(1, {.calls = 9, .fuel_max = 50'001, .admitted = 500}), "");
}

TEST_F(RuleProbationTest, a_flood_is_ten_times_the_rate_of_the_hour_before_and_thirty) {
    // In five minutes: 30 + 10 x 12 x 5 / 60 = 40.
    EXPECT_EQ(after(5, {.calls = 9, .admitted = 540}), "");
    EXPECT_EQ(after(5, {.calls = 9, .admitted = 541}),
              "41 signals in 300 s, 12 in the hour before");
}

TEST_F(RuleProbationTest, it_ends_by_itself) {
    EXPECT_TRUE(probation_.on(kStart + 10 * kMinute - 1));
    EXPECT_FALSE(probation_.on(kStart + 10 * kMinute));
    EXPECT_EQ(after(10, {.calls = 9, .errors = 9, .admitted = 5'000}), "");
    EXPECT_FALSE(RuleProbation().on(kStart)) << "nothing is on probation before the first swap";
}

}  // namespace
}  // namespace petrel::core::script_test
