// Each tree rule is fed a small bad tree and must speak, and a good one and must not.
#include "tree_rules.hpp"

#include <gtest/gtest.h>

namespace petrel::tidy {
namespace {

Tree tree_of(std::vector<SourceFile> files, std::vector<std::string> folders = {}) {
    Tree tree;
    tree.files = std::move(files);
    tree.folders = std::move(folders);
    return tree;
}

const std::vector<std::string> kNames{"binex", "whale_song", "log", "console"};

std::size_t core_names(std::string_view text) {
    return check_plugin_names_in_core(make_source("core/feed/x.cpp", text), kNames).size();
}

TEST(plugin_names, are_the_folders_below_each_kind) {
    const Tree tree = tree_of(
        {}, {"plugins/exchanges", "plugins/exchanges/binex", "plugins/exchanges/binex/fixtures",
             "plugins/notifiers/log", "plugins/exchanges/kit"});
    EXPECT_EQ(plugin_names(tree), (std::vector<std::string>{"binex", "log"}));
}

TEST(plugin_names_in_core, are_found_as_words_in_code_and_strings) {
    EXPECT_EQ(core_names("connect(\"wss://binex.example\");\n"), 1U);
    EXPECT_EQ(core_names("void parse_binex();\n"), 1U);
    EXPECT_EQ(core_names("auto a = kBinexUrl;\n"), 1U);
    EXPECT_EQ(core_names("if (name == \"whale_song\") {}\n"), 1U);
}

TEST(plugin_names_in_core, comments_longer_words_and_ordinary_words_are_not) {
    EXPECT_EQ(core_names("// as on binex\n"), 0U);
    EXPECT_EQ(core_names("int combinex = binexes;\n"), 0U);
    EXPECT_EQ(core_names("log(\"to the console\"); f(\"log\");\n"), 0U);
    EXPECT_EQ(core_names("use(\"console\");\n"), 1U);
}

TEST(plugin_names_in_build, only_its_own_folder_names_a_plugin) {
    const auto faults = [](std::string path) {
        return check_plugin_names_in_build(
                   make_source(std::move(path), "# binex\nadd_subdirectory(exchanges/binex)\n"),
                   kNames)
            .size();
    };
    EXPECT_EQ(faults("plugins/CMakeLists.txt"), 1U);
    EXPECT_EQ(faults("core/CMakeLists.txt"), 1U);
    EXPECT_EQ(faults("plugins/exchanges/binex/CMakeLists.txt"), 0U);
    EXPECT_EQ(faults("tests/fuzz/CMakeLists.txt"), 0U);
}

TEST(ownership, one_pair_is_allowed_in_the_sdk_and_none_elsewhere) {
    const std::string_view pair = "auto p = new X();\ndelete p;\n";
    const std::string_view three = "auto p = new X();\ndelete p;\ndelete q;\n";
    EXPECT_TRUE(check_ownership(tree_of({make_source("sdk/include/petrel/a.hpp", pair)})).empty());
    EXPECT_EQ(check_ownership(tree_of({make_source("sdk/include/petrel/a.hpp", three)})).size(),
              3U);
    EXPECT_EQ(check_ownership(tree_of({make_source("core/a/a.cpp", pair)})).size(), 2U);
}

TEST(conditional_share, more_than_two_in_a_thousand_lines_of_core_is_too_much) {
    std::string text = "#if A\n#endif\n#if B\n#endif\n";
    for (int i = 0; i < 996; ++i) {
        text += "x\n";
    }
    EXPECT_TRUE(check_conditional_share(tree_of({make_source("core/net/a.cpp", text)})).empty());
    EXPECT_EQ(
        check_conditional_share(tree_of({make_source("core/net/a.cpp", "#if C\n" + text)})).size(),
        1U);
    EXPECT_TRUE(check_conditional_share(tree_of({make_source("sdk/a.cpp", "#if A\n")})).empty());
}

TEST(dead_files, source_without_header_and_header_without_reader_are_found) {
    const SourceFile orphan = make_source("core/net/orphan.cpp", "");
    const SourceFile header = make_source("core/net/loop.hpp", "");
    const SourceFile own = make_source("core/net/loop.cpp", "#include \"net/loop.hpp\"\n");
    const SourceFile reader = make_source("core/feed/feed.hpp", "#include \"net/loop.hpp\"\n");
    const SourceFile user = make_source("core/main.cpp", "#include \"feed/feed.hpp\"\n");
    EXPECT_EQ(check_dead_files(tree_of({orphan})).size(), 1U);
    EXPECT_EQ(check_dead_files(tree_of({header, own})).size(), 1U);
    EXPECT_TRUE(check_dead_files(tree_of({header, own, reader, user})).empty());
}

TEST(dead_files, source_may_be_part_of_a_header_whose_name_it_extends) {
    const SourceFile header = make_source("core/net/loop.hpp", "");
    const SourceFile part = make_source("core/net/loop_stop.cpp", "#include \"net/loop.hpp\"\n");
    EXPECT_TRUE(check_dead_files(tree_of({header, part})).empty());
}

TEST(mirrored_tests, folder_of_tests_needs_a_folder_of_core) {
    EXPECT_EQ(check_mirrored_tests(tree_of({}, {"tests/core/gone"})).size(), 1U);
    EXPECT_TRUE(check_mirrored_tests(tree_of({}, {"core/net", "tests/core/net"})).empty());
}

TEST(plugin_folders, need_a_readme_and_a_build_file) {
    const std::vector<std::string> folders{"plugins/detectors/ada",
                                           "plugins/detectors/ada/fixtures"};
    const SourceFile readme = make_source("plugins/detectors/ada/README.md", "");
    const SourceFile build = make_source("plugins/detectors/ada/CMakeLists.txt", "");
    EXPECT_EQ(check_plugin_folders(tree_of({}, folders)).size(), 2U);
    EXPECT_TRUE(check_plugin_folders(tree_of({readme, build}, folders)).empty());
}

std::size_t broken_links(std::string_view text) {
    const Tree tree =
        tree_of({make_source("docs/a.md", text), make_source("docs/b.md", "# The *One*, 2\n"),
                 make_source("README.md", "")},
                {"docs", "core"});
    return check_links(tree.files[0], tree).size();
}

TEST(links, missing_files_and_headings_are_found) {
    EXPECT_EQ(broken_links("[x](c.md)\n"), 1U);
    EXPECT_EQ(broken_links("[x](b.md#two)\n"), 1U);
    EXPECT_EQ(broken_links("# Here\n[x](#there)\n"), 1U);
    EXPECT_EQ(broken_links("[x](../../outside.md)\n"), 1U);
}

TEST(links, good_ones_outside_ones_and_code_are_fine) {
    EXPECT_EQ(broken_links("[x](b.md) [y](../README.md) [z](../core/)\n"), 0U);
    EXPECT_EQ(broken_links("[x](b.md#the-one-2)\n# Here\n[y](#here)\n"), 0U);
    EXPECT_EQ(broken_links("[x](https://a.example/c.md) `[y](gone.md)`\n"), 0U);
    EXPECT_EQ(broken_links("```\n[x](gone.md)\n```\n"), 0U);
}

}  // namespace
}  // namespace petrel::tidy
