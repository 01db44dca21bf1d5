// Sentences with numbers in their places.
#include "script/rule_note.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace petrel::core {
namespace {

std::string note(std::string_view text, std::initializer_list<double> numbers) {
    std::string made;
    write_note(text, {numbers.begin(), numbers.size()}, made);
    return made;
}

TEST(RuleNote, numbers_take_their_decimals) {
    EXPECT_EQ(note("{2} and {0} and {3}", {0.5, 119.6, 2.0005}), "0.50 and 120 and 2.001");
    EXPECT_EQ(note("{2}", {-1.005}), "-1.00");
    EXPECT_EQ(note("{1}", {-0.26}), "-0.3");
    EXPECT_EQ(note("{2}", {0.999}), "1.00");
    EXPECT_EQ(note("{9}", {1.5}), "1.500000000");
}

TEST(RuleNote, money_is_written_short) {
    EXPECT_EQ(note("{$} gone", {4'104'937.6}), "$4.10M gone");
}

TEST(RuleNote, what_is_no_place_stays) {
    EXPECT_EQ(note("a {b} {} { {22} {", {1, 2}), "a {b} {} { {22} {");
    EXPECT_EQ(note("", {1}), "");
}

TEST(RuleNote, missing_numbers_are_question_marks) { EXPECT_EQ(note("{0} {0}", {7}), "7 ?"); }

TEST(RuleNote, numbers_that_cannot_be_written_say_so) {
    EXPECT_EQ(note("{2}", {1e300}), "(very large)");
    EXPECT_EQ(note("{2}", {std::numeric_limits<double>::quiet_NaN()}), "(very large)");
}

}  // namespace
}  // namespace petrel::core
