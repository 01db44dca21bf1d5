// Byte-level steps of the fast walk: literals, plain strings, names, numbers.
//
// A step may read up to kReach bytes past the walk's place and fails rather than pass `end`; as
// every step starts at most kLiteralMax bytes behind `end`, the frame's padding covers it all.
// A "plain" string has printable ASCII and no escapes: what it spells is what it says.
#pragma once

#include <bit>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "contracts.hpp"
#include "petrel/abi/exchange.h"
#include "petrel/decimal.hpp"

namespace petrel::binance {

inline constexpr std::size_t kReach = 33;
inline constexpr std::size_t kLiteralMax = PETREL_FRAME_PADDING - kReach;

#if defined(__SSE2__)
// One bit a byte of the sixteen at `p`: those that end or spoil a plain string.
[[gnu::always_inline]] inline unsigned not_plain_bits(const char* p) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    // Signed: bytes from 0x80 on count as below the blank.
    const __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i escape = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, escape))));
}
// One bit a byte: those that are no digits.
[[gnu::always_inline]] inline unsigned not_digit_bits(const char* p) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i from_zero = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
    const __m128i digits = _mm_cmpeq_epi8(_mm_min_epu8(from_zero, _mm_set1_epi8(9)), from_zero);
    return static_cast<unsigned>(_mm_movemask_epi8(digits)) ^ 0xffffU;
}
#else
inline unsigned not_digit_bits(const char* p) {
    unsigned bits = 0;
    for (unsigned i = 0; i < 16; ++i) {
        bits |= static_cast<unsigned>(!detail::is_digit(p[i])) << i;
    }
    return bits;
}
inline unsigned not_plain_bits(const char* p) {
    unsigned bits = 0;
    for (unsigned i = 0; i < 16; ++i) {
        const auto c = static_cast<unsigned char>(p[i]);
        bits |= static_cast<unsigned>(c < ' ' || c >= 0x80 || c == '"' || c == '\\') << i;
    }
    return bits;
}
#endif

// The bytes at `p` are those of the literal, in a few wide comparisons that may overlap; compilers
// call the library for more than a handful of bytes.
template <typename Word>
[[gnu::always_inline]] inline bool same_word(const char* p, const char* q) {
    Word one = 0;
    Word two = 0;
    std::memcpy(&one, p, sizeof(Word));
    std::memcpy(&two, q, sizeof(Word));
    return one == two;
}
template <std::size_t Length>
[[gnu::always_inline]] inline bool same_bytes(const char* p, const char* q) {
    if constexpr (Length > 16) {
        return same_word<std::uint64_t>(p, q) && same_bytes<Length - 8>(p + 8, q + 8);
    } else if constexpr (Length >= 8) {
        return same_word<std::uint64_t>(p, q) &&
               same_word<std::uint64_t>(p + Length - 8, q + Length - 8);
    } else if constexpr (Length >= 4) {
        return same_word<std::uint32_t>(p, q) &&
               same_word<std::uint32_t>(p + Length - 4, q + Length - 4);
    } else if constexpr (Length >= 2) {
        return same_word<std::uint16_t>(p, q) &&
               same_word<std::uint16_t>(p + Length - 2, q + Length - 2);
    } else {
        return *p == *q;
    }
}

// The place must stay in a register from end to end: through memory, each step would wait for the
// store of the one before. Hence every step is inlined, whatever the compiler's weighing says.
#define PETREL_BINANCE_STEP [[gnu::always_inline]] inline

class Walk {
public:
    Walk(const char* begin, const char* end) : p_(begin), end_(end) {}

    [[nodiscard]] const char* place() const { return p_; }
    [[nodiscard]] bool at_end() const { return p_ == end_; }
    [[nodiscard]] bool sees(char c) const { return *p_ == c; }

    // The literal stands here: goes behind it.
    template <std::size_t N>
    PETREL_BINANCE_STEP bool eat(const char (&literal)[N]) {
        static_assert(N - 1 <= kLiteralMax);
        if (p_ > end_ || !same_bytes<N - 1>(p_, literal)) {
            return false;
        }
        p_ += N - 1;
        return true;
    }

    // One of two words of four bytes stands here, `first` or `second`: says which in `is_first`,
    // without a branch on it, and goes on by the length given for it.
    struct Word {
        const char (&bytes)[5];
        unsigned length;
    };
    PETREL_BINANCE_STEP bool eat_either(Word first, Word second, bool& is_first) {
        std::uint32_t here = 0;
        std::uint32_t one = 0;
        std::uint32_t two = 0;
        std::memcpy(&here, p_, 4);
        std::memcpy(&one, first.bytes, 4);
        std::memcpy(&two, second.bytes, 4);
        is_first = here == one;
        if ((here != one && here != two) || p_ > end_) {
            return false;
        }
        p_ += is_first ? first.length : second.length;
        return true;
    }

    // A plain string of at most 31 bytes, its opening quote already eaten; eats the closing one.
    PETREL_BINANCE_STEP bool skip_text() {
        const unsigned bits = not_plain_bits(p_) | (not_plain_bits(p_ + 16) << 16U);
        if (bits == 0) {
            return false;
        }
        p_ += std::countr_zero(bits) + 1;
        return p_[-1] == '"' && p_ <= end_;
    }

    // A name of 1 to 16 bytes up to its closing quote, as a key; the bytes are not judged here, for
    // only the key of a registered name finds anything.
    PETREL_BINANCE_STEP bool name(NameKey& key) {
#if defined(__SSE2__)
        alignas(16) static constexpr unsigned char kKeep[32] = {
            255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p_));
        const auto quotes =
            static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'))));
        const auto length = static_cast<unsigned>(std::countr_zero(quotes | 0x10000U));
        const __m128i keep = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kKeep + 16 - length));
        const __m128i kept = _mm_and_si128(bytes, keep);
        std::memcpy(&key.low, &kept, 8);
        key.high = static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(kept, kept)));
#else
        std::size_t length = 0;
        while (length < kShortNameMax && p_[length] != '"') {
            ++length;
        }
        key = key_of({p_, length});
#endif
        p_ += length;
        return length != 0 && eat("\"");
    }

    // A decimal of a string, its opening quote already eaten; eats the closing one. Where the next
    // step starts follows from the closing quote alone, so that it need not wait for the digits.
    PETREL_BINANCE_STEP bool quoted_decimal(double& value) {
#if defined(__SSE2__)
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p_));
        const auto quotes =
            static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'))));
        const auto points =
            static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.'))));
        const auto length = static_cast<unsigned>(std::countr_zero(quotes | 0x10000U));
        const auto front = static_cast<unsigned>(std::countr_zero(points | quotes | 0x10000U));
        const unsigned has_point = front < length ? 1 : 0;
        const unsigned back = length - front - has_point;
        const std::uint64_t front_word = detail::load_eight(p_);
        const std::uint64_t back_word = detail::load_eight(p_ + front + 1);
        // One comparison a part: more than eight digits are not found in eight bytes.
        const bool usual = front - 1 < detail::leading_digits(front_word) &&
                           back <= detail::leading_digits(back_word) && back >= has_point &&
                           length < 16 && p_ + length < end_;
        if (usual) [[likely]] {
            // Fifteen bytes hold at most fifteen digits, which a double holds exactly.
            const std::uint64_t mantissa =
                detail::digits_value(front_word, front) * detail::kPowersOfTenInteger[back] +
                detail::digits_value(back_word, back);
            value = static_cast<double>(mantissa) / detail::kPowersOfTen[back];
            p_ += length + 1;
            return true;
        }
#endif
        const ScannedDecimal scanned = detail::scan_decimal_bytes(p_, end_);
        if (scanned.next == nullptr) {
            return false;
        }
        value = scanned.value;
        p_ = scanned.next;
        return eat("\"");
    }

    // A time in milliseconds: thirteen digits from the year 2001 to 2286, so that the place behind
    // it is known beforehand.
    PETREL_BINANCE_STEP bool milliseconds(std::uint64_t& value) {
        const std::uint64_t front = detail::load_eight(p_);
        const std::uint64_t back = detail::load_eight(p_ + 8);
        if (detail::leading_digits(front) != 8 || detail::leading_digits(back) != 5 || *p_ == '0') {
            return false;
        }
        value = detail::digits_value(front, 8) * 100000 + detail::digits_value(back, 5);
        p_ += 13;
        return p_ <= end_;
    }

    PETREL_BINANCE_STEP bool number(std::uint64_t& value) {
        const ScannedUnsigned scanned = scan_unsigned(p_, end_);
        if (scanned.next == nullptr) {
            return false;
        }
        value = scanned.value;
        p_ = scanned.next;
        return true;
    }

    PETREL_BINANCE_STEP bool skip_milliseconds() {
        std::uint64_t unused = 0;
        return milliseconds(unused);
    }

    // A whole number of 1 to 15 digits whose value does not matter.
    PETREL_BINANCE_STEP bool skip_number() {
        const auto count = static_cast<unsigned>(std::countr_zero(not_digit_bits(p_) | 0x10000U));
        p_ += count;
        return count != 0 && count != 16 && p_ <= end_;
    }

private:
    const char* p_;
    const char* end_;
};

#undef PETREL_BINANCE_STEP

}  // namespace petrel::binance
