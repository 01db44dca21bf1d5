// Numbers as venues write them: "91250.10", "0.00000412", "-6.2e-11", 1794000000123.
//
// For exchange adapters, on the path of every frame: no allocation, no locale, correctly rounded.
// Two ways in: parse_*() takes a whole text and reads nothing outside it; scan_*() reads the number
// at the front of a larger text, several bytes at a time, and therefore needs kScanPadding readable
// bytes behind `end` (frames have PETREL_FRAME_PADDING of them). Both give the same values.
//
// Grammar: -? digits (. digits)? ([eE] [+-]? digits)?  Nothing else is a number: no blanks, no
// leading plus, no bare point, no "NaN", "inf" or hexadecimal, nothing that overflows a double.
#pragma once

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>

namespace petrel {

constexpr std::size_t kScanPadding = 24;

// What a scan found: the value and the byte behind it; `next` is null when there is no number.
struct ScannedDecimal {
    const char* next;
    double value;
};
struct ScannedUnsigned {
    const char* next;
    std::uint64_t value;
};

namespace detail {

constexpr bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

// All powers of ten that a double holds exactly.
inline constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                          1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                          1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
inline constexpr int kExactPowerMax = 22;
inline constexpr std::uint64_t kExactMantissaMax = std::uint64_t{1} << 53;
inline constexpr std::uint64_t kPowersOfTenInteger[] = {1,      10,      100,      1000,     10000,
                                                        100000, 1000000, 10000000, 100000000};

[[gnu::always_inline]] inline std::uint64_t load_eight(const char* p) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, sizeof(word));
    return word;
}

// How many of the eight bytes, from the first on, are digits. (Little endian: first is lowest.)
[[gnu::always_inline]] inline constexpr unsigned leading_digits(std::uint64_t word) {
    const std::uint64_t t = word ^ 0x3030303030303030U;
    const std::uint64_t other = ((t + 0x7676767676767676U) | t) & 0x8080808080808080U;
    return static_cast<unsigned>(std::countr_zero(other)) >> 3U;
}

// The number that the first `count` (0..8) bytes spell; three multiplications, no loop.
[[gnu::always_inline]] inline constexpr std::uint64_t digits_value(std::uint64_t word,
                                                                   unsigned count) {
    std::uint64_t v = count == 0 ? 0 : (word ^ 0x3030303030303030U) << (64U - 8U * count);
    v = (v & 0x0f0f0f0f0f0f0f0fU) * 2561U >> 8U;
    v = (v & 0x00ff00ff00ff00ffU) * 6553601U >> 16U;
    return (v & 0x0000ffff0000ffffU) * 42949672960001U >> 32U;
}

// The whole grammar, byte by byte, nothing read at or behind `end`.
[[gnu::noinline]] inline ScannedDecimal scan_decimal_bytes(const char* begin, const char* end) {
    constexpr ScannedDecimal kNone{nullptr, 0.0};
    const char* p = begin;
    const bool negative = p < end && *p == '-';
    p += negative ? 1 : 0;
    std::uint64_t mantissa = 0;
    int significant = 0;
    int exponent = 0;
    const auto take_digits = [&](int exponent_step) {
        const char* first = p;
        for (; p < end && is_digit(*p); ++p) {
            if (significant < 19) {  // 19 nines still fit 64 bits
                mantissa = mantissa * 10 + static_cast<unsigned>(*p - '0');
                significant += mantissa != 0 ? 1 : 0;
                exponent -= exponent_step;
            } else {
                significant = 20;
            }
        }
        return p != first;
    };
    if (!take_digits(0)) {
        return kNone;
    }
    if (p < end && *p == '.') {
        ++p;
        if (!take_digits(1)) {
            return kNone;
        }
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        ++p;
        const bool down = p < end && *p == '-';
        p += p < end && (*p == '-' || *p == '+') ? 1 : 0;
        const char* first = p;
        int written = 0;
        for (; p < end && is_digit(*p); ++p) {
            written = written < 100000 ? written * 10 + (*p - '0') : written;
        }
        if (p == first) {
            return kNone;
        }
        exponent += down ? -written : written;
    }
    const bool exact = significant <= 19 && mantissa <= kExactMantissaMax &&
                       exponent >= -kExactPowerMax && exponent <= kExactPowerMax;
    if (exact) {
        const auto m = static_cast<double>(mantissa);
        const double v = exponent < 0 ? m / kPowersOfTen[-exponent] : m * kPowersOfTen[exponent];
        return {p, negative ? -v : v};
    }
    double value = 0.0;
    const auto [stop, error] = std::from_chars(begin, p, value);
    return error == std::errc() && stop == p ? ScannedDecimal{p, value} : kNone;
}

[[gnu::noinline]] inline ScannedUnsigned scan_unsigned_bytes(const char* begin, const char* end) {
    constexpr ScannedUnsigned kNone{nullptr, 0};
    const char* p = begin;
    std::uint64_t value = 0;
    for (; p < end && is_digit(*p); ++p) {
        const auto digit = static_cast<unsigned>(*p - '0');
        if (value > (UINT64_MAX - digit) / 10) {
            return kNone;
        }
        value = value * 10 + digit;
    }
    const bool leading_zero = p - begin > 1 && *begin == '0';
    return p == begin || leading_zero ? kNone : ScannedUnsigned{p, value};
}

}  // namespace detail

// The decimal at `p`, up to the first byte that cannot belong to it. The usual form, at most eight
// digits on each side of the point, takes no loop and no branch on the number of digits.
[[gnu::always_inline]] inline ScannedDecimal scan_decimal(const char* p, const char* end) {
    using namespace detail;
    if constexpr (std::endian::native != std::endian::little) {
        return scan_decimal_bytes(p, end);
    }
    const char* digits = p + (*p == '-' ? 1 : 0);
    const std::uint64_t front = load_eight(digits);
    const unsigned front_count = leading_digits(front);
    const char* point = digits + front_count;
    const unsigned has_point = *point == '.' ? 1 : 0;
    const std::uint64_t back = load_eight(point + 1);
    const unsigned back_count = leading_digits(back) & (0U - has_point);
    const char* next = point + has_point + back_count;
    const std::uint64_t mantissa =
        digits_value(front, front_count) * kPowersOfTenInteger[back_count] +
        digits_value(back, back_count);
    const bool whole = front_count != 0 && back_count >= has_point && !is_digit(*next) &&
                       (*next | 0x20) != 'e' && mantissa <= kExactMantissaMax && next <= end;
    if (!whole) [[unlikely]] {
        return scan_decimal_bytes(p, end);
    }
    const double value = static_cast<double>(mantissa) / kPowersOfTen[back_count];
    return {next, digits != p ? -value : value};
}

// The whole number at `p`. None when it overflows 64 bits or has a needless leading zero.
[[gnu::always_inline]] inline ScannedUnsigned scan_unsigned(const char* p, const char* end) {
    using namespace detail;
    if constexpr (std::endian::native != std::endian::little) {
        return scan_unsigned_bytes(p, end);
    }
    const std::uint64_t front = load_eight(p);
    const unsigned front_count = leading_digits(front);
    if (front_count == 8 && *p != '0') {
        const std::uint64_t back = load_eight(p + 8);
        const unsigned back_count = leading_digits(back);
        const char* next = p + 8 + back_count;
        if (back_count < 8 && next <= end) [[likely]] {
            return {next, digits_value(front, 8) * kPowersOfTenInteger[back_count] +
                              digits_value(back, back_count)};
        }
    }
    return scan_unsigned_bytes(p, end);
}

// The decimal that is the whole of `text`; safe on any text.
[[nodiscard]] inline std::optional<double> parse_decimal(std::string_view text) {
    const char* end = text.data() + text.size();
    const ScannedDecimal found = detail::scan_decimal_bytes(text.data(), end);
    return found.next == end && found.next != nullptr ? std::optional(found.value) : std::nullopt;
}

// The whole number that is the whole of `text`; safe on any text.
[[nodiscard]] inline std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
    const char* end = text.data() + text.size();
    const ScannedUnsigned found = detail::scan_unsigned_bytes(text.data(), end);
    return found.next == end && found.next != nullptr ? std::optional(found.value) : std::nullopt;
}

}  // namespace petrel
