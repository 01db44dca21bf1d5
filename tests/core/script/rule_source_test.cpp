// Files of a pack: read once, regular, small, inside the folder.
#include "script/rule_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "script_support.hpp"

namespace petrel::core::script_test {
namespace {

using ::testing::HasSubstr;

TEST(RuleSource, takes_lua_files_of_the_folder_lib_tests_and_voters) {
    Files files = good_files();
    files["lib/a.lua"] = "return {}";
    files["tests/b.lua"] = "return {}";
    files["voters/c.lua"] = "return {}";
    files["other/d.lua"] = "return {}";
    const Folder folder(files);
    folder.write("notes.txt", "not a rule");
    folder.write(".hidden.lua", "not a rule");
    auto sources = read_rule_sources(folder.path());
    ASSERT_TRUE(sources.ok()) << sources.status().message();
    std::vector<std::string> names;
    for (const RuleFile& file : sources->files) {
        names.push_back(file.name);
    }
    EXPECT_EQ(names, (std::vector<std::string>{"appropriateness.lua", "lib/a.lua", "pack.lua",
                                               "score.lua", "tests/b.lua", "voters/c.lua"}));
}

TEST(RuleSource, a_symbolic_link_is_refused) {
    const Folder outside(Files{{"secret.lua", "return 1"}});
    const Folder folder(good_files());
    std::filesystem::create_symlink(outside.path() + "/secret.lua", folder.path() + "/link.lua");
    EXPECT_THAT(read_rule_sources(folder.path()).status().message(),
                HasSubstr("link.lua: is a symbolic link"));
}

TEST(RuleSource, a_linked_lib_folder_is_refused) {
    const Folder outside(Files{{"a.lua", "return 1"}});
    const Folder folder(good_files());
    std::filesystem::create_directory_symlink(outside.path(), folder.path() + "/lib");
    EXPECT_THAT(read_rule_sources(folder.path()).status().message(),
                HasSubstr("lib/: cannot be opened"));
}

TEST(RuleSource, a_pipe_is_refused_without_waiting_for_it) {
    const Folder folder(good_files());
    ASSERT_EQ(mkfifo((folder.path() + "/pipe.lua").c_str(), 0600), 0);
    EXPECT_THAT(read_rule_sources(folder.path()).status().message(),
                HasSubstr("pipe.lua: is not a regular file"));
}

TEST(RuleSource, a_file_over_64_kib_is_refused) {
    const Folder folder(good_files());
    folder.write("big.lua", std::string(65'536, '-'));
    EXPECT_TRUE(read_rule_sources(folder.path()).ok());
    folder.write("big.lua", std::string(65'537, '-'));
    EXPECT_THAT(read_rule_sources(folder.path()).status().message(),
                HasSubstr("big.lua: is larger than 64 KiB"));
}

TEST(RuleSource, a_missing_folder_is_named) {
    EXPECT_THAT(read_rule_sources("/nowhere/rules").status().message(),
                HasSubstr("rule pack /nowhere/rules: cannot be opened"));
}

TEST(RuleSource, more_than_64_files_are_refused) {
    Files files = good_files();
    for (int i = 0; i < 64; ++i) {
        files["lib/f" + std::to_string(i) + ".lua"] = "return {}";
    }
    const Folder folder(files);
    EXPECT_THAT(read_rule_sources(folder.path()).status().message(),
                HasSubstr("holds more than 64 files"));
}

TEST(RuleSource, the_hash_sees_names_texts_and_their_borders) {
    const RuleSources one = sources_of({{"a.lua", "xy"}, {"b.lua", "z"}});
    EXPECT_EQ(one.hash(), sources_of({{"a.lua", "xy"}, {"b.lua", "z"}}).hash());
    EXPECT_NE(one.hash(), sources_of({{"a.lua", "x"}, {"b.lua", "yz"}}).hash());
    EXPECT_NE(one.hash(), sources_of({{"c.lua", "xy"}, {"b.lua", "z"}}).hash());
}

}  // namespace
}  // namespace petrel::core::script_test
