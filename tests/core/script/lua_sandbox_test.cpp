// Attacks on the sandbox: each must end as a fault with file and line, and leave the engine alive.
#include "script/lua_sandbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ForbiddenGlobal : public ::testing::TestWithParam<const char*> {};

TEST_P(ForbiddenGlobal, is_refused_when_the_pack_is_read) {
    Files files = good_files();
    files["score.lua"] = "local x = 1\nlocal y = " + std::string(GetParam()) + "\n";
    EXPECT_THAT(refusal(files),
                StartsWith("score.lua:2:11: unknown global '" + std::string(GetParam()) + "'"));
}

TEST_P(ForbiddenGlobal, is_not_there_under_a_computed_name_either) {
    EXPECT_THAT(run("local e = _ENV return e['" + std::string(GetParam()) + "']"),
                HasSubstr("the global environment has no field '" + std::string(GetParam())));
}

INSTANTIATE_TEST_SUITE_P(all, ForbiddenGlobal,
                         ::testing::Values("os", "io", "package", "require", "debug", "coroutine",
                                           "utf8", "dofile", "loadfile", "load", "loadstring",
                                           "collectgarbage", "print", "warn", "rawset", "rawget",
                                           "rawlen", "rawequal", "getmetatable", "setmetatable",
                                           "xpcall", "newproxy", "next", "_G", "_VERSION"));

class ForbiddenMember : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(ForbiddenMember, is_not_in_the_library) {
    const auto [library, name] = GetParam();
    EXPECT_THAT(run("return " + std::string(library) + "." + name),
                HasSubstr("test.lua:1: " + std::string(library) + " has no field '" + name + "'"));
}

INSTANTIATE_TEST_SUITE_P(
    all, ForbiddenMember,
    ::testing::Values(std::pair{"string", "dump"}, std::pair{"string", "match"},
                      std::pair{"string", "gmatch"}, std::pair{"string", "gsub"},
                      std::pair{"string", "pack"}, std::pair{"string", "unpack"},
                      std::pair{"string", "packsize"}, std::pair{"table", "move"},
                      std::pair{"table", "pack"}, std::pair{"math", "random"},
                      std::pair{"math", "randomseed"}));

TEST(Sandbox, methods_of_texts_come_from_the_sandbox) {
    EXPECT_EQ(run("return ('abc'):upper()"), "ABC");
    EXPECT_THAT(run("return ('abc'):gsub('.', 'x')"), HasSubstr("has no field 'gsub'"));
    EXPECT_THAT(run("return ('x'):rep(1e9)"), HasSubstr("more than 65536 repetitions"));
}

TEST(Sandbox, texts_do_not_compute) {
    EXPECT_THAT(run("return '10' + 1"), HasSubstr("attempt to perform arithmetic on a string"));
}

TEST(Sandbox, libraries_and_globals_cannot_be_written) {
    EXPECT_THAT(run("math.floor = nil"), HasSubstr("math is read-only; cannot set 'floor'"));
    EXPECT_THAT(run("string.evil = 1"), HasSubstr("string is read-only"));
    EXPECT_THAT(run("x = 1"), HasSubstr("the global environment is read-only; cannot set 'x'"));
    EXPECT_THAT(run("local e = _ENV e.type = nil"), HasSubstr("read-only"));
    EXPECT_THAT(run("table.insert(math, 1)"), HasSubstr("math is read-only"));
}

TEST(Sandbox, a_misspelt_library_name_is_answered_with_the_right_one) {
    EXPECT_THAT(run("return math.flor(1.5)"), HasSubstr("did you mean 'floor'?"));
}

TEST(Sandbox, compiled_lua_is_refused) {
    Files files = good_files();
    files["score.lua"] = std::string("\x1bLua\x54\x00\x19\x93", 8);
    EXPECT_THAT(refusal(files), StartsWith("score.lua:1: is compiled Lua"));
}

TEST(Sandbox, a_fault_names_version_file_and_line) {
    const auto pack = build(attacked_files("    error('no such market')"));
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const auto vm = (*pack)->make_vm({});
    RuleScore score;
    vm->score(storm_input("ATTACK"), score);
    EXPECT_EQ(score.fault, (*pack)->id() + " score.lua:3: no such market");
}

struct Attack {
    const char* name;
    const char* body;
    const char* expected;
};

void PrintTo(const Attack& attack, std::ostream* out) { *out << attack.body; }

class SandboxAttack : public ::testing::TestWithParam<Attack> {};

TEST_P(SandboxAttack, ends_in_the_fallback_and_the_next_call_is_served) {
    const auto pack = build(attacked_files(GetParam().body));
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const auto vm = (*pack)->make_vm({});
    for (int round = 0; round < 2; ++round) {
        RuleScore score;
        vm->score(storm_input("ATTACK"), score);
        EXPECT_THAT(score.fault, HasSubstr(GetParam().expected));
        EXPECT_THAT(score.fault, HasSubstr("score.lua:"));
        EXPECT_EQ(score.pattern, "fallback");
        EXPECT_EQ(score.total, 0.25);
        vm->score(storm_input(), score);
        EXPECT_EQ(score.fault, "");
        EXPECT_EQ(score.total, 0.5);
    }
    EXPECT_EQ(vm->figures().errors, 2U);
    EXPECT_LT(vm->figures().memory_bytes, 2U << 20);
}

constexpr const char* kSteps = "used more than 100000 steps in one call";
constexpr const char* kMemory = "KiB of memory";

INSTANTIATE_TEST_SUITE_P(
    endless, SandboxAttack,
    ::testing::Values(
        Attack{"plain", "while true do end", kSteps},
        Attack{"repeat_until", "repeat until false", kSteps},
        Attack{"long_for", "for i = 1, 1e15 do end", kSteps},
        Attack{"goto_back", "::top:: goto top", kSteps},
        Attack{"tail_calls", "local function f() return f() end f()", kSteps},
        Attack{"in_pcall", "pcall(function() while true do end end)", kSteps},
        Attack{"pcall_in_loop", "while true do pcall(function() while true do end end) end",
               kSteps},
        Attack{"nested_pcalls",
               "local function nest(n) if n == 0 then while true do end end pcall(nest, n - 1) "
               "while true do end end nest(150)",
               kSteps},
        Attack{"caught_and_returned",
               "local ok = pcall(function() while true do end end) "
               "return 1, 'single', 'weak', 'neutral', 'low'",
               kSteps},
        Attack{"binary_recursion",
               "local function f(n) if n > 0 then f(n - 1) f(n - 1) end end f(60)", kSteps},
        Attack{"iterator", "for x in function() return 1 end do end", kSteps},
        Attack{"sort_order", "table.sort({3, 2, 1}, function() while true do end end)", kSteps},
        Attack{"empty_repetitions", "for i = 1, 1e9 do local s = ('').rep('', 65536) end", kSteps}),
    [](const auto& test) { return std::string(test.param.name); });

INSTANTIATE_TEST_SUITE_P(
    memory, SandboxAttack,
    ::testing::Values(
        Attack{"doubling_text", "local s = 'x' while true do s = s .. s end", kMemory},
        Attack{"doubling_in_pcall",
               "while true do pcall(function() local s = 'x' while true do s = s .. s end end) end",
               "score.lua:"},
        Attack{"many_texts", "local t = {} for i = 1, 1e9 do t[i] = 'text ' .. i end", kSteps},
        Attack{"large_tables", "local t = {} for i = 1, 1e9 do t[i] = {i} end", kSteps},
        Attack{"garbage_only", "for i = 1, 1e9 do local t = {i, i, i, i, i, i, i, i} end", kSteps},
        Attack{"closures", "local f for i = 1, 1e9 do f = function() return i end end", kSteps},
        Attack{"repeat_bomb", "local s = string.rep('x', 1 << 30)", "more than 65536 repetitions"},
        Attack{"repeat_of_repeat", "local s = ('x'):rep(65536):rep(65536)", "would pass 64 KiB"},
        Attack{"separator_bomb", "local s = string.rep('', 65536, ('y'):rep(1000))",
               "would pass 64 KiB"},
        Attack{"concat_bomb", "local s = ('x'):rep(60000) local s2 = table.concat({s, s}, '')",
               "would pass 64 KiB"},
        Attack{"format_bomb", "local s = ('x'):rep(60000) s = ('%s%s'):format(s, s)",
               "would pass 64 KiB"},
        Attack{"unpack_bomb", "local x = table.unpack({}, 1, 1e8)", "more than 255 values"},
        Attack{"bytes_bomb", "local x = ('x'):rep(60000):byte(1, -1)", "more than 255 values"},
        Attack{"many_sorted", "local t = {} for i = 1, 17000 do t[i] = i end table.sort(t)",
               "the most is 16384"}),
    [](const auto& test) { return std::string(test.param.name); });

INSTANTIATE_TEST_SUITE_P(
    errors, SandboxAttack,
    ::testing::Values(
        Attack{"deep_recursion", "local function f() return 1 + f() end f()", "score.lua:"},
        Attack{"deep_pcalls", "local function f() return pcall(f) end f() error('end')",
               "score.lua:"},
        Attack{"nil_object", "error(nil)", "raised a nil instead of a message"},
        Attack{"table_object", "error({})", "raised a table instead of a message"},
        Attack{"number_object", "error(42)", "raised a number instead of a message"},
        Attack{"boolean_object", "error(true)", "raised a boolean instead of a message"},
        Attack{"function_object", "error(function() end)", "raised a function instead"},
        Attack{"huge_message", "error(('x'):rep(60000))", "xxxx"},
        Attack{"pointer_format", "local s = ('%p'):format({})", "%p is not offered"},
        Attack{"quoted_format", "local s = ('%q'):format(1)", "%q is not offered"},
        Attack{"open_format", "local s = ('%'):format(1)", "is not offered"},
        Attack{"unordered_keys", "for k in pairs({ [{}] = 1 }) do end", "has no order"},
        Attack{"absent_slot", "local x = input.cluster.volume_usd",
               "input.cluster is nil when no cluster is active. Guard it: if input.cluster"},
        Attack{"unknown_field", "local x = input.storm['volme' .. '_usd']",
               "input.storm has no field 'volme_usd'; did you mean 'volume_usd'?"},
        Attack{"unknown_top_field", "local x = input.strm", "did you mean 'storm'?"},
        Attack{"new_field", "input.storm.mine = 1", "input.storm has no field 'mine'"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Sandbox, a_long_message_is_cut) {
    EXPECT_LT(fault_of("error(('x'):rep(60000))").size(), 600U);
}

struct WrongReturn {
    const char* name;
    const char* returned;
    const char* expected;
};

void PrintTo(const WrongReturn& wrong, std::ostream* out) { *out << wrong.returned; }

class ScoreReturn : public ::testing::TestWithParam<WrongReturn> {};

TEST_P(ScoreReturn, of_the_wrong_kind_is_a_fault) {
    const std::string fault = fault_of("return " + std::string(GetParam().returned));
    EXPECT_THAT(fault, HasSubstr("score.lua: returned "));
    EXPECT_THAT(fault, HasSubstr(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    all, ScoreReturn,
    ::testing::Values(
        WrongReturn{"nothing", "", "nil as total"}, WrongReturn{"text", "'1'", "'1' as total"},
        WrongReturn{"nan", "0/0", "nan as total"}, WrongReturn{"inf", "1/0", "inf as total"},
        WrongReturn{"negative", "-1", "-1.000000 as total"},
        WrongReturn{"too_large", "101", "101.000000 as total"},
        WrongReturn{"table", "{}", "table as total"}, WrongReturn{"only_total", "1", "pattern nil"},
        WrongReturn{"bad_pattern", "1, 'Storm Only', 'weak', 'neutral', 'low'",
                    "pattern 'Storm Only'"},
        WrongReturn{"bad_strength", "1, 'single', 'huge', 'neutral', 'low'", "strength 'huge'"},
        WrongReturn{"bad_pressure", "1, 'single', 'weak', 'up', 'low'", "pressure 'up'"},
        WrongReturn{"bad_volatility", "1, 'single', 'weak', 'neutral', 7", "volatility 7.000000"}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace petrel::core::script_test
