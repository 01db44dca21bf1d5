// Fuel, memory and processor time of one call.
#include "script/lua_budget.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "script/lua_state.hpp"
#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

using ::testing::HasSubstr;

RuleBudget exact() {
    RuleBudget budget;
    budget.metering = RuleMetering::Exact;
    return budget;
}

std::uint64_t fuel_of(const std::string& text, const RuleBudget& budget) {
    LuaState state(budget);
    EXPECT_TRUE(state.compile("test.lua", text).ok());
    EXPECT_TRUE(state.call(0, 0)) << state.take_fault();
    return state.budget().fuel_used();
}

TEST(Budget, two_runs_use_the_same_fuel) {
    const std::string text =
        "local t = {} for i = 1, 500 do t['k' .. i] = i end "
        "local s = 0 for k, v in pairs(t) do s = s + v end return s";
    EXPECT_EQ(fuel_of(text, exact()), fuel_of(text, exact()));
    EXPECT_GT(fuel_of(text, exact()), 2'500U);
}

TEST(Budget, library_work_is_charged_by_its_size) {
    const std::uint64_t small = fuel_of("local s = ('x'):rep(80)", exact());
    const std::uint64_t large = fuel_of("local s = ('x'):rep(60000)", exact());
    EXPECT_GT(large, small + 60'000);
}

TEST(Budget, coarse_metering_stops_the_same_loop) {
    RuleBudget budget;
    budget.fuel = 5'000;
    EXPECT_THAT(run("for i = 1, 10000 do end", budget), HasSubstr("more than 5000 steps"));
    EXPECT_EQ(run("for i = 1, 1000 do end return 'done'", budget), "done");
}

TEST(Budget, what_is_caught_does_not_go_on) {
    // The caught call would otherwise write on; each later instruction raises again.
    const std::string text =
        "local n = 0 "
        "pcall(function() while true do end end) "
        "n = n + 1 "
        "return 'survived'";
    EXPECT_THAT(run(text), HasSubstr("fault: test.lua:1: used more than 100000 steps"));
}

TEST(Budget, a_new_call_begins_with_a_full_tank) {
    LuaState state(RuleBudget{});
    for (int round = 0; round < 3; ++round) {
        ASSERT_TRUE(state.compile("test.lua", "while true do end").ok());
        EXPECT_FALSE(state.call(0, 0));
        EXPECT_THAT(state.take_fault(), HasSubstr("steps"));
        ASSERT_TRUE(state.compile("test.lua", "for i = 1, 50000 do end").ok());
        EXPECT_TRUE(state.call(0, 0));
    }
}

TEST(Budget, memory_of_a_failed_call_is_given_back) {
    LuaState state(RuleBudget{});
    const std::size_t before = state.budget().memory_bytes();
    ASSERT_TRUE(state.compile("test.lua", "local t = {} for i = 1, 1e9 do t[i] = i end").ok());
    EXPECT_FALSE(state.call(0, 0));
    EXPECT_THAT(state.take_fault(), HasSubstr("test.lua:1: "));
    EXPECT_LT(state.budget().memory_bytes(), before + 4'096);
}

TEST(Budget, the_cap_holds_for_memory_in_use) {
    RuleBudget budget;
    budget.memory_bytes = 256U << 10;
    budget.allocation_bytes = 64U << 20;
    EXPECT_THAT(run("local t = {} for i = 1, 1e6 do t[i] = i end", budget),
                HasSubstr("256 KiB of memory that a rule pack may hold"));
}

TEST(Budget, requests_count_even_when_they_are_freed) {
    RuleBudget budget;
    budget.fuel = 100'000'000;
    budget.cpu_ms = 10'000;
    budget.allocation_bytes = 1U << 20;
    EXPECT_THAT(run("for i = 1, 1e6 do local t = {i} end", budget),
                HasSubstr("asked for more than 1024 KiB"));
}

TEST(Budget, comparing_huge_texts_ends_by_processor_time) {
    RuleBudget budget;
    budget.fuel = 1'000'000'000'000;
    budget.cpu_ms = 20;
    const std::string text =
        "local a = ('x'):rep(60000) for i = 1, 3 do a = a .. a end "
        "local b = a .. 'y' local c = a .. 'z' local n = 0 "
        "while true do if b < c then n = n + 1 end end";
    EXPECT_THAT(run(text, budget), HasSubstr("ran for more than 20 ms of processor time"));
}

TEST(Budget, processor_time_ends_a_loop_in_pcall_too) {
    RuleBudget budget;
    budget.fuel = 1'000'000'000'000;
    budget.cpu_ms = 20;
    EXPECT_THAT(run("while true do pcall(function() while true do end end) end", budget),
                HasSubstr("processor time"));
}

}  // namespace
}  // namespace petrel::core::script_test
