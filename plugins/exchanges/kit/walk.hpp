// A walk over the bytes of a frame whose layout is known: takes what it expects and says at once
// when something else stands there, so that the general reader can have the word. Literals, plain
// texts, names, numbers, times. Called by the fast readers, on the instance's data path.
//
// A step may read up to kReach bytes past the walk's place and fails rather than pass `end`; as
// every step starts at most kLiteralMax bytes behind `end`, the frame's padding covers it all.
// A "plain" text has printable ASCII and no escapes: what it spells is what it says.
#pragma once

#include <bit>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "kit/iso_time.hpp"
#include "kit/names.hpp"
#include "petrel/abi/exchange.h"
#include "petrel/decimal.hpp"

namespace petrel::kit {

inline constexpr std::size_t kReach = 33;
inline constexpr std::size_t kLiteralMax = PETREL_FRAME_PADDING - kReach;

#if defined(__SSE2__)
// One bit a byte of the sixteen at `p`: those that end or spoil a plain text.
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
[[gnu::always_inline]] inline Word load_word(const char* p) {
    Word word = 0;
    std::memcpy(&word, p, sizeof(Word));
    return word;
}
template <typename Word>
[[gnu::always_inline]] inline bool same_word(const char* p, const char* q) {
    return load_word<Word>(p) == load_word<Word>(q);
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
#define PETREL_KIT_STEP [[gnu::always_inline]] inline

class Walk {
public:
    Walk(const char* begin, const char* end) : p_(begin), end_(end) {}
    explicit Walk(std::string_view frame) : Walk(frame.data(), frame.data() + frame.size()) {}

    [[nodiscard]] const char* place() const { return p_; }
    [[nodiscard]] bool at_end() const { return p_ == end_; }
    [[nodiscard]] bool sees(char c) const { return *p_ == c; }

    // The literal stands here: goes behind it.
    template <std::size_t N>
    PETREL_KIT_STEP bool eat(const char (&literal)[N]) {
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
    PETREL_KIT_STEP bool eat_either(Word first, Word second, bool& is_first) {
        const auto here = load_word<std::uint32_t>(p_);
        const auto one = load_word<std::uint32_t>(first.bytes);
        const auto two = load_word<std::uint32_t>(second.bytes);
        is_first = here == one;
        if ((here != one && here != two) || p_ > end_) {
            return false;
        }
        p_ += is_first ? first.length : second.length;
        return true;
    }

    // A plain text of at most 31 bytes, its opening quote already eaten; eats the closing one.
    PETREL_KIT_STEP bool skip_text() {
        const unsigned bits = not_plain_bits(p_) | (not_plain_bits(p_ + 16) << 16U);
        if (bits == 0) {
            return false;
        }
        p_ += std::countr_zero(bits) + 1;
        return p_[-1] == '"' && p_ <= end_;
    }
    // The same of any length.
    PETREL_KIT_STEP bool skip_long_text() {
        while (p_ < end_) {
            const unsigned bits = not_plain_bits(p_);
            if (bits != 0) {
                p_ += std::countr_zero(bits) + 1;
                return p_[-1] == '"' && p_ <= end_;
            }
            p_ += 16;
        }
        return false;
    }
    PETREL_KIT_STEP bool text(std::string_view& into) {
        const char* begin = p_;
        const bool plain = skip_long_text();
        into = {begin, static_cast<std::size_t>(plain ? p_ - begin - 1 : 0)};
        return plain;
    }

    // A name of 1 to 31 bytes up to its closing quote, as a key; the bytes are not judged here, for
    // only the key of a known name finds anything. Says how long it is.
    PETREL_KIT_STEP bool name(Name& key, unsigned& length) {
#if defined(__SSE2__)
        alignas(16) static constexpr unsigned char kKeep[64] = {
            255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
            255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
        const auto* place = reinterpret_cast<const __m128i*>(p_);
        const __m128i front = _mm_loadu_si128(place);
        const __m128i back = _mm_loadu_si128(place + 1);
        const __m128i quote = _mm_set1_epi8('"');
        const auto quotes = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(front, quote))) |
                            static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(back, quote)))
                                << 16U;
        if (quotes == 0) {
            return false;
        }
        length = static_cast<unsigned>(std::countr_zero(quotes));
        const auto* keep = reinterpret_cast<const __m128i*>(kKeep + 32 - length);
        auto* into = reinterpret_cast<__m128i*>(key.words.data());
        _mm_storeu_si128(into, _mm_and_si128(front, _mm_loadu_si128(keep)));
        _mm_storeu_si128(into + 1, _mm_and_si128(back, _mm_loadu_si128(keep + 1)));
#else
        length = 0;
        while (length < kNameLengthMax && p_[length] != '"') {
            ++length;
        }
        if (length == kNameLengthMax) {
            return false;
        }
        key = Name::of({p_, length});
#endif
        p_ += length;
        return length != 0 && eat("\"");
    }
    PETREL_KIT_STEP bool name(Name& key) {
        unsigned unused = 0;
        return name(key, unused);
    }
    // The `length` (1 to 31) bytes of `known` again, and their quote.
    PETREL_KIT_STEP bool name_again(const char* known, unsigned length) {
        unsigned at = 0;
        std::uint64_t differs = 0;
        for (; at + 8 <= length; at += 8) {
            differs |= load_word<std::uint64_t>(p_ + at) ^ load_word<std::uint64_t>(known + at);
        }
        const std::uint64_t rest =
            load_word<std::uint64_t>(p_ + at) ^ load_word<std::uint64_t>(known + at);
        differs |= rest & ((std::uint64_t{1} << 8U * (length - at)) - 1);
        p_ += length;
        return differs == 0 && eat("\"");
    }

    // A decimal of a text, its opening quote already eaten; eats the closing one. Where the next
    // step starts follows from the closing quote alone, so that it need not wait for the digits.
    PETREL_KIT_STEP bool quoted_decimal(double& value) {
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

    // A JSON number as it stands, up to whatever follows it.
    PETREL_KIT_STEP bool decimal(double& value) {
        const char* digits = p_ + (*p_ == '-' ? 1 : 0);
        if (*digits == '0' && detail::is_digit(digits[1])) {
            return false;
        }
        const ScannedDecimal scanned = scan_decimal(p_, end_);
        value = scanned.value;
        p_ = scanned.next != nullptr ? scanned.next : p_;
        return scanned.next != nullptr;
    }

    // A time in milliseconds: thirteen digits from the year 2001 to 2286, so that the place behind
    // it is known beforehand.
    PETREL_KIT_STEP bool milliseconds(std::uint64_t& value) {
        const std::uint64_t front = detail::load_eight(p_);
        const std::uint64_t back = detail::load_eight(p_ + 8);
        if (detail::leading_digits(front) != 8 || detail::leading_digits(back) != 5 || *p_ == '0') {
            return false;
        }
        value = detail::digits_value(front, 8) * 100000 + detail::digits_value(back, 5);
        p_ += 13;
        return p_ <= end_;
    }
    PETREL_KIT_STEP bool skip_milliseconds() {
        std::uint64_t unused = 0;
        return milliseconds(unused);
    }

    // A whole number of 1 to 19 digits, without a needless zero in front.
    PETREL_KIT_STEP bool whole(std::uint64_t& value) {
        const auto count = static_cast<unsigned>(std::countr_zero(not_digit_bits(p_) | 0x10000U));
        if (count == 0 || (*p_ == '0' && count != 1)) {
            return false;
        }
        const std::uint64_t front = detail::load_eight(p_);
        const std::uint64_t back = detail::load_eight(p_ + 8);
        if (count <= 8) {
            value = detail::digits_value(front, count);
            p_ += count;
            return p_ <= end_;
        }
        value = detail::digits_value(front, 8) * detail::kPowersOfTenInteger[count - 8] +
                detail::digits_value(back, count - 8);
        p_ += count;
        if (count < 16) [[likely]] {
            return p_ <= end_;
        }
        const std::uint64_t rest = detail::load_eight(p_);
        const unsigned more = detail::leading_digits(rest);
        if (more > 3) {  // twenty digits need not fit
            return false;
        }
        value = value * detail::kPowersOfTenInteger[more] + detail::digits_value(rest, more);
        p_ += more;
        return p_ <= end_;
    }

    // A whole number of 1 to 15 digits whose value does not matter.
    PETREL_KIT_STEP bool skip_whole() {
        const auto count = static_cast<unsigned>(std::countr_zero(not_digit_bits(p_) | 0x10000U));
        const bool plain = *p_ != '0' || count == 1;
        p_ += count;
        return plain && count != 0 && count != 16 && p_ <= end_;
    }
    // A number of at most 15 characters, no sign and no exponent, whose value does not matter.
    PETREL_KIT_STEP bool skip_decimal() {
        const unsigned bits = not_digit_bits(p_) | 0x10000U;
        const auto front = static_cast<unsigned>(std::countr_zero(bits));
        const unsigned behind = bits & (bits - 1);
        const bool point = p_[front] == '.';
        const auto length = point ? static_cast<unsigned>(std::countr_zero(behind)) : front;
        const bool digits = front != 0 && (!point || length - front > 1) && length < 16 &&
                            (*p_ != '0' || front == 1);
        p_ += length;
        return digits && p_ <= end_;
    }

    // A time as of iso_time.hpp with one to eight decimals, its opening quote already eaten; eats
    // the closing one. Any other form is left to the general way.
    PETREL_KIT_STEP bool iso_time(std::int64_t& ns) {
        constexpr std::uint64_t kHighs = 0x8080808080808080U;
        // "YYYY-MM-", "DDTHH:MM", ":SS.": digits become their value, marks become 0.
        const std::uint64_t a = detail::load_eight(p_) ^ 0x2d30302d30303030U;
        const std::uint64_t b = detail::load_eight(p_ + 8) ^ 0x30303a3030543030U;
        const auto c = load_word<std::uint32_t>(p_ + 16) ^ 0x2e30303aU;
        constexpr std::uint64_t kMax = 0x7676767676767676U;  // what lifts all above 9 to 0x80
        const std::uint64_t odd = (((a + kMax) | a) | ((b + kMax) | b)) & kHighs;
        const std::uint32_t odd_end = ((c + 0x76767676U) | c) & 0x80808080U;
        const std::uint64_t marks =
            (a & 0xff0000ff00000000U) | (b & 0x0000ff0000ff0000U) | (c & 0xff0000ffU);
        const std::uint64_t fraction = detail::load_eight(p_ + 20);
        const unsigned decimals = detail::leading_digits(fraction);
        if (odd != 0 || odd_end != 0 || marks != 0 || decimals == 0 || p_[20 + decimals] != 'Z') {
            return false;
        }
        // A byte and the one behind it as a number of two digits; none is carried over.
        const std::uint64_t pairs_a = a * 10 + (a >> 8U);
        const std::uint64_t pairs_b = b * 10 + (b >> 8U);
        const std::uint32_t pairs_c = c * 10 + (c >> 8U);
        const auto two = [](std::uint64_t pairs, unsigned at) {
            return static_cast<std::int64_t>(pairs >> 8U * at & 0xffU);
        };
        const CivilTime time{two(pairs_a, 0) * 100 + two(pairs_a, 2),
                             two(pairs_a, 5),
                             two(pairs_b, 0),
                             two(pairs_b, 3),
                             two(pairs_b, 6),
                             two(pairs_c, 1)};
        if (!time.ok()) {
            return false;
        }
        ns = time.seconds() * 1'000'000'000 +
             static_cast<std::int64_t>(detail::digits_value(fraction, decimals) * 10 *
                                       detail::kPowersOfTenInteger[8 - decimals]);
        p_ += 21 + decimals;
        return eat("\"");
    }

private:
    const char* p_;
    const char* end_;
};

#undef PETREL_KIT_STEP

}  // namespace petrel::kit
