// Which lines count as code, and which of them the tests of a pack have run.
#include "script/rule_coverage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "script/rule_cost.hpp"
#include "script/rule_tests.hpp"
#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<FileCoverage> covered(const Files& files) {
    const auto pack = build(files);
    EXPECT_TRUE(pack.ok()) << pack.status().message();
    RuleCoverage coverage;
    RuleBudget budget;
    budget.lines = &coverage;
    const auto report = run_pack_tests(**pack, budget);
    EXPECT_TRUE(report.ok()) << report.status().message();
    return coverage.files((*pack)->sources());
}

// Lines 4, 7, 8, 11 and 12 belong to branches.
constexpr const char* kBranches =
    "-- a remark\n"
    "return function(input, terms)\n"
    "  if input.type == 'A' then\n"
    "    return 0.1, 'single', 'weak',\n"
    "      'neutral', 'low'\n"
    "  elseif input.type == 'B' then\n"
    "    terms.b = 1\n"
    "    terms.c = 2\n"
    "  end\n"
    "  for _ = 1, input.market.venues do\n"
    "    terms.d = 1\n"
    "\n"
    "    terms.e = 1\n"
    "  end\n"
    "  return 0.5, 'single', 'weak', 'neutral', 'low'\n"
    "end\n";

std::string case_of(const std::string& given) {
    return "return { { name = 'a', given = { " + given + " }, expect = { pattern = 'single' } } }";
}

TEST(Coverage, lines_that_no_test_has_run_are_named) {
    Files files = good_files();
    files["score.lua"] = kBranches;
    files["tests/a.lua"] = case_of("type = 'C'");
    const auto rows = covered(files);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].file, "appropriateness.lua");
    EXPECT_THAT(rows[0].missed, IsEmpty());
    EXPECT_EQ(rows[1].file, "score.lua");
    EXPECT_THAT(rows[1].missed, ElementsAre(4, 5, 7, 8, 11, 13));
    EXPECT_EQ(rows[1].missed_text(), "4-5, 7-8, 11-13");
    EXPECT_EQ(rows[1].lines, 11U);  // 3 to 8, 10, 11, 13, 15 and the function's end
    EXPECT_EQ(rows[1].run(), 5U);
}

TEST(Coverage, each_case_adds_its_lines) {
    Files files = good_files();
    files["score.lua"] = kBranches;
    files["tests/a.lua"] = case_of("type = 'A'");
    EXPECT_THAT(covered(files)[1].missed, ElementsAre(6, 7, 8, 10, 11, 13, 15));
    files["tests/b.lua"] = case_of("type = 'B', market = { venues = 1 }");
    EXPECT_THAT(covered(files)[1].missed, IsEmpty());
}

// The compiler puts a return and a jump behind the tail call, on the line of the bracket.
TEST(Coverage, what_the_compiler_adds_behind_a_return_is_no_line_of_code) {
    Files files = good_files();
    files["score.lua"] =
        "local function part(x)\n  return x, 'single', 'weak', 'neutral', 'low'\nend\n"
        "return function(input)\n"
        "  if input.type == 'A' then\n"
        "    return part(\n"
        "      0.5\n"
        "    )\n"
        "  else\n"
        "    return part(1)\n"
        "  end\n"
        "end\n";
    files["tests/a.lua"] = case_of("type = 'A'");
    EXPECT_THAT(covered(files)[1].missed, ElementsAre(10));
}

TEST(Coverage, a_file_that_nothing_uses_has_not_run) {
    Files files = good_files();
    files["lib/spare.lua"] = "local x = 1\nreturn { x = x }\n";
    files["tests/a.lua"] = case_of("type = 'A'");
    EXPECT_THAT(covered(files)[1].missed, ElementsAre(1, 2));
}

TEST(Coverage, per_cent_are_rounded_down) {
    EXPECT_EQ(coverage_percent(999, 1000), 99U);
    EXPECT_EQ(coverage_percent(7, 7), 100U);
    EXPECT_EQ(coverage_percent(0, 0), 100U);
}

TEST(Coverage, the_skeleton_is_run_whole_by_its_tests) {
    const auto pack = RulePack::load(PETREL_SOURCE_DIR "/core/script/skeleton");
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    RuleCoverage coverage;
    RuleBudget budget;
    budget.lines = &coverage;
    auto report = run_pack_tests(**pack, budget);
    ASSERT_TRUE(report.ok()) << report.status().message();
    EXPECT_EQ(report->failures(), "");
    for (const FileCoverage& file : coverage.files((*pack)->sources())) {
        EXPECT_EQ(file.missed_text(), "") << file.file;
    }
}

TEST(Cost, a_loop_costs_its_steps_and_is_not_proved) {
    Files files = good_files();
    files["score.lua"] =
        "return function()\n  for _ = 1, 100 do end\n"
        "  return 0.5, 'single', 'weak', 'neutral', 'low'\nend";
    const auto pack = build(files);
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    const RuleCost cost = measure_rules(**pack);
    EXPECT_GE(cost.score.steps, 100U);
    EXPECT_LT(cost.score.steps, 120U);
    EXPECT_FALSE(cost.score.proved);
    EXPECT_TRUE(cost.appropriateness.proved);
    EXPECT_LT(cost.appropriateness.steps, 20U);
    EXPECT_GT(cost.score.ns, 0);
}

}  // namespace
}  // namespace petrel::core::script_test
