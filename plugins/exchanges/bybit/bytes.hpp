// Where the bytes of interest stand in a piece of a frame, as bit masks: bit n is byte n. So the
// fast reader finds the ends of several texts at once instead of one after the other.
//
// SSE2 is part of every x86-64; elsewhere the same masks are made byte by byte. Pure functions.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "petrel/decimal.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace petrel::bybit {

struct TextMask {
    std::uint64_t quotes = 0;
    std::uint64_t odd = 0;  // backslash, control character or not ASCII: no plain text
};

// The two masks and that of digits, byte by byte; what the others must equal.
inline TextMask text_mask_bytes(const char* p, unsigned count) {
    TextMask mask;
    for (unsigned i = 0; i < count; ++i) {
        const auto byte = static_cast<unsigned char>(p[i]);
        mask.quotes |= std::uint64_t{byte == '"'} << i;
        mask.odd |= std::uint64_t{byte == '\\' || byte < 0x20 || byte >= 0x80} << i;
    }
    return mask;
}
inline unsigned digit_run_bytes(const char* p) {
    unsigned count = 0;
    while (count < 16 && static_cast<unsigned char>(p[count] - '0') < 10) {
        ++count;
    }
    return count;
}

#if defined(__SSE2__)

inline TextMask text_mask_16(const char* p) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    // Compared as signed numbers: what is not ASCII is negative, so it is below a blank, too.
    const __m128i odd = _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')),
                                     _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    return {static_cast<std::uint32_t>(_mm_movemask_epi8(quote)),
            static_cast<std::uint32_t>(_mm_movemask_epi8(odd))};
}

inline TextMask text_mask_64(const char* p) {
    const TextMask a = text_mask_16(p);
    const TextMask b = text_mask_16(p + 16);
    const TextMask c = text_mask_16(p + 32);
    const TextMask d = text_mask_16(p + 48);
    return {a.quotes | b.quotes << 16U | c.quotes << 32U | d.quotes << 48U,
            a.odd | b.odd << 16U | c.odd << 32U | d.odd << 48U};
}

// How many digits stand at `p`, 16 at most.
inline unsigned digit_run(const char* p) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8('0'));
    const __m128i high = _mm_cmpgt_epi8(bytes, _mm_set1_epi8('9'));
    const auto other = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_or_si128(low, high)));
    return static_cast<unsigned>(std::countr_zero(other | 0x10000U));
}

#else

inline TextMask text_mask_16(const char* p) { return text_mask_bytes(p, 16); }
inline TextMask text_mask_64(const char* p) { return text_mask_bytes(p, 64); }
inline unsigned digit_run(const char* p) { return digit_run_bytes(p); }

#endif

// A decimal of `length` characters, 8 at most, which must be all of it: 8 bytes are read. Without a
// branch on where the point is. Gives what parse_decimal() gives, and no value for a sign or an
// exponent, which the venue does not send.
inline bool short_decimal(const char* p, unsigned length, double& value) {
    constexpr std::uint64_t kOnes = 0x0101010101010101U;
    constexpr std::uint64_t kHighs = kOnes * 0x80U;
    if (length == 0) {
        return false;
    }
    // The last character becomes the highest byte; what is free below counts as leading zeros.
    const unsigned unused = 64U - 8U * length;
    const std::uint64_t text = (detail::load_eight(p) << unused) ^ ((kOnes * '0') << unused);
    const std::uint64_t no_point = text ^ (kOnes * ('.' ^ '0'));
    const std::uint64_t points = (no_point - kOnes) & ~no_point & kHighs;
    const std::uint64_t point = points & (0U - points);  // high bit of the first one, or nothing
    const std::uint64_t before = (point >> 7U) - 1;      // without a point: everything
    const std::uint64_t after = ~(point | (point - 1));  // without a point: nothing
    const std::uint64_t digits = (text & before) << (point != 0 ? 8U : 0U) | (text & after);
    const unsigned fraction = (64U - static_cast<unsigned>(std::countr_zero(point))) >> 3U;
    const bool all_digits = (((digits + kOnes * (0x7fU - 9U)) | digits) & kHighs) == 0;
    // A point needs digits on both sides: it is neither the first character nor the last.
    const bool placed = point == 0 || (point >> unused > 0x80U && after != 0);
    std::uint64_t v = (digits * 2561U >> 8U) & 0x00ff00ff00ff00ffU;
    v = (v * 6553601U >> 16U) & 0x0000ffff0000ffffU;
    v = v * 42949672960001U >> 32U;
    value = static_cast<double>(v) / detail::kPowersOfTen[fraction];
    return all_digits && placed;
}

}  // namespace petrel::bybit
