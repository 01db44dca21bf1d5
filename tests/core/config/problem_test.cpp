// How problems look: carets, masks, order, what never reaches a terminal.
#include "config/problem.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/config/config_support.hpp"

namespace petrel::core {
namespace {

using testing::codes;
using ::testing::HasSubstr;
using testing::load;
using ::testing::Not;

TEST(Problem, unknown_key_is_underlined_with_the_near_one) {
    EXPECT_EQ(render(load("[engine]\n\nqueue_capcity = 4096\n").problems),
              "error[PTL-C003]: unknown key 'queue_capcity' in [engine]\n"
              "  --> petrel.toml:3:1\n"
              " 3 │ queue_capcity = 4096\n"
              "   │ ^^^^^^^^^^^^^ did you mean 'queue_capacity'?\n");
}

TEST(Problem, carets_stand_under_the_value_behind_tabs_and_wide_letters) {
    const std::string text = render(load("[log]\n\tlevel = \"größer\" # ü\n").problems);
    EXPECT_THAT(text, HasSubstr("   │ \t        ^^^^^^^^ allowed: debug"));
}

TEST(Problem, syntax_errors_do_not_hide_each_other_or_the_rest) {
    const LoadResult result = load("a = = 1\n[engine]\nshards = 99\nwindow = 30s\n");
    EXPECT_EQ(codes(result), "PTL-C002@1:5 PTL-C002@4:12 PTL-C005@3:10");
}

TEST(Problem, broken_table_header_ends_the_reading_instead_of_misplacing_what_follows) {
    const LoadResult result = load("[engine\nshards = 99\n");
    EXPECT_EQ(codes(result), "PTL-C002@1:8");
}

TEST(Problem, headers_that_the_library_asserts_on_are_syntax_errors_with_their_line) {
    EXPECT_EQ(codes(load("[=\n")), "PTL-C002@1:1");
    EXPECT_EQ(codes(load("[log]\n\n[[ =]]\nx = 1\n")), "PTL-C002@3:1");
    EXPECT_EQ(codes(load("[\x1dx]\n")), "PTL-C002@1:1");
}

TEST(Problem, letters_beyond_ascii_are_allowed_inside_quotes_and_remarks_alone) {
    EXPECT_EQ(codes(load("größe = 1\n")), "PTL-C002@1:3");
    EXPECT_EQ(codes(load("[log] \xC3\xBC\n")), "PTL-C002@1:7");
    EXPECT_EQ(codes(load("state_dir = \"a\\\"ü\" ü\n")), "PTL-C002@1:20");
    EXPECT_EQ(codes(load("state_dir = \"\"\"a\nü\"\"\"\" # ü\n[log] # ü\n")), "");
    EXPECT_EQ(codes(load("state_dir = 'ü' # 'ü\n")), "");
    EXPECT_EQ(codes(load("\xEF\xBB\xBF[engine]\nshards = 2\n")), "");
}

TEST(Problem, key_given_twice_is_a_syntax_error_with_its_line) {
    EXPECT_THAT(codes(load("state_dir = \"a\"\nstate_dir = \"b\"\n")), HasSubstr("PTL-C002@2:"));
}

TEST(Problem, syntax_error_in_a_plugin_section_shows_nothing_of_the_line) {
    for (const char* line :
         {"token = 12345:SECRET", "token = \"SECRET", "token = SECRET", "token = 'SECRET' x"}) {
        const std::string text =
            render(load(std::string("[notifiers.chat]\n") + line + "\n").problems);
        EXPECT_THAT(text, HasSubstr("PTL-C002")) << line;
        EXPECT_THAT(text, HasSubstr("petrel.toml:2:")) << line;
        EXPECT_THAT(text, Not(HasSubstr("SECRET"))) << line;
        EXPECT_THAT(text, Not(HasSubstr("12345"))) << line;
    }
}

TEST(Problem, other_mistakes_on_a_line_with_a_secret_mask_every_text_of_it) {
    const std::string text = render(
        load("notifiers.chat = { token = { file = \"SECRET\", env = 'SECRET' } }\n").problems);
    EXPECT_THAT(text, HasSubstr("PTL-C015"));
    EXPECT_THAT(text, HasSubstr("file = \"······\", env = '······'"));
    EXPECT_THAT(text, Not(HasSubstr("SECRET")));
}

TEST(Problem, addresses_are_never_quoted) {
    const std::string text =
        render(load("[exchanges.a]\nws = \"wss://user:SECRET@host\"\nrest = [\"ftp://SECRET\"]\n")
                   .problems);
    EXPECT_THAT(text, HasSubstr("user name or password"));
    EXPECT_THAT(text, HasSubstr("must begin with http:// or https://"));
    EXPECT_THAT(text, Not(HasSubstr("SECRET")));
}

TEST(Problem, masked_line_keeps_its_width_and_gives_up_on_open_quotes) {
    EXPECT_EQ(masked_line("a = \"b\\\"ü\" # c"), "a = \"····\" # c");
    EXPECT_EQ(masked_line("a = 'b"), "");
    EXPECT_EQ(masked_line("end of it\"\"\", b = 1"), "");
}

TEST(Problem, control_characters_of_a_file_do_not_reach_the_terminal) {
    const std::string text = render(load("\"\\u001b[31m\" = 1\n").problems);
    EXPECT_THAT(text, HasSubstr("unknown key '?[31m'"));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(Problem, colour_is_used_only_when_asked_for) {
    const Problems problems = load("x = 1\n").problems;
    EXPECT_THAT(render(problems), Not(HasSubstr("\x1b[")));
    EXPECT_THAT(render(problems, Colour::Always), HasSubstr("\x1b[1;31merror[PTL-C003]\x1b[0m"));
}

TEST(Problem, errors_come_after_warnings) {
    const std::string text = render(load("bad = 1\n[cooldowns]\nLIQ_STROM = \"1s\"\n").problems);
    EXPECT_LT(text.find("warning["), text.find("error["));
}

TEST(Problem, hostile_files_are_refused_in_bounded_time_and_depth) {
    std::string dots = "a";
    for (int i = 0; i < 100'000; ++i) {
        dots += ".a";
    }
    EXPECT_EQ(codes(load(dots + " = 1\n")), "PTL-C002@1:1");
    EXPECT_EQ(codes(load("[" + dots + "]\n")), "PTL-C002@1:1");
    EXPECT_THAT(codes(load("a = " + std::string(5'000, '[') + "\n")), HasSubstr("PTL-C002"));
    EXPECT_EQ(codes(load(std::string((1U << 20) + 1, '#'))), "PTL-C001@0:0");
    std::string errors;
    for (int i = 0; i < 1'000; ++i) {
        errors += "= broken\n";
    }
    EXPECT_EQ(load(errors).problems.size(), 20U);
}

}  // namespace
}  // namespace petrel::core
