// What is proved to end needs no hook; what is not is counted.
#include "script/lua_bound.hpp"

#include <gtest/gtest.h>

#include <lua.hpp>

#include "script/lua_state.hpp"
#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

// Bound of the function that the text returns.
std::uint64_t bound_of(const std::string& text, std::string* told = nullptr) {
    LuaState state(RuleBudget{});
    EXPECT_TRUE(state.compile("test.lua", text).ok());
    EXPECT_TRUE(state.call(0, 1)) << state.take_fault();
    std::string why;
    const std::uint64_t bound = step_bound(state.raw(), lua_gettop(state.raw()), why);
    if (told != nullptr) {
        *told = why;
    }
    return bound;
}

TEST(Bound, straight_code_is_bounded_by_its_length) {
    const std::uint64_t bound = bound_of("return function(a, b) return a * b + 1 end");
    EXPECT_GE(bound, 3U);
    EXPECT_LE(bound, 8U);
}

TEST(Bound, branches_are_bounded) {
    EXPECT_NE(bound_of("return function(a) if a then return 1 elseif a == 2 then return 2 end "
                       "return a and 3 or 4 end"),
              kUnbounded);
}

TEST(Bound, calls_of_known_functions_add_up) {
    const std::uint64_t one = bound_of(
        "local function f(x) return x * 2 + 3 end "
        "return function(x) return f(x) + 1 end");
    const std::uint64_t two = bound_of(
        "local function f(x) return x * 2 + 3 end "
        "return function(x) return f(x) + f(x) end");
    ASSERT_NE(one, kUnbounded);
    EXPECT_GT(two, one + 3);
}

TEST(Bound, library_functions_kept_in_locals_are_known) {
    EXPECT_NE(bound_of("local min = math.min return function(x) return min(x, 1) end"), kUnbounded);
}

class NoProof : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(NoProof, gives_no_bound) { EXPECT_EQ(bound_of(GetParam().second), kUnbounded); }

INSTANTIATE_TEST_SUITE_P(
    all, NoProof,
    ::testing::Values(
        std::pair{"while_loop", "return function(x) while x do x = x - 1 end end"},
        std::pair{"for_loop", "return function(x) for i = 1, x do end end"},
        std::pair{"generic_for", "return function(x) for k in pairs(x) do end end"},
        std::pair{"goto_back", "return function(x) ::top:: if x then goto top end end"},
        std::pair{"recursion", "local function f(x) return f(x) end return f"},
        std::pair{"mutual_recursion",
                  "local t = {} local function f() return t end "
                  "local g local function h() return g() end g = function() return h() end "
                  "return function() return h() + (f() and 1) end"},
        std::pair{"argument_called", "return function(f) return f(f) end"},
        std::pair{"field_called", "local t = {} return function() return t.f() end"},
        std::pair{"either_called",
                  "local function g() end return function(f) return (f or g)() end"},
        std::pair{"method_called", "return function(s) return s:upper() end"},
        std::pair{"closure_made", "return function(x) return function() return x end end"},
        std::pair{"pcall_of_itself", "local call = pcall return function(f) return call(f, f) end"},
        std::pair{"sort_with_order",
                  "local sort = table.sort return function(t, f) sort(t, f) end"},
        std::pair{"changed_upvalue",
                  "local function make() local f = math.abs return function(x) local y = f(x) "
                  "f = x return y end end return make()"},
        std::pair{"exponential_chain",
                  "local function a() end local function b() a() a() end "
                  "local t = {} for i = 1, 70 do local p = t[i - 1] or b "
                  "t[i] = function() p() p() end end return t[70]"}),
    [](const auto& test) { return std::string(test.param.first); });

TEST(Bound, what_stands_in_the_way_is_named_with_its_line) {
    const std::pair<const char*, const char*> known[] = {
        {"return function(x)\nfor i = 1, x do end\nend", "a loop in test.lua:2"},
        {"local function f(x)\nwhile x do x = x - 1 end end\nreturn function() return f(1) end",
         "a loop in test.lua:2"},
        {"local f\nlocal function g(x)\nreturn x end\nreturn function(f) return g(f()) end",
         "a call of what is no local of the file in test.lua:4"},
        {"local function f(x)\nreturn f(x) end return f",
         "a function that calls itself in test.lua:2"},
        {"local call = pcall\nreturn function(f)\nreturn call(f) end",
         "a library function that calls others in test.lua:3"},
        {"return function(...)\nreturn 1 end", "any number of arguments, ... in test.lua:1"}};
    for (const auto& [text, expected] : known) {
        std::string why;
        EXPECT_EQ(bound_of(text, &why), kUnbounded);
        EXPECT_EQ(why, expected);
    }
}

TEST(Bound, a_proved_rule_that_passes_its_fuel_is_counted_instead) {
    RuleBudget budget;
    budget.fuel = 5;
    LuaState state(budget);
    ASSERT_TRUE(state
                    .compile("test.lua",
                             "local a = 1 local b = a + a local c = b * b "
                             "local d = c * c return d * d")
                    .ok());
    EXPECT_TRUE(state.call(0, 1, 12));  // the count's step of a thousand is not reached
    budget.metering = RuleMetering::Exact;
    LuaState counted(budget);
    ASSERT_TRUE(counted
                    .compile("test.lua",
                             "local a = 1 local b = a + a local c = b * b "
                             "local d = c * c return d * d")
                    .ok());
    EXPECT_FALSE(counted.call(0, 1, 12));
}

TEST(Bound, the_default_rules_are_proved_to_end) {
    const auto pack = RulePack::load(PETREL_SOURCE_DIR "/rules/default");
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const auto vm = (*pack)->make_vm({});
    RuleScore score;
    vm->score(storm_input(), score);
    EXPECT_TRUE(vm->figures().proved);
    EXPECT_GT(vm->figures().fuel_last, 100U);
    EXPECT_LT(vm->figures().fuel_last, 1'000U);
}

}  // namespace
}  // namespace petrel::core::script_test
