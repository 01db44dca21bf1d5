// A folder's rule files take the place of others, whole or not at all; and what an edit was.
#include "script/rule_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "script/rule_changes.hpp"
#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

RuleSources read_back(const Folder& folder) {
    Result<RuleSources> sources = read_rule_sources(folder.path());
    EXPECT_TRUE(sources.ok()) << (sources.ok() ? "" : sources.status().message());
    return sources.ok() ? *sources : RuleSources{};
}

Files other_files() {
    Files files = good_files();
    files["score.lua"] += "-- other\n";
    files["lib/steps.lua"] = "return {}\n";
    return files;
}

TEST(RuleFiles, what_was_only_in_the_old_version_goes_and_other_files_stay) {
    Files old = good_files();
    old["lib/gone.lua"] = "return {}\n";
    const Folder folder(old);
    folder.write("NOTES.txt", "mine");
    const RuleSources next = sources_of(other_files());
    ASSERT_TRUE(replace_rule_files(folder.path(), sources_of(old), next).ok());
    EXPECT_EQ(read_back(folder).hash(), next.hash());
    EXPECT_TRUE(fs::exists(folder.path() + "/NOTES.txt"));
    EXPECT_FALSE(fs::exists(folder.path() + "/lib/gone.lua"));
}

TEST(RuleFiles, a_failure_in_the_middle_puts_everything_back) {
    const Folder folder(good_files());
    // lib cannot become a folder: something else is called so.
    folder.write("lib", "a file");
    const Status placed =
        replace_rule_files(folder.path(), sources_of(good_files()), sources_of(other_files()));
    ASSERT_FALSE(placed.ok());
    EXPECT_THAT(placed.message(), HasSubstr("lib"));
    folder.remove("lib");
    EXPECT_EQ(read_back(folder).hash(), sources_of(good_files()).hash());
}

TEST(RuleFiles, changes_are_told_by_file_and_by_the_value_of_parameters) {
    const auto before = build(good_files());
    Files files = other_files();
    const auto after = build(files);
    ASSERT_TRUE(before.ok() && after.ok());
    std::vector<std::string> words;
    for (const RuleChange& change : rule_changes(**before, **after)) {
        words.push_back(change.words());
    }
    EXPECT_THAT(words, ElementsAre("lib/steps.lua added", "score.lua edited"));
    EXPECT_TRUE(rule_changes(**before, **before).empty());
    EXPECT_EQ((RuleChange{RuleChange::What::Parameter, "min_score", 0.4, 0.6}.words()),
              "parameter min_score 0.4 -> 0.6");
}

}  // namespace
}  // namespace petrel::core::script_test
