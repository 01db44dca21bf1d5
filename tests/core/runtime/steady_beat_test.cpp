// Beats on a grid: on time however long the work takes, and honest about how late they came.
#include "runtime/steady_beat.hpp"

#include <gtest/gtest.h>

namespace petrel::core {
namespace {

constexpr std::int64_t kBegin_ns = 5 * kNsPerSecond + 123;

// The moment of the next beat when the timer waits exactly as long as it is told to, and is then
// late by `late_ms`.
std::int64_t after_wait(SteadyBeat& beat, std::int64_t now_ns, std::int64_t late_ms) {
    return now_ns + (beat.beat_ms(now_ns) + late_ms) * kNsPerMs;
}

TEST(SteadyBeat, beats_that_come_late_do_not_drift) {
    SteadyBeat beat(kNsPerSecond);
    std::int64_t now_ns = kBegin_ns;
    for (int i = 0; i < 10'000; ++i) {
        now_ns = after_wait(beat, now_ns, 7);
    }
    const std::int64_t drift_ns = now_ns - kBegin_ns - 10'000 * kNsPerSecond;
    EXPECT_GE(drift_ns, 7 * kNsPerMs);
    EXPECT_LT(drift_ns, 8 * kNsPerMs);
}

TEST(SteadyBeat, the_latest_of_a_minute_is_told_and_then_forgotten) {
    for (const std::int64_t every_ms : {1'000, 20}) {
        SteadyBeat beat(every_ms * kNsPerMs);
        EXPECT_EQ(beat.late_ns_max(), 0);
        const std::int64_t late_at_ns = after_wait(beat, kBegin_ns, 15);
        std::int64_t now_ns = late_at_ns;
        while (now_ns < late_at_ns + 58 * kNsPerSecond) {
            now_ns = after_wait(beat, now_ns, 0);
            ASSERT_EQ(beat.late_ns_max(), 15 * kNsPerMs) << now_ns;
        }
        while (now_ns < late_at_ns + 62 * kNsPerSecond) {
            now_ns = after_wait(beat, now_ns, 0);
        }
        EXPECT_LT(beat.late_ns_max(), kNsPerMs) << every_ms;
    }
}

TEST(SteadyBeat, a_pause_of_seconds_leaves_beats_out_and_keeps_the_grid) {
    SteadyBeat beat(kNsPerSecond);
    beat.beat_ms(kBegin_ns);
    EXPECT_EQ(beat.beat_ms(kBegin_ns + 4'250 * kNsPerMs), 750);
    EXPECT_EQ(beat.late_ns_max(), 3'250 * kNsPerMs);
    EXPECT_EQ(beat.beat_ms(kBegin_ns + 5'000 * kNsPerMs), 1'000);
    EXPECT_EQ(beat.beat_ms(kBegin_ns + 300'000 * kNsPerMs), 1'000);
    EXPECT_EQ(beat.late_ns_max(), 294'000 * kNsPerMs) << "the minute before the pause is over";
}

}  // namespace
}  // namespace petrel::core
