// The 64-bit id of a trade, made from the venue's UUID: the same trade gives the same id on every
// connection, in every run and in later versions, since ids are kept in journals.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "petrel/decimal.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace petrel::bybit {

inline constexpr std::size_t kUuidLength = 36;  // 8-4-4-4-12

inline std::uint64_t mix_id(std::uint64_t first, std::uint64_t second) {
    std::uint64_t h = (first ^ 0x9e3779b97f4a7c15U) * 0xbf58476d1ce4e5b9U;
    h = (h ^ (h >> 32U) ^ second) * 0x94d049bb133111ebU;
    h = (h ^ (h >> 29U)) * 0xff51afd7ed558ccdU;
    return h ^ (h >> 32U);
}

// The 16 bytes of a UUID, as they are written, in two words.
struct UuidBytes {
    std::uint64_t first;
    std::uint64_t second;
};

// Its 32 hexadecimal digits of lower case without the dashes, as four words.
using UuidText = std::array<std::uint64_t, 4>;

// Byte by byte; what the faster way below must equal.
inline std::optional<UuidBytes> unhex_bytes(const UuidText& text) {
    UuidBytes bytes{0, 0};
    for (unsigned i = 0; i < 32; ++i) {
        const auto c = static_cast<unsigned char>(text[i / 8] >> (i % 8 * 8U));
        const bool digit = c >= '0' && c <= '9';
        if (!digit && (c < 'a' || c > 'f')) {
            return std::nullopt;
        }
        const auto nibble = static_cast<std::uint64_t>(digit ? c - '0' : c - 'a' + 10);
        std::uint64_t& half = i < 16 ? bytes.first : bytes.second;
        half |= nibble << (i % 16 / 2 * 8U + (i % 2 == 0 ? 4U : 0U));
    }
    return bytes;
}

#if defined(__SSE2__)

inline std::optional<UuidBytes> unhex(const UuidText& text) {
    const auto within = [](__m128i bytes, char first, char last) {
        return _mm_andnot_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(last)),
                                _mm_cmpgt_epi8(bytes, _mm_set1_epi8(static_cast<char>(first - 1))));
    };
    int good = 0xffff;
    const auto nibble_pairs = [&](std::uint64_t low, std::uint64_t high) {
        const __m128i bytes =
            _mm_set_epi64x(static_cast<long long>(high), static_cast<long long>(low));
        const __m128i letter = within(bytes, 'a', 'f');
        good &= _mm_movemask_epi8(_mm_or_si128(letter, within(bytes, '0', '9')));
        const __m128i nibble = _mm_add_epi8(_mm_and_si128(bytes, _mm_set1_epi8(0xf)),
                                            _mm_and_si128(letter, _mm_set1_epi8(9)));
        const __m128i pair = _mm_or_si128(_mm_slli_epi16(nibble, 4), _mm_srli_epi16(nibble, 8));
        return _mm_and_si128(pair, _mm_set1_epi16(0xff));
    };
    const __m128i front = nibble_pairs(text[0], text[1]);
    const __m128i back = nibble_pairs(text[2], text[3]);
    if (good != 0xffff) {
        return std::nullopt;
    }
    const __m128i all = _mm_packus_epi16(front, back);
    return UuidBytes{static_cast<std::uint64_t>(_mm_cvtsi128_si64(all)),
                     static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(all, all)))};
}

#else

inline std::optional<UuidBytes> unhex(const UuidText& text) { return unhex_bytes(text); }

#endif

// Reads the UUID at `p`; 36 readable bytes are needed.
inline std::optional<std::uint64_t> read_uuid(const char* p) {
    const auto four = [](const char* at) {
        std::uint32_t word = 0;
        std::memcpy(&word, at, sizeof(word));
        return std::uint64_t{word};
    };
    const UuidText text{detail::load_eight(p), four(p + 9) | four(p + 14) << 32U,
                        four(p + 19) | four(p + 24) << 32U, detail::load_eight(p + 28)};
    const bool dashes = p[8] == '-' && p[13] == '-' && p[18] == '-' && p[23] == '-';
    const std::optional<UuidBytes> bytes = unhex(text);
    return dashes && bytes ? std::optional(mix_id(bytes->first, bytes->second)) : std::nullopt;
}

// The id of a text that is no UUID: a hash of its bytes.
inline std::uint64_t hash_text_id(std::string_view text) {
    std::uint64_t h = 0xcbf29ce484222325U;
    for (const char c : text) {
        h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    return mix_id(h, text.size());
}

// Of any text; a UUID gives what read_uuid gives.
inline std::uint64_t trade_id(std::string_view text) {
    const auto uuid = text.size() == kUuidLength ? read_uuid(text.data()) : std::nullopt;
    return uuid ? *uuid : hash_text_id(text);
}

}  // namespace petrel::bybit
