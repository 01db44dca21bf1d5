// The packs that `rules new` writes work as they stand, under any name of a folder.
#include "script/rule_template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "script/rule_lint.hpp"
#include "script/rule_tests.hpp"
#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Template : public ::testing::TestWithParam<const char*> {};

TEST_P(Template, passes_check_and_tests_under_its_new_name) {
    auto files = pack_from_template(GetParam(), "my-pack_2");
    ASSERT_TRUE(files.ok()) << files.status().message();
    RuleSources sources;
    sources.directory = "mine";
    sources.files = *files;
    const auto pack = RulePack::build(sources);
    ASSERT_TRUE(pack.ok()) << pack.status().message();
    EXPECT_THAT((*pack)->id(), StartsWith("my-pack_2@"));
    EXPECT_TRUE(lint_rules((*pack)->sources(), (*pack)->manifest()).empty());
    auto report = run_pack_tests(**pack);
    ASSERT_TRUE(report.ok()) << report.status().message();
    EXPECT_EQ(report->failures(), "");
    EXPECT_GT(report->passed, 10U);
}

INSTANTIATE_TEST_SUITE_P(all, Template, ::testing::Values("", "default"), [](const auto& test) {
    return *test.param == '\0' ? std::string("skeleton") : std::string(test.param);
});

TEST(Templates, the_default_pack_is_that_of_the_tree) {
    const auto there = read_rule_sources(PETREL_SOURCE_DIR "/rules/default");
    ASSERT_TRUE(there.ok()) << there.status().message();
    RuleSources built_in;
    for (const RuleTemplateFile& file : default_pack()) {
        built_in.files.push_back({std::string(file.name), std::string(file.text)});
    }
    EXPECT_EQ(built_in.hash(), Result<RuleSources>(there)->hash());
}

TEST(Templates, other_packs_are_refused_with_what_there_is) {
    EXPECT_THAT(pack_from_template("deflaut", "x").status().message(),
                HasSubstr("there is no pack 'deflaut' to begin from; there is 'default'"));
}

TEST(Templates, names_come_from_the_last_part_of_the_path) {
    EXPECT_EQ(pack_name_for("mine"), "mine");
    EXPECT_EQ(pack_name_for("/a/b/My Rules.v2/"), "my_rules_v2");
    EXPECT_EQ(pack_name_for("x/./y/../storm-9"), "storm-9");
    EXPECT_EQ(pack_name_for("/"), "mine");
    EXPECT_EQ(pack_name_for(std::string(50, 'a')), std::string(32, 'a'));
}

}  // namespace
}  // namespace petrel::core::script_test
