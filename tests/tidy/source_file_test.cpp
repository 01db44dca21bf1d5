// The splitter must not be fooled, or every rule built on it would be.
#include "source_file.hpp"

#include <gtest/gtest.h>

namespace petrel::tidy {
namespace {

TEST(source_file, line_comment_is_blank_in_code_and_kept_with_comments) {
    const SourceFile file = make_source("a.cpp", "int a; // new\n");
    EXPECT_EQ(file.code.at(0), "int a;       ");
    EXPECT_EQ(file.code_and_strings.at(0), "int a;       ");
    EXPECT_EQ(file.code_and_comments.at(0), "int a; // new");
}

TEST(source_file, block_comment_spans_lines_and_keeps_their_number) {
    const SourceFile file = make_source("a.h", "a /* x\ny */ b\n");
    ASSERT_EQ(file.code.size(), 2U);
    EXPECT_EQ(file.code[0], "a     ");
    EXPECT_EQ(file.code[1], "     b");
}

TEST(source_file, string_contents_are_blank_in_code_and_slashes_in_them_are_no_comment) {
    const SourceFile file = make_source("a.cpp", "f(\"http://x\\\" \", b);\n");
    EXPECT_EQ(file.code.at(0), "f(\"           \", b);");
    EXPECT_EQ(file.code_and_strings.at(0), "f(\"http://x\\\" \", b);");
}

TEST(source_file, raw_string_ends_at_its_own_delimiter) {
    const SourceFile file = make_source("a.cpp", "f(R\"x(a\" // )\" b)x\"); g();\n");
    EXPECT_NE(file.code.at(0).find("g();"), std::string::npos);
    EXPECT_EQ(file.code.at(0).find('b'), std::string::npos);
}

TEST(source_file, digit_separator_is_no_character_literal) {
    const SourceFile file = make_source("a.cpp", "int a = 1'000; int b = 'x'; // c\n");
    EXPECT_EQ(file.code.at(0), "int a = 1'000; int b = ' ';     ");
}

TEST(source_file, language_follows_name_or_shebang) {
    EXPECT_EQ(make_source("dev", "#!/usr/bin/env bash\n").language, Language::Shell);
    EXPECT_EQ(make_source("core/CMakeLists.txt", "").language, Language::CMake);
    EXPECT_EQ(make_source("LICENSE", "text\n").language, Language::Other);
}

TEST(source_file, parts_of_a_path) {
    const SourceFile file = make_source("core/feed/feed_session.hpp", "");
    EXPECT_EQ(file.name(), "feed_session.hpp");
    EXPECT_EQ(file.stem(), "feed_session");
    EXPECT_EQ(file.folder(), "core/feed");
    EXPECT_TRUE(file.is_header());
}

TEST(source_file, words_are_found_whole_and_calls_by_their_parenthesis) {
    EXPECT_EQ(find_word("renew new_x new", "new"), 12U);
    EXPECT_EQ(find_word("renewed", "new"), std::string_view::npos);
    EXPECT_TRUE(has_call("x = rand ();", "rand"));
    EXPECT_FALSE(has_call("int rand; rands();", "rand"));
}

}  // namespace
}  // namespace petrel::tidy
