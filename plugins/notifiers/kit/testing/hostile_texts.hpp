// Texts that venues, listings or people could send to break a message: markup, escapes, control
// and reading-order characters, broken UTF-8, and far too much.
//
// For tests of channels, each of which reads its own message back with an oracle that knows the
// medium and nothing of how the message was made.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "petrel/plain_text.hpp"

namespace petrel::kit::testing {

struct HostileText {
    const char* fact;
    std::string text;

    friend void PrintTo(const HostileText& hostile, std::ostream* out) { *out << hostile.fact; }
};

inline std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) {
        out += text;
    }
    return out;
}

inline std::vector<HostileText> hostile_texts() {
    return {
        {"bold_tag", "<b>BTC</b>"},
        {"unclosed_tag", "<a href=\"https://example.test/\">BTC"},
        {"ampersand", "A&B &lt; &amp;amp; &#x41;"},
        {"lone_angles", "< > >> <<"},
        {"escape_sequence", "\x1b[31mBTC\x1b[0m\x07"},
        {"zero_byte", std::string("BT\0C", 4)},
        {"bidi_override", "BTC\u202eTDSU\u2066x\u2069"},
        {"invisible", "B\u200bT\u200dC\ufeff"},
        {"broken_utf8", "BTC\xff\xc3(\xe2\x82\xf0\x9f"},
        {"surrogate_and_overlong", "\xed\xa0\x80\xc0\xaf"},
        {"line_breaks", "BTC\nFrom: somebody\r\nelse"},
        {"header_injection", "BTC\r\nBcc: all@example.test\r\n\r\nbody"},
        {"markdown", "**B** __T__ ~~C~~ `x` ||y|| *z* _w_ # > - \\"},
        {"markdown_link", "[BTC](https://example.test/)"},
        {"bare_link", "https://example.test/?a=b&c=d"},
        {"mentions", "@everyone @here <@123> <#4> <!channel> <!here|x> <U123>"},
        {"code_fence", "```\nBTC\n```"},
        {"encoded_word", "=?UTF-8?B?QlRD?= =41"},
        {"leading_dots", ".\r\n..\r\n.BTC"},
        {"json_breakers", "\"},{\"x\":[\\u0000]"},
        {"five_thousand_characters", repeated("x", 5'000)},
        {"five_thousand_words", repeated("storm ", 5'000)},
        {"five_thousand_angles", repeated("<", 5'000)},
        {"five_thousand_ampersands", repeated("&", 5'000)},
        {"five_thousand_stars", repeated("*", 5'000)},
        {"five_thousand_beyond_the_basic_plane", repeated("\U0001f30a", 5'000)},
        {"ten_thousand_characters", repeated("BTC \"<b>'&*_`@\u2028\U0001f30a", 700)},
        {"quotes", "\"BTC\" 'x' \u201cy\u201d \\\" \\'"},
        {"joined_emoji", "\U0001f469\u200d\U0001f4bb \U0001f1e9\U0001f1ea e\u0301"},
        {"right_to_left", "\u05d0\u05d1 \u200f\u202bBTC\u202c \u0627"},
        {"empty", ""},
    };
}

// The first thing in the text that no reader should be sent; 0 when there is none.
inline char32_t unsafe_in(std::string_view text) {
    while (!text.empty()) {
        const CodePoint c = first_code_point(text);
        text.remove_prefix(c.bytes);
        if (c.value != '\n' && is_unsafe(c.value)) {
            return c.value;
        }
    }
    return 0;
}

}  // namespace petrel::kit::testing
