// A reader of exactly this form of line; the frame inside is unescaped as JSON strings are
// (RFC 8259, section 7), surrogate pairs included.
#include "replay/frame_line.hpp"

#include <algorithm>
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

// Digits and nothing else, at most 19 of them.
bool read_whole(std::string_view text, std::uint64_t& value) {
    if (text.empty() || text.size() > 19) {
        return false;
    }
    value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') {
            return false;
        }
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return true;
}

// A list or an object, up to the bracket that closes it; brackets inside strings do not count.
bool skip_nested(std::string_view& text) {
    std::size_t depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') {
            const std::size_t end = closing_quote(text.substr(i + 1));
            if (end == std::string_view::npos) {
                return false;
            }
            i += end + 1;
        } else if (text[i] == '[' || text[i] == '{') {
            ++depth;
        } else if ((text[i] == ']' || text[i] == '}') && --depth == 0) {
            text.remove_prefix(i + 1);
            return true;
        }
    }
    return false;
}

// The value behind a key we do not know.
bool skip_value(std::string_view& text) {
    skip_space(text);
    if (!text.empty() && (text[0] == '[' || text[0] == '{')) {
        return skip_nested(text);
    }
    if (!text.empty() && text[0] == '"') {
        const std::size_t end = closing_quote(text.substr(1));
        if (end == std::string_view::npos) {
            return false;
        }
        text.remove_prefix(end + 2);
        return true;
    }
    const std::size_t end = text.find_first_of(",}");
    if (end == std::string_view::npos) {
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
    const std::size_t end = std::min(rest.find_first_of(",} "), rest.size());
    const std::string_view text = rest.substr(0, end);
    const std::optional<double> seconds = parse_decimal(text);
    if (!seconds || *seconds < 0 || *seconds > 4e9) {
        return "recv_ts is no time in epoch seconds";
    }
    const std::size_t point = text.find('.');
    std::uint64_t whole = 0;
    std::uint64_t fraction = 0;
    if (point != std::string_view::npos && text.size() - point == 10 &&
        read_whole(text.substr(0, point), whole) && read_whole(text.substr(point + 1), fraction)) {
        receive_ts_ns_ = static_cast<std::int64_t>(whole * 1'000'000'000 + fraction);
    } else {
        receive_ts_ns_ = std::llround(*seconds * 1e6) * 1'000;
    }
    rest.remove_prefix(end);
    return {};
}

std::string_view FrameLine::read_event(std::string_view& rest) {
    std::string_view word;
    if (const std::string_view wrong = read_string(rest, word); !wrong.empty()) {
        return wrong;
    }
    if (word == "open") {
        kind_ = LineKind::Open;
    } else if (word == "end") {
        kind_ = LineKind::End;
    } else if (word == "reply") {
        kind_ = LineKind::Reply;
    } else {
        return "an event is neither open, end nor reply";
    }
    return {};
}

std::string_view FrameLine::read_purpose(std::string_view& rest) {
    std::string_view word;
    if (const std::string_view wrong = read_string(rest, word); !wrong.empty()) {
        return wrong;
    }
    purpose_ = word == "discovery"  ? PETREL_REQUEST_DISCOVERY
               : word == "poll"     ? PETREL_REQUEST_POLL
               : word == "backfill" ? PETREL_REQUEST_BACKFILL
                                    : 0;
    return purpose_ != 0 ? std::string_view() : "a purpose is not discovery, poll or backfill";
}

std::string_view FrameLine::read_key(std::string_view key, std::string_view& rest) {
    if (key == "raw") {
        has_raw_ = true;
        return read_raw(rest);
    }
    if (key == "venue") {
        return read_string(rest, venue_);
    }
    if (key == "recv_ts") {
        return read_time(rest);
    }
    if (key == "event") {
        return read_event(rest);
    }
    if (key == "purpose") {
        return read_purpose(rest);
    }
    if (key == "native") {
        return read_string(rest, native_);
    }
    std::uint64_t* number = key == "conn"     ? &numbers_.connection
                            : key == "tag"    ? &numbers_.tag
                            : key == "status" ? &numbers_.status
                                              : nullptr;
    if (number == nullptr) {
        return skip_value(rest) ? std::string_view() : "a value is malformed";
    }
    skip_space(rest);
    const std::size_t end = std::min(rest.find_first_of(",} "), rest.size());
    const bool whole = read_whole(rest.substr(0, end), *number) &&
                       (number == &numbers_.tag || *number <= UINT32_MAX);
    rest.remove_prefix(end);
    return whole ? std::string_view() : "conn, tag or status is no whole number";
}

std::string_view FrameLine::missing() const {
    const bool wants_raw = kind_ == LineKind::Frame || kind_ == LineKind::Reply;
    if (venue_.empty() || (wants_raw && !has_raw_)) {
        return "venue or raw is missing";
    }
    return kind_ == LineKind::Reply && purpose_ == 0 ? "a reply without its purpose"
                                                     : std::string_view();
}

std::string_view FrameLine::parse(std::string_view line) {
    kind_ = LineKind::Frame;
    has_raw_ = false;
    purpose_ = 0;
    numbers_ = {};
    venue_ = {};
    native_ = {};
    raw_length_ = 0;
    receive_ts_ns_ = 0;
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
        if (const std::string_view wrong = read_key(key, line); !wrong.empty()) {
            return wrong;
        }
    } while (take(line, ','));
    return take(line, '}') ? missing() : "the object does not end";
}

}  // namespace petrel::core
