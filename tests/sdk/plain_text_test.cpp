// Text from outside made safe: valid UTF-8 out of anything, nothing that steers or hides, and cuts
// that never leave half a character.
#include "petrel/plain_text.hpp"

#include <gtest/gtest.h>

namespace petrel {
namespace {

TEST(PlainText, valid_text_stays_as_it_is) {
    const std::string text = "BTC \u2265 \u20ac17,9 \u25bc \U0001f30a \u0416";
    EXPECT_EQ(plain_line(text), text);
}

TEST(PlainText, line_breaks_and_tabs_become_spaces_and_controls_vanish) {
    EXPECT_EQ(plain_line("a\nb\tc\r\x1b[1m\x07\x7f\u0085z"), "a b c [1mz");
}

TEST(PlainText, reordering_and_invisible_characters_vanish) {
    EXPECT_EQ(plain_line("a\u202eb\u2066c\u200bd\ufeffe\u00adf\u2028g\U000e0041h"), "abcdefgh");
}

TEST(PlainText, bytes_that_are_no_utf8_become_the_replacement_character) {
    EXPECT_EQ(plain_line("a\xff"
                         "b"),
              "a\ufffd"
              "b");
    EXPECT_EQ(plain_line("\xc3("), "\ufffd(");
    EXPECT_EQ(plain_line("\xe2\x82"), "\ufffd\ufffd");                      // cut off
    EXPECT_EQ(plain_line("\xc0\xaf"), "\ufffd\ufffd");                      // overlong
    EXPECT_EQ(plain_line("\xe0\x80\xaf"), "\ufffd\ufffd\ufffd");            // overlong
    EXPECT_EQ(plain_line("\xed\xa0\x80"), "\ufffd\ufffd\ufffd");            // surrogate
    EXPECT_EQ(plain_line("\xf4\x90\x80\x80"), "\ufffd\ufffd\ufffd\ufffd");  // beyond U+10FFFF
}

TEST(PlainText, every_code_point_survives_a_round_trip) {
    for (char32_t c = 1; c <= 0x10ffff; ++c) {
        if (c >= 0xd800 && c < 0xe000) {
            continue;
        }
        std::string text;
        append_code_point(text, c);
        const CodePoint read = first_code_point(text);
        ASSERT_EQ(read.value, c);
        ASSERT_EQ(read.bytes, text.size());
    }
}

TEST(PlainText, length_counts_two_beyond_the_basic_plane) {
    EXPECT_EQ(utf16_length("a\u2265\U0001f30a"), 4U);
}

TEST(PlainText, shortening_leaves_what_fits_and_an_ellipsis) {
    EXPECT_EQ(shortened("abc", 3), "abc");
    EXPECT_EQ(shortened("abcd", 3), "ab\u2026");
    EXPECT_EQ(shortened("a\U0001f30ab", 3), "a\u2026");  // the wave would make it four
    EXPECT_EQ(shortened("\u2265\u2265\u2265", 2), "\u2265\u2026");
    EXPECT_EQ(shortened("abc", 0), "");
}

TEST(PlainText, cut_falls_at_the_end_of_a_word_where_one_is_near) {
    EXPECT_EQ(shortened("long positions liquidated", 12), "long\u2026");
    EXPECT_EQ(shortened("long positions liquidated", 15), "long positions\u2026");
    EXPECT_EQ(shortened("a " + std::string(40, 'x'), 30), "a " + std::string(27, 'x') + "\u2026");
}

TEST(PlainText, length_may_be_counted_in_bytes) {
    EXPECT_EQ(measured("a\u2265\U0001f30a", utf8_bytes), 8U);
    EXPECT_EQ(shortened("\u2265\u2265\u2265", 8, utf8_bytes), "\u2265\u2026");
    EXPECT_EQ(shortened("\u2265\u2265\u2265", 2, utf8_bytes), "");
}

}  // namespace
}  // namespace petrel
