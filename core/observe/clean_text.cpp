// A hand-written UTF-8 walk: what is not a well-formed, printable character is replaced, so that
// nothing a venue or provider sends can move a cursor, forge a log line or hide text.
#include "observe/clean_text.hpp"

#include <cstdint>
#include <cstdio>

namespace petrel::core {
namespace {

struct Character {
    char32_t point = 0;
    std::size_t bytes = 1;  // how far to step
    bool valid = false;
};

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

Character next(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80) {
        return {lead, 1, true};
    }
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) {
        return {};
    }
    char32_t point = lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if (!continues(text[i])) {
            return {};
        }
        point = (point << 6) | (static_cast<unsigned char>(text[i]) & 0x3FU);
    }
    constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    return {point, length, point >= smallest[length] && point <= 0x10FFFF && !surrogate};
}

bool printable(char32_t point) {
    struct Range {
        char32_t first;
        char32_t last;
    };
    // Controls; soft hyphen; zero-width and direction marks; separators; bidi; tags; BOM.
    constexpr Range hidden[] = {{0x00, 0x1F},     {0x7F, 0x9F},      {0xAD, 0xAD},
                                {0x61C, 0x61C},   {0x180E, 0x180E},  {0x200B, 0x200F},
                                {0x2028, 0x202E}, {0x2060, 0x206F},  {0xFEFF, 0xFEFF},
                                {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};
    for (const Range& range : hidden) {
        if (point >= range.first && point <= range.last) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::string clean_text(std::string_view text, std::size_t bytes_max) {
    std::string out;
    out.reserve(text.size() < bytes_max ? text.size() : bytes_max);
    while (!text.empty()) {
        const Character c = next(text);
        const bool space = text[0] == '\n' || text[0] == '\t';
        const bool keep = c.valid && printable(c.point);
        const std::string_view piece = keep ? text.substr(0, c.bytes) : (space ? " " : "?");
        if (out.size() + piece.size() > bytes_max) {
            return out + "…";
        }
        out += piece;
        text.remove_prefix(c.valid ? c.bytes : 1);
    }
    return out;
}

std::string json_escape(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 8);
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            char code[8];
            std::snprintf(code, sizeof(code), "\\u%04x", static_cast<unsigned>(c));
            out += code;
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace petrel::core
