// The runner of a pack's own tests: what passes, what fails and how it says so.
#include "script/rule_tests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Result<RuleTestReport> report_of(const std::string& cases) {
    Files files = good_files();
    files["tests/cases.lua"] = cases;
    const auto pack = build(files);
    EXPECT_TRUE(pack.ok()) << pack.status().message();
    return run_pack_tests(**pack);
}

TEST(RuleTests, a_passing_case_passes) {
    auto report = report_of(
        "return { { name = 'half', given = { type = 'X' }, "
        "expect = { score = 0.5, decision = 'send', note = 'score 0.50' } } }");
    ASSERT_TRUE(report.ok()) << report.status().message();
    EXPECT_EQ(report->passed, 1U);
    EXPECT_EQ(report->failures(), "");
}

TEST(RuleTests, a_failing_case_shows_only_what_differs) {
    auto report = report_of(
        "return {\n  { name = 'wrong', given = {},\n    expect = { score = 0.2, "
        "pattern = 'single', strength = 'strong', reason = 'bad',\n"
        "      terms = { storm = 1 } } },\n}");
    ASSERT_TRUE(report.ok()) << report.status().message();
    EXPECT_EQ(report->failed, 1U);
    EXPECT_THAT(
        report->cases[0].differences,
        ElementsAre("score      expected 0.2   got 0.5   (+0.3)",
                    "terms.storm expected 1   got 0   (-1)",
                    "strength   expected strong   got weak", "reason     expected bad   got good"));
    EXPECT_THAT(report->failures(), StartsWith("tests/cases.lua:2: wrong\n    score "));
}

// Packs come from strangers, and their tests' words go to a terminal. Found by rule_source_fuzz.
TEST(RuleTests, names_and_expected_words_that_move_the_cursor_are_made_plain) {
    auto report = report_of(
        "return { { name = 'one\\27[2J\\255', given = {}, expect = { reason = '\\27[31mbad' } } }");
    ASSERT_TRUE(report.ok()) << report.status().message();
    EXPECT_EQ(report->failures(),
              "tests/cases.lua:1: one?[2J?\n    reason     expected ?[31mbad   got good");
}

TEST(RuleTests, a_fault_fails_the_case) {
    Files files = attacked_files("error('broken')");
    files["tests/cases.lua"] =
        "return { { name = 'attack', given = { symbol = 'ATTACK' }, expect = { decision = 'send' } "
        "} }";
    const auto pack = build(files);
    auto report = run_pack_tests(**pack);
    ASSERT_TRUE(report.ok()) << report.status().message();
    EXPECT_EQ(report->failed, 1U);
    EXPECT_THAT(report->failures(), HasSubstr("score.lua:3: broken"));
}

TEST(RuleTests, cases_behind_twenty_faults_are_not_run_and_say_so) {
    Files files = attacked_files("while true do end");
    files["tests/cases.lua"] =
        "local all = {} for i = 1, 30 do all[i] = { name = 'case ' .. i, "
        "given = { symbol = i > 5 and 'ATTACK' or 'FINE' }, expect = { decision = 'send' } } end "
        "return all";
    const auto pack = build(files);
    auto report = run_pack_tests(**pack);
    ASSERT_TRUE(report.ok()) << report.status().message();
    EXPECT_EQ(report->passed, 5U);
    EXPECT_EQ(report->failed, 25U);
    EXPECT_THAT(report->cases[24].differences.front(), HasSubstr("used more than 100000 steps"));
    EXPECT_THAT(report->cases[25].differences,
                ElementsAre("not run    the rules failed in 20 cases before"));
}

TEST(RuleTests, parameters_hold_for_their_case_only) {
    auto report = report_of(
        "return { { name = 'tuned', given = { params = { gain = 3 } }, expect = { score = 1.5 } },"
        "  { name = 'plain', given = {}, expect = { score = 0.5 } } }");
    ASSERT_TRUE(report.ok()) << report.status().message();
    EXPECT_EQ(report->failures(), "");
    EXPECT_EQ(report->passed, 2U);
}

TEST(RuleTests, a_parameter_out_of_bounds_fails_its_case) {
    auto report = report_of(
        "return { { name = 'tuned', given = { params = { gain = 9 } }, expect = { score = 1 } } }");
    ASSERT_TRUE(report.ok()) << report.status().message();
    EXPECT_THAT(report->failures(), HasSubstr("parameter 'gain' = 9 is outside 0 to 4"));
}

TEST(RuleTests, misspelt_fields_of_a_case_are_refused) {
    EXPECT_THAT(
        report_of("return { { name = 'a', given = { strom = {} }, expect = { score = 1 } } }")
            .status()
            .message(),
        HasSubstr("tests/cases.lua:1: a: given: unknown field 'strom'; did you mean 'storm'?"));
    EXPECT_THAT(report_of("return { { name = 'a', given = { storm = { volume = 1 } }, "
                          "expect = { scroe = 1 } } }")
                    .status()
                    .message(),
                HasSubstr("expect: unknown field 'scroe'; did you mean 'score'?"));
}

TEST(RuleTests, a_case_that_expects_nothing_is_refused) {
    EXPECT_THAT(report_of("return { { name = 'a', given = {}, expect = {} } }").status().message(),
                HasSubstr("expects nothing, so that it could never fail"));
    EXPECT_THAT(report_of("return { { name = 'a', given = {} } }").status().message(),
                HasSubstr("needs expect"));
}

TEST(RuleTests, a_file_without_cases_is_refused) {
    EXPECT_THAT(report_of("return {}").status().message(),
                HasSubstr("must return a list of 1 to 1000 cases"));
    EXPECT_THAT(report_of("while true do end").status().message(),
                HasSubstr("tests/cases.lua:1: used more than"));
}

}  // namespace
}  // namespace petrel::core::script_test
