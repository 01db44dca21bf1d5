// The wheel against a list that is searched from end to end.
#include "runtime/timer_wheel.hpp"

#include <gmock/gmock.h>

#include <random>

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kSlot = 1'000;

std::vector<std::uint64_t> fired(TimerWheel& wheel, std::int64_t now) {
    std::vector<std::uint64_t> payloads;
    wheel.advance(now, [&](std::uint64_t payload) { payloads.push_back(payload); });
    return payloads;
}

TEST(TimerWheel, fires_at_the_end_of_the_deadlines_slot_and_never_before_it) {
    TimerWheel wheel(kSlot);
    wheel.schedule(2'500, 1);
    wheel.schedule(3'000, 2);
    EXPECT_THAT(fired(wheel, 2'500), IsEmpty());
    EXPECT_THAT(fired(wheel, 2'999), IsEmpty());
    EXPECT_THAT(fired(wheel, 3'000), ElementsAre(1, 2));
    EXPECT_EQ(wheel.size(), 0U);
}

TEST(TimerWheel, what_is_already_due_fires_at_the_next_advance) {
    TimerWheel wheel(kSlot);
    EXPECT_THAT(fired(wheel, 50'000), IsEmpty());
    wheel.schedule(10, 1);
    EXPECT_THAT(fired(wheel, 50'999), IsEmpty());
    EXPECT_THAT(fired(wheel, 51'000), ElementsAre(1));
}

TEST(TimerWheel, time_that_goes_back_fires_nothing) {
    TimerWheel wheel(kSlot);
    fired(wheel, 9'000);
    wheel.schedule(10'000, 1);
    EXPECT_THAT(fired(wheel, 5'000), IsEmpty());
    EXPECT_THAT(fired(wheel, 10'000), ElementsAre(1));
}

TEST(TimerWheel, timers_set_while_firing_wait_for_a_later_advance) {
    TimerWheel wheel(kSlot);
    wheel.schedule(1'000, 1);
    std::vector<std::uint64_t> seen;
    wheel.advance(5'000, [&](std::uint64_t payload) {
        seen.push_back(payload);
        wheel.schedule(2'000, payload + 1);
    });
    EXPECT_THAT(seen, ElementsAre(1));
    EXPECT_THAT(fired(wheel, 6'000), ElementsAre(2));
}

TEST(TimerWheel, a_long_jump_fires_in_the_order_of_deadlines) {
    TimerWheel wheel(kSlot, 4);
    fired(wheel, 0);
    wheel.schedule(6'000, 6);
    wheel.schedule(3'000, 3);
    wheel.schedule(9'000, 9);
    wheel.schedule(3'000, 33);
    EXPECT_THAT(fired(wheel, 9'000), ElementsAre(3, 33, 6, 9));
}

TEST(TimerWheel, does_what_a_sorted_list_would_do) {
    struct Timer {
        std::int64_t slot;
        std::uint64_t payload;
    };
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
        std::mt19937 dice(seed);
        TimerWheel wheel(kSlot, 8);
        std::vector<Timer> list;
        std::int64_t now = 0;
        std::int64_t hand = -1;
        std::uint64_t next = 0;
        for (int step = 0; step < 400; ++step) {
            if (dice() % 3 != 0) {
                const std::int64_t deadline = now + static_cast<std::int64_t>(dice() % 40'000);
                const std::int64_t slot = (deadline + kSlot - 1) / kSlot;
                list.push_back({std::max(slot, hand + 1), next});
                wheel.schedule(deadline, next++);
                continue;
            }
            now += static_cast<std::int64_t>(dice() % (dice() % 5 == 0 ? 90'000 : 3'000));
            hand = std::max(hand, now / kSlot);
            std::vector<Timer> due;
            std::vector<Timer> later;
            for (const Timer& timer : list) {
                (timer.slot <= hand ? due : later).push_back(timer);
            }
            list = later;
            std::stable_sort(due.begin(), due.end(),
                             [](const Timer& a, const Timer& b) { return a.slot < b.slot; });
            std::vector<std::uint64_t> expected;
            for (const Timer& timer : due) {
                expected.push_back(timer.payload);
            }
            ASSERT_EQ(fired(wheel, now), expected) << "seed " << seed << " step " << step;
            ASSERT_EQ(wheel.size(), list.size());
        }
    }
}

}  // namespace
}  // namespace petrel::core
