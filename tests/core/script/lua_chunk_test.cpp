// What a compiled chunk says about its source.
#include "script/lua_chunk.hpp"

#include <gtest/gtest.h>

#include "script/lua_state.hpp"

namespace petrel::core {
namespace {

ChunkFacts facts_of(const std::string& text) {
    LuaState state(RuleBudget{});
    EXPECT_TRUE(state.compile("test.lua", text).ok());
    return read_chunk(state.raw());
}

TEST(Chunk, globals_are_found_with_line_and_use) {
    const ChunkFacts facts = facts_of(
        "local a = 1\nfirst = a\nlocal function f()\n  return "
        "second + a\nend\nreturn f");
    ASSERT_EQ(facts.globals.size(), 2U);
    EXPECT_EQ(facts.globals[0].name, "second");  // nested functions come first
    EXPECT_EQ(facts.globals[0].line, 4);
    EXPECT_EQ(facts.globals[0].use, ChunkGlobal::Use::Read);
    EXPECT_EQ(facts.globals[1].name, "first");
    EXPECT_EQ(facts.globals[1].line, 2);
    EXPECT_EQ(facts.globals[1].use, ChunkGlobal::Use::Write);
}

TEST(Chunk, lines_are_right_far_into_a_long_function) {
    std::string text = "return function(x)\n";
    for (int i = 0; i < 400; ++i) {
        text += "  x = x + 1\n\n";
    }
    text += "  return stray\nend";
    const ChunkFacts facts = facts_of(text);
    ASSERT_EQ(facts.globals.size(), 1U);
    EXPECT_EQ(facts.globals[0].line, 802);
}

TEST(Chunk, writes_to_locals_of_the_file_are_told_from_others) {
    const ChunkFacts facts = facts_of(
        "local kept = 0\n"
        "return function()\n"
        "  local own = 0\n"
        "  local function inner()\n    own = own + 1\n    kept = kept + 1\n  end\n"
        "  inner()\nend");
    ASSERT_EQ(facts.file_writes.size(), 1U);
    EXPECT_EQ(facts.file_writes[0].name, "kept");
    EXPECT_EQ(facts.file_writes[0].line, 6);
}

TEST(Chunk, fields_that_functions_set_are_listed) {
    const ChunkFacts facts = facts_of(
        "local setup = {} setup.early = 1\n"
        "return function(t)\n  t.price = 1\n  setup.late = 2\n  local own = { side = 3 }\n"
        "  t[1] = 2\nend");
    EXPECT_EQ(facts.written, (std::set<std::string, std::less<>>{"late", "price", "side"}));
    EXPECT_FALSE(facts.writes_computed_names);
    EXPECT_TRUE(facts_of("return function(t, k) t[k] = 1 end").writes_computed_names);
}

// What makes of a comparison an element: Lua 5.4.4 reads another one where t comes from outside.
TEST(Chunk, elements_taken_by_a_comparison_are_found) {
    for (const char* index : {"a < b", "a == b", "not (a <= b)", "a ~= 1", "(a > b)"}) {
        const ChunkFacts facts = facts_of("local t = {}\nreturn function(a, b)\n  return t[" +
                                          std::string(index) + "]\nend");
        EXPECT_EQ(facts.misread, std::vector<int>{3}) << index;
    }
    for (const char* good :
         {"local less = a < b return t[less]", "return t[a < b and 1 or 2]", "return t[a]",
          "return a < b, t[not a]", "local own = t return own[a < b]", "return { t, a < b or t }",
          "return a < b == t[1], (a < b) and t or not (b < a)", "return t[a < b or nil]"}) {
        const ChunkFacts facts =
            facts_of("local t = {}\nreturn function(a, b)\n  " + std::string(good) + "\nend");
        EXPECT_EQ(facts.misread, std::vector<int>{}) << good;
    }
}

TEST(Chunk, constants_are_counted_for_each_function) {
    const ChunkFacts facts = facts_of("return function(t) return t.a + t.b + t.c + 1.5 end");
    ASSERT_EQ(facts.functions.size(), 2U);
    EXPECT_EQ(facts.functions[0].line, 1);
    EXPECT_EQ(facts.functions[0].constants, 4);
}

}  // namespace
}  // namespace petrel::core
