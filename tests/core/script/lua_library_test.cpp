// The library of rules: what is offered works, in the same order everywhere.
#include "script/lua_library.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

using ::testing::HasSubstr;

TEST(Library, pairs_walks_numbers_then_texts_then_booleans) {
    EXPECT_EQ(run("local t = { b = 1, a = 1, [10] = 1, [-2.5] = 1, [3] = 1, [true] = 1, "
                  "[false] = 1, ab = 1 } local s = '' "
                  "for k in pairs(t) do s = s .. tostring(k) .. ' ' end return s"),
              "-2.5 3 10 a ab b false true ");
}

TEST(Library, pairs_gives_the_same_order_in_every_state) {
    const std::string text =
        "local t = {} for i = 1, 200 do t['key' .. i * 7919 % 1000] = i end local s = '' "
        "for k, v in pairs(t) do s = s .. k .. '=' .. v .. ' ' end return s";
    const std::string first = run(text);
    EXPECT_GT(first.size(), 1'000U);
    for (int round = 0; round < 5; ++round) {
        EXPECT_EQ(run(text), first);
    }
}

TEST(Library, pairs_skips_what_is_removed_while_walking) {
    EXPECT_EQ(run("local t = { a = 1, b = 2, c = 3 } local s = '' "
                  "for k in pairs(t) do s = s .. k t.b = nil end return s"),
              "ac");
}

TEST(Library, pairs_over_an_empty_table_ends) {
    EXPECT_EQ(run("for k in pairs({}) do return 'entered' end return 'empty'"), "empty");
}

TEST(Library, pairs_lists_read_only_views) {
    EXPECT_THAT(run("local s = '' for k in pairs(math) do s = s .. k .. ' ' end return s"),
                HasSubstr("abs ceil cos exp floor"));
}

TEST(Library, sort_is_stable) {
    EXPECT_EQ(run("local t = {} for i = 1, 40 do t[i] = { key = i % 3, at = i } end "
                  "table.sort(t, function(a, b) return a.key < b.key end) local s = '' "
                  "for i = 1, 6 do s = s .. t[i].at .. ' ' end return s"),
              "3 6 9 12 15 18 ");
}

TEST(Library, sort_orders_numbers_and_texts) {
    EXPECT_EQ(run("local t = { 5, 3, 9, -1, 3 } table.sort(t) return table.concat(t, ' ')"),
              "-1 3 3 5 9");
    EXPECT_EQ(run("local t = { 'b', 'a', 'c' } table.sort(t) return table.concat(t)"), "abc");
    EXPECT_EQ(run("local t = { 1 } table.sort(t) return t[1]"), "1");
}

TEST(Library, sort_with_a_senseless_order_ends) {
    EXPECT_EQ(run("local t = {} for i = 1, 100 do t[i] = i end "
                  "table.sort(t, function() return true end) return #t"),
              "100");
}

TEST(Library, tostring_gives_no_addresses) {
    EXPECT_EQ(run("return tostring({})"), "table");
    EXPECT_EQ(run("return tostring(function() end)"), "function");
    EXPECT_EQ(run("return tostring(nil) .. tostring(true) .. tostring(1.5)"), "niltrue1.5");
    EXPECT_EQ(run("return ('%s %s'):format({}, type)"), "table function");
}

TEST(Library, find_takes_its_argument_literally) {
    EXPECT_EQ(run("return (string.find('a.b', '.'))"), "2");
    EXPECT_EQ(run("return tostring(string.find('abc', '%a+'))"), "nil");
    EXPECT_EQ(run("return (string.find('a.b.c', '.', 3))"), "4");
}

TEST(Library, numbers_are_read_from_texts) {
    EXPECT_EQ(run("return tonumber('0x10') + tonumber('1e2')"), "116.0");
    EXPECT_EQ(run("return tostring(tonumber('12 apples')) .. tostring(tonumber({}))"), "nilnil");
    EXPECT_EQ(run("return tostring(tonumber('1\\0'))"), "nil");
}

TEST(Library, format_writes_numbers) {
    EXPECT_EQ(run("return string.format('%5.2f|%d|%s|%%|%x', 3.14159, 42, 'ok', 255)"),
              " 3.14|42|ok|%|ff");
}

TEST(Library, concat_and_unpack_stay_in_their_range) {
    EXPECT_EQ(run("return table.concat({ 1, 2, 3 }, '-', 2)"), "2-3");
    EXPECT_THAT(run("return table.concat({}, '', 1, 1e15)"), HasSubstr("range leaves the table"));
    EXPECT_EQ(run("local a, b = table.unpack({ 7, 8 }) return a + b"), "15");
    EXPECT_THAT(run("return table.unpack({}, -1e15, 5)"), HasSubstr("more than 255 values"));
}

TEST(Library, insert_and_remove_shift) {
    EXPECT_EQ(run("local t = { 1, 3 } table.insert(t, 2, 2) table.remove(t, 1) "
                  "return table.concat(t, ' ')"),
              "2 3");
}

}  // namespace
}  // namespace petrel::core::script_test
