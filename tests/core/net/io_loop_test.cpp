// Timers of the loop: in order, on time beside whatever else is ready, and gone when they are.
#include "net/io_loop.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "petrel/types.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {
namespace {

constexpr std::uint32_t kPatienceMs = 20'000;

using Names = std::vector<std::string>;

// A thousand sockets that are ready at once kept every timer waiting until all had their turn.
TEST(IoLoop, a_timer_that_is_due_comes_before_the_rest_of_what_is_ready) {
    IoLoop loop;
    Timer timer(loop);
    Names seen;
    timer.after(1, [&] { seen.emplace_back("timer"); });
    const std::int64_t due_ns = steady_now_ns() + 2 * kNsPerMs;
    loop.post([&] {
        while (steady_now_ns() < due_ns) {
        }
        seen.emplace_back("long");
    });
    loop.post([&] { seen.emplace_back("next"); });
    ASSERT_TRUE(loop.run_until([&] { return seen.size() == 3; }, kPatienceMs));
    EXPECT_EQ(seen, (Names{"long", "timer", "next"}));
}

TEST(IoLoop, the_same_holds_while_it_runs_until_it_is_stopped) {
    IoLoop loop;
    Timer timer(loop);
    Names seen;
    timer.after(1, [&] { seen.emplace_back("timer"); });
    const std::int64_t due_ns = steady_now_ns() + 2 * kNsPerMs;
    loop.post([&] {
        while (steady_now_ns() < due_ns) {
        }
    });
    loop.post([&] {
        seen.emplace_back("next");
        loop.stop();
    });
    loop.run();
    EXPECT_EQ(seen, (Names{"timer", "next"}));
}

TEST(IoLoop, timers_come_by_their_time_and_then_in_the_order_of_arming) {
    IoLoop loop;
    Timer last(loop);
    Timer first(loop);
    Timer second(loop);
    Names seen;
    last.after(3, [&] { seen.emplace_back("last"); });
    first.after(1, [&] { seen.emplace_back("first"); });
    second.after(2, [&] { seen.emplace_back("second"); });
    ASSERT_TRUE(loop.run_until([&] { return seen.size() == 3; }, kPatienceMs));
    EXPECT_EQ(seen, (Names{"first", "second", "last"}));
}

TEST(IoLoop, an_earlier_timer_wakes_a_loop_that_waits_for_a_later_one) {
    IoLoop loop;
    Timer late(loop);
    Timer early(loop);
    Names seen;
    late.after(3'600'000, [&] { seen.emplace_back("late"); });
    loop.post([&] {
        early.after(1, [&] {
            seen.emplace_back("early");
            loop.stop();
        });
    });
    loop.run();
    EXPECT_EQ(seen, Names{"early"});
    EXPECT_TRUE(late.pending());
}

TEST(IoLoop, a_timer_may_arm_cancel_and_destroy_timers_in_its_call) {
    IoLoop loop;
    Timer again(loop);
    Timer cancelled(loop);
    auto destroyed = std::make_unique<Timer>(loop);
    auto itself = std::make_unique<Timer>(loop);
    Names seen;
    again.after(1, [&] {
        seen.emplace_back("once");
        cancelled.cancel();
        destroyed.reset();
        again.after(1, [&] { seen.emplace_back("again"); });
    });
    const std::int64_t due_ns = steady_now_ns() + 2 * kNsPerMs;
    cancelled.after(1, [&] { seen.emplace_back("cancelled"); });
    destroyed->after(1, [&] { seen.emplace_back("destroyed"); });
    itself->after(2, [&] {
        itself.reset();
        seen.emplace_back("itself");
    });
    loop.post([&] {
        while (steady_now_ns() < due_ns) {
        }
    });
    ASSERT_TRUE(loop.run_until([&] { return seen.size() == 3; }, kPatienceMs));
    EXPECT_EQ(seen, (Names{"once", "itself", "again"}));
    EXPECT_FALSE(cancelled.pending());
}

TEST(IoLoop, arming_again_replaces_what_was_pending) {
    IoLoop loop;
    Timer timer(loop);
    Names seen;
    timer.after(1, [&] { seen.emplace_back("old"); });
    timer.after(2, [&] { seen.emplace_back("new"); });
    loop.run_for(20);
    EXPECT_EQ(seen, Names{"new"});
}

}  // namespace
}  // namespace petrel::core
