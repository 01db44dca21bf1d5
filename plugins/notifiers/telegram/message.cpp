// Cleaning, then fitting, then markup: three steps, each of which sees the result of the one
// before.
#include "message.hpp"

#include "kit/message_parts.hpp"

namespace petrel::telegram {
namespace {

// Bytes from which the last of several lines is folded: a phone shows three rows of it, and the
// rest on a tap.
constexpr std::size_t kLongLine = 90;
const std::string kFold = "<blockquote expandable>";
const std::string kFoldEnd = "</blockquote>";
constexpr std::string_view kSeparator = " \u00b7 ";  // between time and id in the footer

// Escapes the three characters that HTML of Telegram knows; nothing else has a meaning.
std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '&':
                out += "&amp;";
                break;
            default:
                out.push_back(c);
        }
    }
    return out;
}

// The id in the footer as code, so that a tap copies it. Of a single event it stands alone.
std::string marked_footer(std::string_view footer, std::string_view story_id) {
    const std::size_t separator = footer.rfind(kSeparator);
    if (separator == std::string_view::npos && (footer != story_id || footer.empty())) {
        return escaped(footer);
    }
    const std::size_t id = separator == std::string_view::npos ? 0 : separator + kSeparator.size();
    return escaped(footer.substr(0, id)) + "<code>" + escaped(footer.substr(id)) + "</code>";
}

bool is_folded(const kit::MessageParts& parts, const kit::MessageLine& line) {
    return parts.lines.size() > 1 && &line == &parts.lines.back() && line.value.size() > kLongLine;
}

}  // namespace

std::string text_of_alert(const Alert& alert, Markup markup, std::size_t units_max) {
    kit::MessageLimits limits;
    limits.total = units_max;
    limits.headline = units_max / 4;
    const kit::MessageParts parts = kit::message_parts(alert, limits);
    if (markup == Markup::None) {
        return kit::plain_text(parts);
    }
    std::string text = "<b>" + escaped(parts.headline) + "</b>";
    for (const kit::MessageLine& line : parts.lines) {
        const std::string words = escaped(line.name + ": " + line.value);
        text += "\n" + (is_folded(parts, line) ? kFold + words + kFoldEnd : words);
    }
    for (const std::string& line :
         {kit::left_out_note(parts), marked_footer(parts.footer, alert.story_id)}) {
        if (!line.empty()) {
            text += "\n" + line;
        }
    }
    return text;
}

}  // namespace petrel::telegram
