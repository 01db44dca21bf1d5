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
inline unsigned not_plain_bits(const char* p) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    // Signed: bytes from 0x80 on count as below the blank.
    const __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i escape = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, escape))));
}
#else
inline unsigned not_plain_bits(const char* p) {
    unsigned bits = 0;
    for (unsigned i = 0; i < 16; ++i) {
        const auto c = static_cast<unsigned char>(p[i]);
        bits |= static_cast<unsigned>(c < ' ' || c >= 0x80 || c == '"' || c == '\\') << i;
    }
    return bits;
}
#endif

class Walk {
public:
    Walk(const char* begin, const char* end) : p_(begin), end_(end) {}

    [[nodiscard]] const char* place() const { return p_; }
    [[nodiscard]] bool at_end() const { return p_ == end_; }
    [[nodiscard]] bool sees(char c) const { return *p_ == c; }

    // The literal stands here: goes behind it.
    template <std::size_t N>
    bool eat(const char (&literal)[N]) {
        static_assert(N - 1 <= kLiteralMax);
        if (p_ > end_ || std::memcmp(p_, literal, N - 1) != 0) {
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
    bool eat_either(Word first, Word second, bool& is_first) {
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
    bool skip_text() {
        const unsigned bits = not_plain_bits(p_) | (not_plain_bits(p_ + 16) << 16U);
        if (bits == 0) {
            return false;
        }
        p_ += std::countr_zero(bits) + 1;
        return p_[-1] == '"' && p_ <= end_;
    }

    // A name of 1 to 16 bytes up to its closing quote, as a key; the bytes are not judged here, for
    // only the key of a registered name finds anything.
    bool name(NameKey& key) {
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

    // A decimal of a string, its opening quote already eaten; eats the closing one.
    bool quoted_decimal(double& value) {
        const ScannedDecimal scanned = scan_decimal(p_, end_);
        if (scanned.next == nullptr) {
            return false;
        }
        value = scanned.value;
        p_ = scanned.next;
        return eat("\"");
    }

    bool number(std::uint64_t& value) {
        const ScannedUnsigned scanned = scan_unsigned(p_, end_);
        if (scanned.next == nullptr) {
            return false;
        }
        value = scanned.value;
        p_ = scanned.next;
        return true;
    }

    // A whole number of 1 to 15 digits whose value does not matter.
    bool skip_number() {
        const unsigned front = detail::leading_digits(detail::load_eight(p_));
        const unsigned back = detail::leading_digits(detail::load_eight(p_ + 8));
        const unsigned count = front == 8 ? 8 + back : front;
        p_ += count;
        return count != 0 && count != 16 && p_ <= end_;
    }

private:
    const char* p_;
    const char* end_;
};

}  // namespace petrel::binance
