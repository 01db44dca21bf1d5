// For notifier channels: text from outside made safe to show.
//
// The host promises plain UTF-8, but names come from venues, so a channel cleans once more: what is
// no valid UTF-8 becomes U+FFFD, what moves a cursor, reverses reading order or hides itself is
// dropped. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace petrel {

struct CodePoint {
    char32_t value;
    std::size_t bytes;  // how many it takes in the text
};

constexpr char32_t kReplacement = 0xfffd;

// The first code point of a text that is not empty. Bytes that are no UTF-8 give kReplacement, one
// byte at a time; overlong forms and surrogates are no UTF-8.
constexpr CodePoint first_code_point(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) {
        return {lead, 1};
    }
    const std::size_t length = lead >= 0xf0 && lead < 0xf5   ? 4
                               : lead >= 0xe0 && lead < 0xf0 ? 3
                               : lead >= 0xc2 && lead < 0xe0 ? 2
                                                             : 0;
    if (length == 0 || text.size() < length) {
        return {kReplacement, 1};
    }
    char32_t value = static_cast<char32_t>(lead & (0x7fu >> length));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0u) != 0x80u) {
            return {kReplacement, 1};
        }
        value = (value << 6) | (byte(i) & 0x3fu);
    }
    const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    const bool surrogate = value >= 0xd800 && value < 0xe000;
    return overlong || surrogate || value > 0x10ffff ? CodePoint{kReplacement, 1}
                                                     : CodePoint{value, length};
}

// Control characters, and those that reverse, hide or join what is around them.
constexpr bool is_unsafe(char32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
           (c >= 0xe0000 && c <= 0xe0fff);
}

inline void append_code_point(std::string& out, char32_t c) {
    const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xc0 | (c >> 6));
        put(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        put(0xe0 | (c >> 12));
        put(0x80 | ((c >> 6) & 0x3f));
        put(0x80 | (c & 0x3f));
    } else {
        put(0xf0 | (c >> 18));
        put(0x80 | ((c >> 12) & 0x3f));
        put(0x80 | ((c >> 6) & 0x3f));
        put(0x80 | (c & 0x3f));
    }
}

// One line of safe text: line breaks and tabs become spaces.
inline std::string plain_line(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const CodePoint c = first_code_point(text);
        text.remove_prefix(c.bytes);
        if (c.value == '\n' || c.value == '\r' || c.value == '\t') {
            out.push_back(' ');
        } else if (!is_unsafe(c.value)) {
            append_code_point(out, c.value);
        }
    }
    return out;
}

// What one code point takes in the counting of a service.
using TextMeasure = std::size_t (*)(char32_t);

// Of services built on UTF-16: two for what lies beyond U+FFFF.
constexpr std::size_t utf16_units(char32_t c) { return c > 0xffff ? 2 : 1; }

// Of services that count bytes.
constexpr std::size_t utf8_bytes(char32_t c) {
    return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

constexpr std::size_t measured(std::string_view text, TextMeasure measure) {
    std::size_t length = 0;
    while (!text.empty()) {
        const CodePoint c = first_code_point(text);
        text.remove_prefix(c.bytes);
        length += measure(c.value);
    }
    return length;
}

constexpr std::size_t utf16_length(std::string_view text) { return measured(text, utf16_units); }

// The text, or as much of its beginning as fits with an ellipsis behind it; never half a character,
// and at the end of a word where one ends near by. A limit below the ellipsis leaves nothing.
inline std::string shortened(std::string_view text, std::size_t limit,
                             TextMeasure measure = utf16_units) {
    constexpr char32_t kEllipsis = 0x2026;
    constexpr std::size_t kWordMax = 16;  // bytes that may be given up for a whole word
    if (measured(text, measure) <= limit) {
        return std::string(text);
    }
    if (limit < measure(kEllipsis)) {
        return {};
    }
    std::size_t left = limit - measure(kEllipsis);
    std::size_t bytes = 0;
    while (bytes < text.size()) {
        const CodePoint c = first_code_point(text.substr(bytes));
        if (measure(c.value) > left) {
            break;
        }
        left -= measure(c.value);
        bytes += c.bytes;
    }
    const std::size_t space = bytes == 0 ? 0 : text.substr(0, bytes).rfind(' ');
    const bool in_a_word = bytes < text.size() && text[bytes] != ' ';
    if (in_a_word && space != std::string_view::npos && space > 0 && bytes - space <= kWordMax) {
        bytes = space;
    }
    return std::string(text.substr(0, bytes)) + "\u2026";
}

}  // namespace petrel
