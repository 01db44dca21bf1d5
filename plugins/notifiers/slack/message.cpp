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

// A name that could be read as markup is not shown as such: its value stays plain, too.
json field_of(const kit::MessageLine& line) {
    if (is_sparkline(line.value) && kit::is_made_of_letters_digits_or(" ", line.name)) {
        return {{"type", "mrkdwn"}, {"text", line.name + "\n`" + line.value + "`"}};
    }
    return plain(line.name + "\n" + line.value);
}

kit::MessageParts block_parts(const Alert& alert) {
    kit::MessageLimits limits;
    limits.total = 12'000;
    limits.headline = kHeaderMax;
    limits.name = 200;
    limits.value = kFieldMax - 201;  // a line end between them
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
