// Whom to believe when the machine's clock was set.
#include "feed/clock_witness.hpp"

#include <gtest/gtest.h>

namespace petrel::core::test {
namespace {

constexpr std::int64_t kHour = 3'600 * kNsPerSecond;
constexpr std::int64_t kUsual = 40 * kNsPerMs;
using Verdict = ClockWitness::Verdict;

class ClockWitnessTest : public testing::Test {
protected:
    Verdict after_s(std::int64_t seconds, std::int64_t step_ns) {
        now_ns_ += seconds * kNsPerSecond;
        return witness_.judge(now_ns_, step_ns);
    }

    std::int64_t now_ns_ = kHour;
    ClockWitness witness_;
};

TEST_F(ClockWitnessTest, small_corrections_are_followed_whatever_events_say) {
    for (const std::int64_t step_ns : {std::int64_t{0}, kNsPerSecond, -kNsPerSecond}) {
        witness_.saw(kUsual);
        EXPECT_EQ(after_s(1, step_ns), Verdict::Follow) << step_ns;
    }
}

TEST_F(ClockWitnessTest, a_step_is_not_followed_while_live_events_agree_with_what_was_before) {
    for (const std::int64_t step_ns : {-kHour, 24 * kHour, 2 * kNsPerSecond}) {
        for (int second = 0; second < 600; ++second) {
            witness_.saw(kUsual);
            witness_.saw(-kHour);  // one venue's wild time
            ASSERT_EQ(after_s(1, step_ns), Verdict::Stay) << step_ns << " at " << second;
        }
    }
}

TEST_F(ClockWitnessTest, a_correction_is_followed_when_no_live_event_agrees) {
    for (const std::int64_t step_ns : {-kHour, kHour}) {
        witness_.saw(kUsual - step_ns);
        witness_.saw(kUsual - step_ns + kNsPerSecond);
        EXPECT_EQ(after_s(1, step_ns), Verdict::Follow) << step_ns;
    }
}

TEST_F(ClockWitnessTest, without_events_the_machine_is_believed_after_a_minute) {
    EXPECT_EQ(after_s(1, kHour), Verdict::Stay);
    EXPECT_EQ(after_s(59, kHour), Verdict::Stay);
    EXPECT_EQ(after_s(1, kHour), Verdict::Follow);
    EXPECT_EQ(after_s(1, 0), Verdict::Follow);
    EXPECT_EQ(after_s(1, kHour), Verdict::Stay) << "the minute begins anew";
}

TEST_F(ClockWitnessTest, what_was_seen_before_the_last_look_counts_no_more) {
    witness_.saw(kUsual);
    EXPECT_EQ(after_s(1, -kHour), Verdict::Stay);
    witness_.saw(kHour);
    EXPECT_EQ(after_s(1, -kHour), Verdict::Follow);
}

}  // namespace
}  // namespace petrel::core::test
