// Header, sections of fields, and a context with the id and a link.
#include "message.hpp"

#include <nlohmann/json.hpp>

#include "kit/message_parts.hpp"
#include "kit/replies.hpp"
#include "kit/settings.hpp"

namespace petrel::slack {
namespace {

using nlohmann::json;

std::string_view entity_of(char32_t c) {
    return c == U'&' ? "&amp;" : c == U'<' ? "&lt;" : c == U'>' ? "&gt;" : std::string_view();
}

std::size_t escaped_units(char32_t c) {
    const std::string_view entity = entity_of(c);
    return entity.empty() ? utf16_units(c) : entity.size();
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const std::string_view entity = entity_of(static_cast<unsigned char>(c));
        out += entity.empty() ? std::string_view(&c, 1) : entity;
    }
    return out;
}

json plain(std::string_view text) {
    return {{"type", "plain_text"}, {"text", escaped(text)}, {"emoji", false}};
}

// Columns of blocks, U+2581 to U+2588 alone: in a code span they stand on one line.
bool is_sparkline(std::string_view text) {
    while (!text.empty()) {
        const CodePoint c = first_code_point(text);
        if (c.value < 0x2581 || c.value > 0x2588) {
            return false;
        }
        text.remove_prefix(c.bytes);
        if (text.empty()) {
            return true;
        }
    }
    return false;
}

// Whether nothing in a line is markup to Slack: emphasis, code, a quotation, an emoji's name. A
// colon before a blank or a figure, as in a time, is none.
bool means_nothing(std::string_view text) {
    for (std::size_t at = text.find(':'); at < text.size(); at = text.find(':', at + 1)) {
        if (at + 1 < text.size() &&
            std::string_view(" 0123456789").find(text[at + 1]) == std::string_view::npos) {
            return false;
        }
    }
    return !text.empty() && text.front() != '>' &&
           text.find_first_of("*_~`") == std::string_view::npos;
}

// The name is bold where neither it nor the value could be read as markup; else both stay plain.
json field_of(const kit::MessageLine& line) {
    const bool is_line = is_sparkline(line.value);
    if (!kit::is_made_of_letters_digits_or(" ", line.name) ||
        !(is_line || means_nothing(line.value))) {
        return plain(line.name + "\n" + line.value);
    }
    const std::string value = is_line ? "`" + line.value + "`" : escaped(line.value);
    return {{"type", "mrkdwn"}, {"text", "*" + line.name + "*\n" + value}, {"verbatim", true}};
}

kit::MessageParts block_parts(const Alert& alert) {
    kit::MessageLimits limits;
    limits.total = 12'000;
    limits.headline = kHeaderMax;
    limits.name = 200;
    limits.value = kFieldMax - 203;  // a line end between them, and two stars
    limits.footer = 500;
    limits.lines = kFieldsInSection * kSectionsMax;
    limits.measure = escaped_units;
    return kit::message_parts(alert, limits);
}

json context_of(const Alert& alert, const kit::MessageParts& parts) {
    json elements = json::array();
    const std::string note = kit::left_out_note(parts);
    for (const std::string& text : {note, parts.footer}) {
        if (!text.empty()) {
            elements.push_back(plain(text));
        }
    }
    if (kit::is_plain_link(alert.link)) {
        const std::string link = "<" + escaped(alert.link) + "|Open>";
        elements.push_back({{"type", "mrkdwn"}, {"text", link}});
    }
    return elements;
}

}  // namespace

std::string body_of(const Alert& alert) {
    const kit::MessageParts parts = block_parts(alert);
    json blocks = json::array();
    blocks.push_back({{"type", "header"}, {"text", plain(parts.headline)}});
    for (std::size_t i = 0; i < parts.lines.size(); ++i) {
        if (i % kFieldsInSection == 0) {
            blocks.push_back({{"type", "section"}, {"fields", json::array()}});
        }
        const kit::MessageLine& line = parts.lines[i];
        blocks.back()["fields"].push_back(field_of(line));
    }
    json elements = context_of(alert, parts);
    if (!elements.empty()) {
        blocks.push_back({{"type", "context"}, {"elements", std::move(elements)}});
    }
    return kit::written({{"text", escaped(parts.headline)},
                         {"mrkdwn", false},
                         {"unfurl_links", false},
                         {"unfurl_media", false},
                         {"blocks", std::move(blocks)}});
}

}  // namespace petrel::slack
