// A pack whose files are saved in part: the version before stays, whatever the cut leaves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "script/rule_catalog.hpp"
#include "script/rule_template.hpp"
#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

using ::testing::HasSubstr;

Files skeleton_files() {
    Files files;
    for (const RuleTemplateFile& file : skeleton_pack()) {
        files[std::string(file.name)] = file.text;
    }
    return files;
}

// Whether what is cut off is blank, so that the pack is the same to Lua.
bool is_complete(const std::string& whole, std::size_t bytes) {
    return whole.find_first_not_of(" \n", bytes) == std::string::npos;
}

class HalfSaved : public ::testing::TestWithParam<const char*> {};

TEST_P(HalfSaved, at_every_byte_keeps_the_old_version) {
    const Files files = skeleton_files();
    const Folder folder(files);
    RuleCatalog catalog(folder.path(), {}, {});
    ASSERT_TRUE(catalog.reload({}, 1).ok());
    const auto before = catalog.live();
    const std::string& whole = files.at(GetParam());
    RuleScore score;
    const auto vm = before->make_vm({});
    for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
        if (is_complete(whole, bytes)) {
            continue;
        }
        folder.write(GetParam(), std::string_view(whole).substr(0, bytes));
        const auto report = catalog.reload({}, 2);
        ASSERT_FALSE(report.ok()) << "cut after " << bytes << " bytes";
        EXPECT_THAT(report.status().message(), HasSubstr(GetParam())) << bytes;
        EXPECT_THAT(report.status().message(), HasSubstr("live version stays " + before->id()));
        ASSERT_EQ(catalog.live(), before);
    }
    EXPECT_EQ(catalog.generation(), 1U);
    EXPECT_LE(catalog.versions().size(), 100U);
    vm->score(storm_input(), score);
    EXPECT_EQ(score.fault, "");
    folder.write(GetParam(), whole);
    EXPECT_TRUE(catalog.reload({}, 3).ok());
    EXPECT_EQ(catalog.live(), before);
}

INSTANTIATE_TEST_SUITE_P(all, HalfSaved,
                         ::testing::Values("score.lua", "decay.lua", "appropriateness.lua",
                                           "pack.lua", "tests/appropriateness.lua"),
                         [](const auto& test) {
                             std::string name = test.param;
                             std::replace(name.begin(), name.end(), '/', '_');
                             return name.substr(0, name.size() - 4);
                         });

}  // namespace
}  // namespace petrel::core::script_test
