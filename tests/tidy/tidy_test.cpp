// The rules, held against the source tree: one test a rule, one line a finding. What a rule means
// and how it was seen to fail is in the *_rules_test.cpp beside this file.
#include <gtest/gtest.h>

#include <algorithm>

#include "code_rules.hpp"
#include "include_rules.hpp"
#include "text_rules.hpp"
#include "tree_rules.hpp"

namespace petrel::tidy {
namespace {

const Tree& tree() {
    static const Tree kTree = read_tree(PETREL_SOURCE_DIR);
    return kTree;
}

// A file that a rule leaves out, and why.
struct Exemption {
    std::string_view path;
    std::string_view reason;
};
using Exemptions = std::vector<Exemption>;

bool is_exempt(const SourceFile& file, const Exemptions& exemptions) {
    return std::any_of(exemptions.begin(), exemptions.end(),
                       [&](const Exemption& e) { return file.below(e.path); });
}

void expect_none(const Violations& found) {
    for (const Violation& v : found) {
        ADD_FAILURE_AT(v.file.c_str(), static_cast<int>(v.line)) << v.file << " " << v.what;
    }
}

template <typename Rule>
void expect_tidy(const Rule& rule, const Exemptions& exemptions = {}) {
    for (const SourceFile& file : tree().files) {
        if (!is_exempt(file, exemptions)) {
            expect_none(rule(file));
        }
    }
}

TEST(tidy, tree_is_read) {
    EXPECT_NE(tree().find("tests/tidy/tidy_test.cpp"), nullptr);
    EXPECT_NE(tree().find("sdk/include/petrel/result.hpp"), nullptr);
    EXPECT_FALSE(tree().exists("build"));
}

TEST(tidy, files_have_at_most_400_lines) { expect_tidy(check_file_length); }
TEST(tidy, lines_have_at_most_100_columns) { expect_tidy(check_line_width); }
TEST(tidy, no_tabs_and_no_trailing_space) { expect_tidy(check_white_space); }
TEST(tidy, marks_name_an_issue) { expect_tidy(check_marks); }
TEST(tidy, headers_are_guarded_by_pragma_once) { expect_tidy(check_pragma_once); }
TEST(tidy, files_open_with_a_comment) { expect_tidy(check_head_comment); }
TEST(tidy, no_path_of_one_machine) {
    expect_tidy(check_local_paths, {{"tests/tidy/text_rules", "holds the paths it looks for"}});
}

TEST(tidy, functions_have_at_most_70_lines) { expect_tidy(check_function_length); }
TEST(tidy, no_naked_new_or_delete) { expect_none(check_ownership(tree())); }
TEST(tidy, no_conditionals_in_stages) { expect_tidy(check_stage_conditionals); }
TEST(tidy, few_conditionals_in_core) { expect_none(check_conditional_share(tree())); }
TEST(tidy, clocks_are_read_in_one_place) { expect_tidy(check_clocks); }
TEST(tidy, chance_comes_from_one_place) { expect_tidy(check_chance); }
TEST(tidy, nothing_unordered_where_replay_is_exact) { expect_tidy(check_unordered); }
TEST(tidy, tests_are_honest) { expect_tidy(check_honest_tests); }

TEST(tidy, sdk_includes_the_standard_library_only) { expect_tidy(check_sdk_includes); }
TEST(tidy, plugins_include_the_sdk_and_their_own) {
    expect_tidy([](const SourceFile& file) { return check_plugin_includes(file, tree()); });
}
TEST(tidy, libraries_are_seen_by_their_wrappers_only) { expect_tidy(check_core_libraries); }
TEST(tidy, stages_include_nothing_later) { expect_tidy(check_stage_order); }
TEST(tidy, concurrency_lives_in_few_folders) { expect_tidy(check_thread_headers); }
TEST(tidy, heavy_headers_stay_in_their_folder) { expect_none(check_heavy_headers(tree())); }

TEST(tidy, core_names_no_plugin) {
    const auto names = plugin_names(tree());
    expect_tidy([&](const SourceFile& file) { return check_plugin_names_in_core(file, names); });
}
TEST(tidy, build_files_name_no_plugin) {
    const auto names = plugin_names(tree());
    expect_tidy([&](const SourceFile& file) { return check_plugin_names_in_build(file, names); });
}
TEST(tidy, no_dead_files) { expect_none(check_dead_files(tree())); }
TEST(tidy, tests_mirror_core) { expect_none(check_mirrored_tests(tree())); }
TEST(tidy, plugin_folders_are_complete) { expect_none(check_plugin_folders(tree())); }
TEST(tidy, links_lead_somewhere) {
    expect_tidy([](const SourceFile& file) { return check_links(file, tree()); });
}

}  // namespace
}  // namespace petrel::tidy
