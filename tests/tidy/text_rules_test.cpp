// Each text rule is fed a bad snippet and must speak, and a good one and must not.
#include "text_rules.hpp"

#include <gtest/gtest.h>

namespace petrel::tidy {
namespace {

std::string repeated(std::string_view piece, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) {
        text += piece;
    }
    return text;
}

TEST(file_length, more_than_400_lines_is_too_long) {
    EXPECT_TRUE(check_file_length(make_source("a.cpp", repeated("x\n", 400))).empty());
    EXPECT_EQ(check_file_length(make_source("a.cpp", repeated("x\n", 401))).size(), 1U);
    EXPECT_EQ(check_file_length(make_source("a.lua", repeated("x\n", 401))).size(), 1U);
    EXPECT_TRUE(check_file_length(make_source("a.md", repeated("x\n", 401))).empty());
}

TEST(line_width, counts_columns_and_not_bytes) {
    EXPECT_TRUE(check_line_width(make_source("a.cpp", repeated("é", 100) + "\n")).empty());
    const Violations found = check_line_width(make_source("a.cpp", "\n" + repeated("é", 101)));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].line, 2U);
}

TEST(white_space, tab_and_trailing_space_are_found) {
    EXPECT_EQ(check_white_space(make_source("a.cpp", "\tint a; \n")).size(), 2U);
    EXPECT_EQ(check_white_space(make_source("a.sh", "x\r\n")).size(), 1U);
    EXPECT_TRUE(check_white_space(make_source("a.cpp", "    int a;\n")).empty());
}

TEST(marks, need_the_number_of_an_issue) {
    EXPECT_EQ(check_marks(make_source("a.cpp", "// TODO: later\n")).size(), 1U);
    EXPECT_EQ(check_marks(make_source("a.lua", "-- HACK\n")).size(), 1U);
    EXPECT_TRUE(check_marks(make_source("a.cpp", "// TODO(#12): later\n")).empty());
    EXPECT_TRUE(check_marks(make_source("a.cpp", "auto a = \"TODO\";\n")).empty());
    EXPECT_TRUE(check_marks(make_source("a.sh", "mktemp x.XXXXXX\n")).empty());
}

TEST(pragma_once, each_hpp_has_exactly_one) {
    EXPECT_EQ(check_pragma_once(make_source("a.hpp", "int a;\n")).size(), 1U);
    EXPECT_EQ(check_pragma_once(make_source("a.hpp", "// #pragma once\n")).size(), 1U);
    EXPECT_TRUE(check_pragma_once(make_source("a.hpp", "#pragma once\n")).empty());
    EXPECT_TRUE(check_pragma_once(make_source("a.cpp", "int a;\n")).empty());
}

TEST(head_comment, each_language_has_its_own_sign) {
    EXPECT_EQ(check_head_comment(make_source("a.cpp", "int a;\n")).size(), 1U);
    EXPECT_TRUE(check_head_comment(make_source("a.cpp", "// What.\n")).empty());
    EXPECT_TRUE(check_head_comment(make_source("a.h", "/* What. */\n")).empty());
    EXPECT_EQ(check_head_comment(make_source("a.lua", "return {}\n")).size(), 1U);
    EXPECT_TRUE(check_head_comment(make_source("a.lua", "-- What.\n")).empty());
    EXPECT_EQ(check_head_comment(make_source("dev", "#!/bin/sh\nset -e\n")).size(), 1U);
    EXPECT_TRUE(check_head_comment(make_source("dev", "#!/bin/sh\n# What.\n")).empty());
}

TEST(head_comment, large_core_header_needs_three_lines) {
    const auto faults = [](const std::string& head, std::size_t lines) {
        const std::string text = head + repeated("int a;\n", lines);
        return check_head_comment(make_source("core/feed/a.hpp", text)).size();
    };
    EXPECT_EQ(faults("// What.\n", 39), 0U);
    EXPECT_EQ(faults("// What.\n", 40), 1U);
    EXPECT_EQ(faults("// a\n//\n// b\n", 100), 0U);
}

TEST(local_paths, absolute_paths_of_a_machine_are_found_anywhere) {
    EXPECT_EQ(check_local_paths(make_source("a.md", "see /home/ada/x\n")).size(), 1U);
    EXPECT_EQ(check_local_paths(make_source("a.cpp", "f(\"/root/x\");\n")).size(), 1U);
    EXPECT_EQ(check_local_paths(make_source("a.toml", "path=/work/x\n")).size(), 1U);
    EXPECT_TRUE(check_local_paths(make_source("a.sh", "$d/work/x ${d}/root/y\n")).empty());
    EXPECT_TRUE(check_local_paths(make_source("a.md", "https://a.example/home/x\n")).empty());
}

}  // namespace
}  // namespace petrel::tidy
