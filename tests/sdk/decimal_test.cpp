// The SDK's number parser against the C library: equal to strtod bit for bit on random numbers of
// many shapes, and a list of texts that are no numbers. Both entry styles are checked at once.
#include "petrel/decimal.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

namespace petrel {
namespace {

// A copy of `text` followed by `fill`, as a number lies inside a frame with its padding.
std::string padded(std::string_view text, char fill) {
    std::string buffer(text);
    buffer.append(kScanPadding, fill);
    return buffer;
}

void expect_equals_strtod(const std::string& text) {
    const double expected = std::strtod(text.c_str(), nullptr);
    const std::optional<double> parsed = parse_decimal(text);
    ASSERT_TRUE(parsed.has_value()) << text;
    EXPECT_EQ(std::bit_cast<std::uint64_t>(*parsed), std::bit_cast<std::uint64_t>(expected))
        << text;
    // '7' behind `end` must not be taken for a further digit, nor 'e' for an exponent.
    for (const char fill : {'"', '7', 'e', '.', '\0'}) {
        const std::string buffer = padded(text, fill);
        const char* end = buffer.data() + text.size();
        const ScannedDecimal scanned = scan_decimal(buffer.data(), end);
        ASSERT_EQ(scanned.next, end) << text << " before '" << fill << "'";
        EXPECT_EQ(std::bit_cast<std::uint64_t>(scanned.value),
                  std::bit_cast<std::uint64_t>(expected))
            << text << " before '" << fill << "'";
    }
}

std::string random_digits(std::mt19937_64& random, std::size_t count) {
    std::string digits;
    for (std::size_t i = 0; i < count; ++i) {
        digits.push_back(static_cast<char>('0' + random() % 10));
    }
    return digits;
}

TEST(Decimal, fixed_point_numbers_of_every_length_equal_strtod) {
    std::mt19937_64 random(20240501);
    for (std::size_t front = 1; front <= 22; ++front) {
        for (std::size_t back = 0; back <= 22; ++back) {
            for (int i = 0; i < 40; ++i) {
                std::string text = (random() % 4 == 0 ? "-" : "") + random_digits(random, front);
                text += back == 0 ? "" : "." + random_digits(random, back);
                expect_equals_strtod(text);
            }
        }
    }
}

TEST(Decimal, numbers_with_exponents_equal_strtod) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 20000; ++i) {
        const int exponent = static_cast<int>(random() % 560) - 280;
        std::string text =
            random_digits(random, 1 + random() % 20) + "." +
            random_digits(random, 1 + random() % 6) + (random() % 2 == 0 ? "e" : "E") +
            (exponent >= 0 && random() % 2 == 0 ? "+" : "") + std::to_string(exponent);
        expect_equals_strtod(text);
    }
}

TEST(Decimal, shortest_and_longest_forms_of_random_doubles_come_back_exactly) {
    std::mt19937_64 random(99);
    for (int i = 0; i < 20000; ++i) {
        const auto bits = random() & 0x7fffffffffffffffU;
        const double value = std::bit_cast<double>(bits);
        if (!(value <= std::numeric_limits<double>::max()) ||
            value < std::numeric_limits<double>::min()) {
            continue;
        }
        char text[64];
        std::snprintf(text, sizeof(text), "%.17g", value);
        const std::optional<double> parsed = parse_decimal(text);
        ASSERT_TRUE(parsed.has_value()) << text;
        EXPECT_EQ(*parsed, value) << text;
    }
}

TEST(Decimal, zeros_keep_their_sign_and_small_values_their_digits) {
    expect_equals_strtod("0");
    expect_equals_strtod("-0.00000000");
    expect_equals_strtod("0.00000000000000000000000000001234");
    expect_equals_strtod("00012.5");
    expect_equals_strtod("9007199254740993");
    expect_equals_strtod("9007199254740992.5");
    expect_equals_strtod("99999999.99999999");
}

TEST(Decimal, texts_that_are_no_numbers_are_refused) {
    for (const char* text :
         {"",    "-",   "+1",  ".5",    "5.",    "-.5",      "1.2.3",         "1e",   "1e+",
          "1e-", "e5",  "NaN", "nan",   "inf",   "Infinity", "-inf",          "0x10", "1 ",
          " 1",  "1,5", "--1", "1e5e5", "1e400", "-1e400",   "1e99999999999", "12a",  "\"1\""}) {
        EXPECT_FALSE(parse_decimal(text).has_value()) << text;
    }
}

TEST(Decimal, a_scan_stops_at_the_first_byte_that_is_not_of_the_number) {
    const std::string text = padded("123.450\",\"q\":1", ' ');
    const ScannedDecimal scanned = scan_decimal(text.data(), text.data() + 14);
    ASSERT_NE(scanned.next, nullptr);
    EXPECT_EQ(scanned.next - text.data(), 7);
    EXPECT_EQ(scanned.value, 123.45);
}

TEST(Decimal, a_number_cut_by_the_end_of_the_frame_is_not_completed_from_the_padding) {
    const std::string text = padded("12.", '5');
    EXPECT_EQ(scan_decimal(text.data(), text.data() + 3).next, nullptr);
    const std::string empty = padded("", '5');
    EXPECT_EQ(scan_decimal(empty.data(), empty.data()).next, nullptr);
    EXPECT_EQ(scan_unsigned(empty.data(), empty.data()).next, nullptr);
}

TEST(Unsigned, values_of_every_length_come_back_exactly) {
    std::mt19937_64 random(3);
    for (unsigned shift = 0; shift < 64; ++shift) {
        for (int i = 0; i < 200; ++i) {
            const std::uint64_t value = random() >> shift;
            const std::string text = std::to_string(value);
            EXPECT_EQ(parse_unsigned(text), value);
            for (const char fill : {',', '7', '}'}) {
                const std::string buffer = padded(text, fill);
                const char* end = buffer.data() + text.size();
                const ScannedUnsigned scanned = scan_unsigned(buffer.data(), end);
                EXPECT_EQ(scanned.next, end) << text;
                EXPECT_EQ(scanned.value, value) << text;
            }
        }
    }
}

TEST(Unsigned, overflow_signs_and_needless_zeros_are_refused) {
    for (const char* text : {"", "-1", "+1", "01", "0123456789", "18446744073709551616",
                             "99999999999999999999", "1.0", "1e3", "a"}) {
        EXPECT_FALSE(parse_unsigned(text).has_value()) << text;
    }
    EXPECT_EQ(parse_unsigned("18446744073709551615"), UINT64_MAX);
    EXPECT_EQ(parse_unsigned("0"), 0U);
}

}  // namespace
}  // namespace petrel
