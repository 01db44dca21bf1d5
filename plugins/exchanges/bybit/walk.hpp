// A walk over the bytes of a frame whose layout is known: takes what it expects and says at once
// when something else stands there. Used by the fast reader alone, all of it inlined there so that
// the position stays in a register.
//
// Bounds: a step may look past the end of the frame, never past the padding behind it (64 bytes).
// take() does not look at the end; every other step leaves only inside the frame. Between two of
// those at most 24 bytes are taken, and no step but window() looks further than 40 bytes ahead;
// window() does so only from inside the frame.
#pragma once

#include <optional>

#include "bytes.hpp"
#include "contracts.hpp"
#include "trade_id.hpp"

namespace petrel::bybit {

class Walk {
public:
    explicit Walk(std::string_view frame) : p_(frame.data()), end_(p_ + frame.size()) {}

    [[nodiscard]] bool at_end() const { return p_ == end_; }
    [[nodiscard]] bool inside() const { return p_ <= end_; }

    // Takes the literal when it stands here.
    template <std::size_t N>
    [[gnu::always_inline]] bool take(const char (&literal)[N]) {
        const bool here = stands(p_, literal);
        p_ += here ? N - 1 : 0;
        return here;
    }

    // The text up to a quote, and the quote; no escape, control or non-ASCII byte in it.
    [[gnu::always_inline]] bool text(std::string_view& into) {
        const char* begin = p_;
        while (p_ < end_) {
            const TextMask mask = text_mask_16(p_);
            if (mask.quotes != 0) {
                const auto at = static_cast<unsigned>(std::countr_zero(mask.quotes));
                const std::uint64_t before = (std::uint64_t{1} << at) - 1;
                into = {begin, static_cast<std::size_t>(p_ + at - begin)};
                p_ += at + 1;
                return (mask.odd & before) == 0 && inside();
            }
            if (mask.odd != 0) {
                return false;
            }
            p_ += 16;
        }
        return false;
    }

    [[gnu::always_inline]] bool symbol(SymbolKey& key) {
        if (!read_symbol(p_, key)) {
            return false;
        }
        p_ += key.length + 1;
        return inside();
    }
    // The very same symbol as before, and its quote.
    [[gnu::always_inline]] bool symbol_again(const SymbolKey& key) {
        std::uint64_t differs = ((detail::load_eight(p_) & key.masks[0]) ^ key.words[0]) |
                                ((detail::load_eight(p_ + 8) & key.masks[1]) ^ key.words[1]);
        if (key.is_long) [[unlikely]] {
            differs |= ((detail::load_eight(p_ + 16) & key.masks[2]) ^ key.words[2]) |
                       ((detail::load_eight(p_ + 24) & key.masks[3]) ^ key.words[3]);
        }
        p_ += key.length + 1;
        return differs == 0 && inside();
    }

    // `Buy` or `Sell`, without a branch on which: they come in no order a processor could guess.
    [[gnu::always_inline]] bool side(bool& buy) {
        std::uint32_t word = 0;
        std::memcpy(&word, p_, sizeof(word));
        buy = word == word_of("Buy\"");
        p_ += buy ? 3 : 4;
        return buy || word == word_of("Sell");
    }

    // A time in milliseconds: 13 digits, from 2001 to 2286.
    [[gnu::always_inline]] bool time(std::uint64_t& ms) {
        constexpr std::size_t kDigits = 13;
        const ScannedUnsigned found = scan_unsigned(p_, end_);
        ms = found.value;
        const bool here = found.next == p_ + kDigits;
        p_ += kDigits;
        return here;
    }
    [[gnu::always_inline]] bool whole(std::uint64_t& value) {
        const ScannedUnsigned found = scan_unsigned(p_, end_);
        value = found.value;
        p_ = found.next;
        return found.next != nullptr;
    }
    // A whole number that nobody asks for; one of 16 digits and more is left to the other reader.
    [[gnu::always_inline]] bool skip_whole() {
        const unsigned digits = digit_run(p_);
        const bool number = digits == 1 || (digits != 0 && digits < 16 && *p_ != '0');
        p_ += digits;
        return number && inside();
    }
    // A decimal inside quotes, from behind the opening one.
    [[gnu::always_inline]] bool decimal(double& value) {
        const ScannedDecimal found = scan_decimal(p_, end_);
        value = found.value;
        if (found.next == nullptr || *found.next != '"') {
            return false;
        }
        p_ = found.next + 1;
        return inside();
    }
    [[gnu::always_inline]] bool uuid(std::uint64_t& id) {
        if (!inside()) {
            return false;
        }
        const std::optional<std::uint64_t> found = read_uuid(p_);
        id = found.value_or(0);
        p_ += kUuidLength;
        return found.has_value() && inside();
    }
    // A value of no interest: true, false, a whole number or a plain text.
    bool skip_value() {
        std::string_view ignored;
        if (take("\"")) {
            return text(ignored);
        }
        return ((take("false") || take("true")) && inside()) || skip_whole();
    }

    // A price and a size with texts around them lie within a few dozen bytes. The window knows
    // where all quotes of the next 64 bytes are, so that finding the end of one text does not wait
    // for the end of the text before it.
    class Window {
    public:
        explicit Window(const char* base) : base_(base), mask_(text_mask_64(base)) {}

        // The quote that ends the text at `begin` (0..63 from the base); 64 when there is none.
        [[nodiscard]] unsigned quote_from(unsigned begin) const {
            const std::uint64_t rest = begin < 64 ? mask_.quotes >> begin : 0;
            return rest != 0 ? begin + static_cast<unsigned>(std::countr_zero(rest)) : 64;
        }
        // No odd byte before `stop` (0..63).
        [[nodiscard]] bool plain_until(unsigned stop) const {
            return (mask_.odd & ((std::uint64_t{1} << stop) - 1)) == 0;
        }
        // The decimal from `begin` up to the quote at `stop` and nothing else.
        [[nodiscard]] bool decimal(unsigned begin, unsigned stop, double& value) const {
            if (stop - begin <= 8) [[likely]] {
                return short_decimal(base_ + begin, stop - begin, value);
            }
            const ScannedDecimal found = scan_decimal(base_ + begin, base_ + stop);
            value = found.value;
            return found.next == base_ + stop;
        }
        template <std::size_t N>
        [[nodiscard]] bool has(unsigned at, const char (&literal)[N]) const {
            return stands(base_ + at, literal);
        }

    private:
        const char* base_;
        TextMask mask_;
    };
    // The window that begins here; ask inside() before.
    [[nodiscard]] Window window() const { return Window(p_); }
    [[gnu::always_inline]] bool advance(unsigned bytes) {
        p_ += bytes;
        return inside();
    }

private:
    static constexpr std::uint32_t word_of(const char (&text)[5]) {
        return std::bit_cast<std::uint32_t>(
            std::array<char, 4>{text[0], text[1], text[2], text[3]});
    }

    template <typename T>
    static T load(const char* p) {
        T word{};
        std::memcpy(&word, p, sizeof(word));
        return word;
    }
    // Compares in words, the last of which overlaps the one before; folds to a few instructions.
    template <std::size_t Size>
    [[gnu::always_inline]] static bool stands(const char* p, const char (&literal)[Size]) {
        constexpr std::size_t kLength = Size - 1;
        if constexpr (kLength >= 8) {
            std::uint64_t differs =
                load<std::uint64_t>(p + kLength - 8) ^ load<std::uint64_t>(literal + kLength - 8);
            for (std::size_t i = 0; i + 8 < kLength; i += 8) {
                differs |= load<std::uint64_t>(p + i) ^ load<std::uint64_t>(literal + i);
            }
            return differs == 0;
        } else if constexpr (kLength >= 4) {
            const std::uint32_t front = load<std::uint32_t>(p) ^ load<std::uint32_t>(literal);
            const std::uint32_t back =
                load<std::uint32_t>(p + kLength - 4) ^ load<std::uint32_t>(literal + kLength - 4);
            return (front | back) == 0;
        } else {
            return std::memcmp(p, literal, kLength) == 0;
        }
    }

    const char* p_;
    const char* end_;
};

}  // namespace petrel::bybit
