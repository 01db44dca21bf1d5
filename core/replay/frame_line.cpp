// A reader of exactly this form of line; the frame inside is unescaped as JSON strings are
// (RFC 8259, section 7), surrogate pairs included.
#include "replay/frame_line.hpp"

#include <cmath>

#include "petrel/abi/exchange.h"
#include "petrel/decimal.hpp"

namespace petrel::core {
namespace {

void skip_space(std::string_view& text) {
    while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) {
        text.remove_prefix(1);
    }
}

bool take(std::string_view& text, char expected) {
    skip_space(text);
    if (text.empty() || text[0] != expected) {
        return false;
    }
    text.remove_prefix(1);
    return true;
}

// Length of the string's content up to its closing quote, or npos.
std::size_t closing_quote(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            return i;
        }
    }
    return std::string_view::npos;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Reads four hexadecimal digits; -1 when they are not.
std::int32_t code_unit(std::string_view text) {
    if (text.size() < 4) {
        return -1;
    }
    std::int32_t unit = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const int digit = hex_digit(text[i]);
        if (digit < 0) {
            return -1;
        }
        unit = unit * 16 + digit;
    }
    return unit;
}

char* put_utf8(std::uint32_t code, char* to) {
    if (code < 0x80) {
        *to++ = static_cast<char>(code);
    } else if (code < 0x800) {
        *to++ = static_cast<char>(0xC0 | (code >> 6));
        *to++ = static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        *to++ = static_cast<char>(0xE0 | (code >> 12));
        *to++ = static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        *to++ = static_cast<char>(0x80 | (code & 0x3F));
    } else {
        *to++ = static_cast<char>(0xF0 | (code >> 18));
        *to++ = static_cast<char>(0x80 | ((code >> 12) & 0x3F));
        *to++ = static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        *to++ = static_cast<char>(0x80 | (code & 0x3F));
    }
    return to;
}

char plain_escape(char c) {
    switch (c) {
        case 'n':
            return '\n';
        case 't':
            return '\t';
        case 'r':
            return '\r';
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case '"':
        case '\\':
        case '/':
            return c;
        default:
            return '\0';
    }
}

// Unescapes the \uXXXX at `at` (which points behind the u); moves `at` and `to`, false when bad.
bool unescape_unicode(std::string_view text, std::size_t& at, char*& to) {
    std::int32_t unit = code_unit(text.substr(at));
    if (unit < 0) {
        return false;
    }
    at += 4;
    auto code = static_cast<std::uint32_t>(unit);
    if (code >= 0xD800 && code < 0xDC00) {
        if (text.substr(at, 2) != "\\u") {
            return false;
        }
        const std::int32_t low = code_unit(text.substr(at + 2));
        if (low < 0xDC00 || low > 0xDFFF) {
            return false;
        }
        at += 6;
        code = 0x10000 + ((code - 0xD800) << 10) + (static_cast<std::uint32_t>(low) - 0xDC00);
    }
    to = put_utf8(code, to);
    return true;
}

// The value behind a key we do not know: a string, a number, true, false or null.
bool skip_value(std::string_view& text) {
    skip_space(text);
    if (!text.empty() && text[0] == '"') {
        const std::size_t end = closing_quote(text.substr(1));
        if (end == std::string_view::npos) {
            return false;
        }
        text.remove_prefix(end + 2);
        return true;
    }
    const std::size_t end = text.find_first_of(",}");
    if (end == std::string_view::npos || text.find_first_of("[{") < end) {
        return false;
    }
    text.remove_prefix(end);
    return true;
}

}  // namespace

std::string_view FrameLine::read_string(std::string_view& rest, std::string_view& text) {
    if (!take(rest, '"')) {
        return "a string was expected";
    }
    const std::size_t end = closing_quote(rest);
    if (end == std::string_view::npos) {
        return "a string does not end";
    }
    text = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return {};
}

std::string_view FrameLine::read_raw(std::string_view& rest) {
    std::string_view text;
    if (const std::string_view wrong = read_string(rest, text); !wrong.empty()) {
        return wrong;
    }
    if (raw_.size() < text.size() + PETREL_FRAME_PADDING) {
        raw_.resize(text.size() * 2 + PETREL_FRAME_PADDING);
    }
    char* to = raw_.data();
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] != '\\') {
            *to++ = text[at++];
            continue;
        }
        const char escape = text[at + 1];
        at += 2;
        if (escape == 'u') {
            if (!unescape_unicode(text, at, to)) {
                return "a \\u escape is malformed";
            }
        } else if (const char c = plain_escape(escape); c != '\0') {
            *to++ = c;
        } else {
            return "an escape is unknown";
        }
    }
    raw_length_ = static_cast<std::size_t>(to - raw_.data());
    return {};
}

std::string_view FrameLine::read_time(std::string_view& rest) {
    skip_space(rest);
    if (rest.starts_with("null")) {
        rest.remove_prefix(4);
        return {};
    }
    const std::size_t end = rest.find_first_of(",} ");
    const std::optional<double> seconds = parse_decimal(rest.substr(0, end));
    if (!seconds || *seconds < 0 || *seconds > 4e9) {
        return "recv_ts is no time in epoch seconds";
    }
    receive_ts_ns_ = std::llround(*seconds * 1e6) * 1'000;  // a double holds microseconds
    rest.remove_prefix(end);
    return {};
}

std::string_view FrameLine::parse(std::string_view line) {
    venue_ = {};
    raw_length_ = 0;
    receive_ts_ns_ = 0;
    bool has_raw = false;
    if (!take(line, '{')) {
        return "the line is no JSON object";
    }
    do {
        std::string_view key;
        if (std::string_view wrong = read_string(line, key); !wrong.empty()) {
            return wrong;
        }
        if (!take(line, ':')) {
            return "a colon was expected behind a key";
        }
        std::string_view wrong;
        if (key == "raw") {
            wrong = read_raw(line);
            has_raw = true;
        } else if (key == "venue") {
            wrong = read_string(line, venue_);
        } else if (key == "recv_ts") {
            wrong = read_time(line);
        } else if (!skip_value(line)) {
            wrong = "a value is malformed";
        }
        if (!wrong.empty()) {
            return wrong;
        }
    } while (take(line, ','));
    if (!take(line, '}')) {
        return "the object does not end";
    }
    return has_raw && !venue_.empty() ? std::string_view() : "venue or raw is missing";
}

}  // namespace petrel::core
