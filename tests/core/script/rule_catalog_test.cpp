// Reload as a transaction: only what passes every step becomes live.
#include "script/rule_catalog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "script/recent_inputs.hpp"
#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Catalog : ::testing::Test {
    Catalog() : folder(good_files()), catalog(folder.path(), {}, {}) {}

    std::string reload() {
        const auto report = catalog.reload(recent, ++clock_ns);
        return report.ok() ? Result<ReloadReport>(report).value().summary()
                           : report.status().message();
    }
    double live_score() {
        RuleScore score;
        catalog.live()->make_vm({})->score(storm_input(), score);
        return score.total;
    }

    Folder folder;
    RuleCatalog catalog;
    std::vector<RuleInput> recent;
    std::int64_t clock_ns = 0;
};

constexpr const char* kOtherScore =
    "return function() return 0.7, 'single', 'weak', 'neutral', 'low' end";

TEST_F(Catalog, the_first_load_makes_a_version_live) {
    EXPECT_EQ(catalog.live(), nullptr);
    EXPECT_EQ(catalog.generation(), 0U);
    EXPECT_THAT(reload(), StartsWith("now mini@"));
    EXPECT_EQ(catalog.generation(), 1U);
    EXPECT_EQ(live_score(), 0.5);
}

TEST_F(Catalog, an_edit_takes_over) {
    reload();
    const std::string before = catalog.live()->id();
    folder.write("score.lua", kOtherScore);
    EXPECT_THAT(reload(), AllOf(StartsWith("now mini@"), HasSubstr("was " + before)));
    EXPECT_EQ(catalog.generation(), 2U);
    EXPECT_EQ(live_score(), 0.7);
}

TEST_F(Catalog, the_same_content_changes_nothing) {
    reload();
    const auto live = catalog.live();
    folder.write("score.lua", good_files()["score.lua"]);
    EXPECT_EQ(reload(), "unchanged: " + live->id());
    EXPECT_EQ(catalog.live(), live);
    EXPECT_EQ(catalog.generation(), 1U);
}

TEST_F(Catalog, a_syntax_error_keeps_the_old_version) {
    reload();
    const auto live = catalog.live();
    folder.write("score.lua", "return function(\n  local = 1\nend");
    EXPECT_THAT(reload(), AllOf(StartsWith("score.lua:2:3: "),
                                HasSubstr("live version stays " + live->id())));
    EXPECT_EQ(catalog.live(), live);
    EXPECT_EQ(catalog.generation(), 1U);
}

TEST_F(Catalog, a_failing_test_keeps_the_old_version) {
    folder.write("tests/a.lua",
                 "return { { name = 'half', given = {}, expect = { score = 0.5 } } }");
    EXPECT_THAT(reload(), HasSubstr("1 tests"));
    const auto live = catalog.live();
    folder.write("score.lua", kOtherScore);
    EXPECT_THAT(reload(), AllOf(HasSubstr("1 of 1 tests failed"), HasSubstr("tests/a.lua:1: half"),
                                HasSubstr("expected 0.5   got 0.7")));
    EXPECT_EQ(catalog.live(), live);
}

TEST_F(Catalog, a_fault_in_the_dry_run_keeps_the_old_version) {
    reload();
    const auto live = catalog.live();
    for (const auto& [name, text] : attacked_files("    error('not this one')")) {
        folder.write(name, text);
    }
    recent.push_back(storm_input("ATTACK"));
    EXPECT_THAT(reload(), StartsWith("dry run on the latest inputs: score.lua:3: not this one"));
    EXPECT_EQ(catalog.live(), live);
    recent.clear();
    EXPECT_THAT(reload(), StartsWith("now mini@"));
}

TEST_F(Catalog, a_vanished_folder_keeps_the_old_version) {
    reload();
    for (const auto& [name, text] : good_files()) {
        folder.remove(name);
    }
    EXPECT_THAT(reload(), AllOf(HasSubstr("has no pack.lua"), HasSubstr("live version stays")));
    EXPECT_NE(catalog.live(), nullptr);
}

TEST_F(Catalog, an_old_machine_goes_on_with_its_version) {
    reload();
    const auto vm = catalog.live()->make_vm({});
    folder.write("score.lua", kOtherScore);
    reload();
    RuleScore score;
    vm->score(storm_input(), score);
    EXPECT_EQ(score.total, 0.5);
}

TEST_F(Catalog, every_try_is_listed) {
    reload();
    folder.write("score.lua", "return 1");
    reload();
    folder.write("score.lua", kOtherScore);
    reload();
    ASSERT_EQ(catalog.versions().size(), 3U);
    EXPECT_EQ(catalog.versions()[0].result, "live");
    EXPECT_THAT(catalog.versions()[1].result, HasSubstr("must return a function"));
    EXPECT_EQ(catalog.versions()[1].at_ns, 2);
    EXPECT_EQ(catalog.versions()[2].id, catalog.live()->id());
}

TEST_F(Catalog, the_dry_run_counts_its_inputs) {
    recent.assign(3, storm_input());
    const auto report = catalog.reload(recent, 1);
    ASSERT_TRUE(report.ok()) << report.status().message();
    EXPECT_EQ(Result<ReloadReport>(report)->inputs, 3U);
    EXPECT_GT(Result<ReloadReport>(report)->fuel_max, 0U);
}

TEST(RecentInputs, keep_the_latest_with_texts_of_their_own) {
    RecentInputs recent;
    for (int i = 0; i < 70; ++i) {
        const std::string symbol = "SYMBOL-" + std::to_string(i) + "-WITH-A-LONG-NAME";
        RuleInput input = storm_input(symbol);
        input.now_s = i;
        recent.add(input, {}, {});
    }
    const RecentInputs copy = recent;
    recent = {};
    const std::vector<RuleInput> inputs = copy.inputs();
    ASSERT_EQ(inputs.size(), RecentInputs::kInputsMax);
    EXPECT_EQ(inputs.front().now_s, 6);
    EXPECT_EQ(inputs.front().symbol, "SYMBOL-6-WITH-A-LONG-NAME");
    EXPECT_EQ(inputs.back().symbol, "SYMBOL-69-WITH-A-LONG-NAME");
    EXPECT_EQ(inputs.back().storm.side, "long");
    EXPECT_TRUE(inputs.back().storm.present);
}

}  // namespace
}  // namespace petrel::core::script_test
