// Loading a pack: what is accepted, and the sentence for each thing that is not.
#include "script/rule_pack.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

std::string refusal_of_pack(const std::string& text) {
    Files files = good_files();
    files["pack.lua"] = text;
    return refusal(files);
}

std::string refusal_of_score(const std::string& text) {
    Files files = good_files();
    files["score.lua"] = text;
    return refusal(files);
}

TEST(RulePack, identity_is_name_and_content) {
    const auto first = build(good_files());
    ASSERT_TRUE(first.ok()) << first.status().message();
    EXPECT_THAT((*first)->id(), MatchesRegex("mini@[0-9a-f]{6}"));
    const auto again = build(good_files());
    EXPECT_EQ((*first)->hash(), (*again)->hash());
    Files changed = good_files();
    changed["score.lua"] += "-- a remark\n";
    EXPECT_NE((*first)->hash(), (*build(changed))->hash());
}

TEST(RulePack, parameters_are_part_of_the_identity) {
    const auto plain = RulePack::build(sources_of(good_files()));
    const auto tuned = RulePack::build(sources_of(good_files()), {{"gain", 2}});
    ASSERT_TRUE(tuned.ok()) << tuned.status().message();
    EXPECT_NE((*plain)->hash(), (*tuned)->hash());
    RuleScore score;
    (*tuned)->make_vm({})->score(storm_input(), score);
    EXPECT_EQ(score.total, 1.0);
}

TEST(RulePack, overrides_are_checked_against_name_and_bounds) {
    const auto misspelt = RulePack::build(sources_of(good_files()), {{"gian", 2}});
    EXPECT_EQ(misspelt.status().message(),
              "rule pack mini has no parameter 'gian'; did you mean 'gain'?");
    const auto large = RulePack::build(sources_of(good_files()), {{"gain", 5}});
    EXPECT_EQ(large.status().message(), "rule pack mini: parameter 'gain' = 5 is outside 0 to 4");
}

TEST(RulePack, slots_and_active_time_come_from_the_manifest) {
    const auto pack = RulePack::load(PETREL_SOURCE_DIR "/rules/default", {{"active_for_s", 45}});
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const auto vm = (*pack)->make_vm({});
    EXPECT_EQ(vm->slot_of("LIQ_STORM"), RuleSlot::Storm);
    EXPECT_EQ(vm->slot_of("WHALE_CLUSTER"), RuleSlot::Cluster);
    EXPECT_EQ(vm->slot_of("WHALE_TRADE"), RuleSlot::None);
    EXPECT_EQ(vm->active_for_s(), 45);
}

TEST(RulePack, every_mistake_of_the_manifest_is_reported_at_once) {
    const std::string message = refusal_of_pack(
        "return { name = 'Bad Name', version = '1', api = 2, descripton = 'x',\n"
        "  parameters = { { name = 'a', type = 'real', default = 1 },\n"
        "    { name = 'b', min = 0, max = 1, default = 7 }, { name = 'c', defualt = 1 } },\n"
        "  slots = { LIQ_STORM = 'strom' } }");
    EXPECT_THAT(
        message,
        AllOf(HasSubstr("pack.lua: needs a name of small letters"),
              HasSubstr("api = 2, this petrel speaks rule API 1"),
              HasSubstr("type 'real' of 'a' is none of number, integer, boolean"),
              HasSubstr("parameters[2]: default of parameter 'b' = 7 is outside 0 to 1"),
              HasSubstr("unknown field 'defualt'; did you mean 'default'?"),
              HasSubstr("slots: LIQ_STORM = 'strom' is no slot"), HasSubstr("needs a fallback"),
              HasSubstr("unknown field 'descripton'; did you mean 'description'?")));
}

TEST(RulePack, missing_files_are_named) {
    Files files = good_files();
    files.erase("score.lua");
    EXPECT_THAT(refusal(files), HasSubstr("has no score.lua"));
    files = good_files();
    files.erase("pack.lua");
    EXPECT_THAT(refusal(files), HasSubstr("has no pack.lua"));
}

TEST(RulePack, a_syntax_error_names_file_line_and_column) {
    EXPECT_THAT(refusal_of_score("return function()\n  local x = = 1\nend"),
                StartsWith("score.lua:2:11: unexpected symbol near '='"));
}

TEST(RulePack, a_syntax_error_in_a_test_is_found_before_it_runs) {
    Files files = good_files();
    files["tests/a.lua"] = "return {";
    EXPECT_THAT(refusal(files), StartsWith("tests/a.lua:1"));
}

TEST(RulePack, setting_a_global_is_refused) {
    EXPECT_THAT(refusal_of_score("count = 1\nreturn function() end"),
                StartsWith("score.lua:1:1: sets the global 'count'; write 'local count'"));
}

TEST(RulePack, an_unknown_global_gets_the_nearest_name) {
    EXPECT_THAT(refusal_of_score("return function() return maths.floor(1) end"),
                StartsWith("score.lua:1:26: unknown global 'maths'; did you mean 'math'?"));
}

TEST(RulePack, a_misspelt_field_is_found_by_the_sample_run) {
    EXPECT_THAT(refusal_of_score("return function(input)\n"
                                 "  local storm = input.storm\n"
                                 "  local v = 0\n"
                                 "  if storm then v = storm.volme_usd end\n"
                                 "  return v, 'single', 'weak', 'neutral', 'low'\nend"),
                StartsWith("score.lua:4:27: input.storm has no field 'volme_usd'; "
                           "did you mean 'volume_usd'?"));
}

TEST(RulePack, an_unguarded_slot_is_found_by_the_sample_run) {
    EXPECT_THAT(refusal_of_score("return function(input) return input.cluster.volume_usd end"),
                HasSubstr("input.cluster is nil when no cluster is active"));
}

TEST(RulePack, changing_a_local_of_the_file_is_refused) {
    EXPECT_THAT(refusal_of_score("local seen = 0\nreturn function()\n  seen = seen + 1\n"
                                 "  return 0, 'single', 'weak', 'neutral', 'low'\nend"),
                StartsWith("score.lua:3:3: changes the local 'seen' of the file"));
}

TEST(RulePack, memory_hidden_in_a_table_is_found_by_the_double_run) {
    EXPECT_THAT(
        refusal_of_score("local seen = {}\nreturn function()\n  seen.n = (seen.n or 0) + 1\n"
                         "  return seen.n / 100, 'single', 'weak', 'neutral', 'low'\nend"),
        HasSubstr("gave two different answers; rules may not remember anything"));
}

TEST(RulePack, a_call_that_uses_more_than_half_the_fuel_is_refused) {
    const std::string text =
        "return function()\n  for i = 1, 60000 do end\n"
        "  return 0, 'single', 'weak', 'neutral', 'low'\nend";
    EXPECT_THAT(refusal_of_score(text), HasSubstr("of 100000 steps; half is the most"));
}

TEST(RulePack, a_function_with_too_many_constants_is_refused_with_advice) {
    std::string text = "return function()\n  local t = {\n";
    for (int i = 0; i < 300; ++i) {
        text += "    key" + std::to_string(i) + " = " + std::to_string(i) + ".5,\n";
    }
    text += "  }\n  return 0, 'single', 'weak', 'neutral', 'low'\nend";
    EXPECT_THAT(refusal_of_score(text), AllOf(StartsWith("score.lua:1: one function holds 60"),
                                              HasSubstr("constants, at most 255 are safe"),
                                              HasSubstr("into a file of lib/")));
}

TEST(RulePack, an_element_taken_by_a_comparison_is_refused_with_advice) {
    EXPECT_THAT(refusal_of_score("local word = { [true] = 0.5, [false] = 0.25 }\n"
                                 "return function(input)\n"
                                 "  return word[input.market.price > 5], 'single', 'weak', "
                                 "'neutral', 'low'\nend"),
                AllOf(StartsWith("score.lua:3: takes an element by a comparison"),
                      HasSubstr("put the comparison into a local")));
}

TEST(RulePack, files_use_each_other_by_name) {
    Files files = good_files();
    files["lib/half.lua"] = "return { of = function(x) return x / 2 end }";
    files["score.lua"] =
        "local half = use('lib/half')\n"
        "return { score = function() return half.of(1), 'single', 'weak', 'neutral', 'low' end }";
    const auto pack = build(files);
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    RuleScore score;
    (*pack)->make_vm({})->score(storm_input(), score);
    EXPECT_EQ(score.total, 0.5);
    files["score.lua"].replace(files["score.lua"].find("half'"), 4, "halv");
    EXPECT_THAT(refusal(files), HasSubstr("no such file; did you mean 'lib/half'?; what may be"));
}

TEST(RulePack, use_leads_nowhere_else) {
    EXPECT_THAT(
        refusal_of_score("local x = use('lib/halv') return function() end"),
        StartsWith("score.lua:1:16: use('lib/halv'): the pack has no such file; what may be "
                   "used are files of the pack itself, named from its folder"));
    EXPECT_THAT(
        refusal_of_score("local x = use('../other/score') return function() end"),
        StartsWith("score.lua:1:16: use('../other/score'): the pack has no such file; what"));
    EXPECT_THAT(refusal_of_score("local x = use('score') return function() end"),
                HasSubstr("the file uses itself"));
}

TEST(RulePack, a_file_that_begins_with_a_byte_order_mark_is_refused_by_that_name) {
    EXPECT_THAT(refusal_of_score("\xEF\xBB\xBFreturn function() end"),
                StartsWith("score.lua:1: begins with a byte order mark; save the file as UTF-8"));
    Files files = good_files();
    files["pack.lua"] = "\xEF\xBB\xBF" + files["pack.lua"];
    EXPECT_THAT(build(files).status().message(),
                HasSubstr("pack.lua:1: begins with a byte order mark"));
}

TEST(RulePack, a_file_that_returns_nothing_is_refused) {
    EXPECT_THAT(refusal_of_score("local x = 1"),
                HasSubstr("score.lua: must return a function or a table of functions"));
    EXPECT_THAT(
        refusal_of_score("return { scores = function() end }"),
        HasSubstr("score.lua: must return a function, or a table with the function 'score'"));
}

TEST(RulePack, a_budget_too_small_for_the_pack_leaves_the_fallback) {
    const auto pack = build(good_files());
    RuleBudget tiny;
    tiny.memory_bytes = 1'000;
    const auto vm = (*pack)->make_vm(tiny);
    EXPECT_THAT(vm->build_fault(), HasSubstr("KiB of memory"));
    RuleScore score;
    RuleVerdict verdict;
    vm->score(storm_input(), score);
    vm->judge(storm_input(), score, verdict);
    EXPECT_EQ(score.total, 0.25);
    EXPECT_EQ(verdict.reasons, std::vector<std::string>{"rule_error"});
    EXPECT_EQ(verdict.fault, vm->build_fault());
}

}  // namespace
}  // namespace petrel::core::script_test
