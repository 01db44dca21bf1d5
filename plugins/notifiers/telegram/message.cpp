// Cleaning, then fitting, then markup: three steps, each of which sees the result of the one
// before.
#include "message.hpp"

#include <algorithm>

#include "petrel/plain_text.hpp"

namespace petrel::telegram {
namespace {

// Shares of kTextMax that the first and the last line may take, so that both are always there.
constexpr std::size_t kHeadlineMax = 1024;
constexpr std::size_t kFooterMax = 256;
constexpr std::size_t kNameMax = 128;
constexpr std::size_t kNoteMax = 40;  // "… 12345 more lines"
constexpr std::size_t kWorthCutting = 32;

constexpr std::string_view kSeparator = " \u00b7 ";  // between time and id in the footer

struct Line {
    std::string name;
    std::string value;
};

// The alert, clean, and short enough to be sent whole.
struct Parts {
    std::string headline;
    std::vector<Line> lines;
    std::size_t left_out = 0;
    std::string footer;
};

std::string headline_of(const Alert& alert) {
    std::string headline = plain_line(alert.headline);
    if (headline.find_first_not_of(' ') == std::string::npos) {
        headline = plain_line(alert.type) + " " + plain_line(alert.symbol);
    }
    return shortened(headline, kHeadlineMax);
}

std::string note_of(std::size_t left_out) {
    return "\u2026 " + std::to_string(left_out) + (left_out == 1 ? " more line" : " more lines");
}

Parts fitting_parts(const Alert& alert) {
    Parts parts;
    parts.headline = headline_of(alert);
    parts.footer = shortened(plain_line(alert.footer), kFooterMax);
    std::size_t room = kTextMax - utf16_length(parts.headline) - utf16_length(parts.footer) -
                       kNoteMax - 4;  // line ends around the lines and the note
    for (const petrel_alert_field& field : alert.fields) {
        if (parts.left_out > 0) {
            ++parts.left_out;
            continue;
        }
        Line line{shortened(plain_line(view_of(field.name)), kNameMax),
                  plain_line(view_of(field.value))};
        const std::size_t around = utf16_length(line.name) + 3;  // ": " and the line end
        if (room < around + std::min(utf16_length(line.value), kWorthCutting)) {
            parts.left_out = 1;
            continue;
        }
        line.value = shortened(line.value, room - around);
        room -= around + utf16_length(line.value);
        parts.lines.push_back(std::move(line));
    }
    return parts;
}

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

// The id in the footer as code, so that a tap copies it.
std::string marked_footer(std::string_view footer) {
    const std::size_t separator = footer.rfind(kSeparator);
    if (separator == std::string_view::npos) {
        return escaped(footer);
    }
    const std::size_t id = separator + kSeparator.size();
    return escaped(footer.substr(0, id)) + "<code>" + escaped(footer.substr(id)) + "</code>";
}

}  // namespace

std::string text_of_alert(const Alert& alert, Markup markup) {
    const Parts parts = fitting_parts(alert);
    const bool html = markup == Markup::Html;
    std::string text = html ? "<b>" + escaped(parts.headline) + "</b>" : parts.headline;
    for (const Line& line : parts.lines) {
        const std::string whole = line.name + ": " + line.value;
        text += "\n" + (html ? escaped(whole) : whole);
    }
    if (parts.left_out > 0) {
        text += "\n" + note_of(parts.left_out);
    }
    if (!parts.footer.empty()) {
        text += "\n" + (html ? marked_footer(parts.footer) : parts.footer);
    }
    return text;
}

}  // namespace petrel::telegram
