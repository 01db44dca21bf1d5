// Cleaning, then fitting: the first and the last line are always there, lines in between are given
// up from the end.
#include "kit/message_parts.hpp"

#include <algorithm>

namespace petrel::kit {
namespace {

constexpr std::size_t kNoteMax = 40;  // "… 12345 more lines"
constexpr std::size_t kWorthCutting = 32;
constexpr std::uint64_t kMinuteMs = 60'000;
constexpr std::uint64_t kHourMs = 60 * kMinuteMs;

std::string lateness(std::uint64_t late_ms) {
    return late_ms < 2 * kMinuteMs ? std::to_string(late_ms / 1'000) + " s"
           : late_ms < 2 * kHourMs ? std::to_string(late_ms / kMinuteMs) + " min"
                                   : std::to_string(late_ms / kHourMs) + " h";
}

std::string headline_of(const Alert& alert, const MessageLimits& limits) {
    std::string headline = plain_line(alert.headline);
    if (headline.find_first_not_of(' ') == std::string::npos) {
        headline = plain_line(alert.type) + " " + plain_line(alert.symbol);
    }
    // The end of a story comes late to nobody.
    if (alert.late_ms > 0 && alert.phase != PETREL_ALERT_END) {
        headline = "LATE " + lateness(alert.late_ms) + " \u00b7 " + headline;
    }
    if (alert.may_repeat) {
        headline = "MAY REPEAT \u00b7 " + headline;
    }
    if (alert.phase == PETREL_ALERT_TEST && !headline.starts_with("TEST")) {
        headline = "TEST \u00b7 " + headline;
    }
    return shortened(headline, limits.headline, limits.measure);
}

std::size_t difference(std::size_t from, std::size_t what) { return from > what ? from - what : 0; }

}  // namespace

std::string_view severity_word(std::uint32_t severity) {
    return severity >= PETREL_SEVERITY_CRITICAL  ? "critical"
           : severity == PETREL_SEVERITY_WARNING ? "warning"
                                                 : "info";
}

std::string_view side_word(Side side) {
    switch (side) {
        case Side::Buy:
            return "buy";
        case Side::Sell:
            return "sell";
        case Side::Long:
            return "long";
        case Side::Short:
            return "short";
        default:
            return {};
    }
}

MessageParts message_parts(const Alert& alert, const MessageLimits& limits) {
    const auto length = [&](std::string_view text) { return measured(text, limits.measure); };
    MessageParts parts;
    parts.headline = headline_of(alert, limits);
    parts.footer = shortened(plain_line(alert.footer), limits.footer, limits.measure);
    std::size_t room = difference(limits.total, length(parts.headline) + length(parts.footer) +
                                                    kNoteMax + 4);  // line ends around them
    for (const petrel_alert_field& field : alert.fields) {
        if (parts.left_out > 0 || parts.lines.size() >= limits.lines) {
            ++parts.left_out;
            continue;
        }
        MessageLine line{shortened(plain_line(view_of(field.name)), limits.name, limits.measure),
                         shortened(plain_line(view_of(field.value)), limits.value, limits.measure)};
        const std::size_t around = length(line.name) + 3;  // ": " and the line end
        if (room < around + std::min(length(line.value), kWorthCutting)) {
            parts.left_out = 1;
            continue;
        }
        line.value = shortened(line.value, room - around, limits.measure);
        room -= around + length(line.value);
        parts.lines.push_back(std::move(line));
    }
    return parts;
}

std::string left_out_note(const MessageParts& parts) {
    if (parts.left_out == 0) {
        return {};
    }
    return "\u2026 " + std::to_string(parts.left_out) +
           (parts.left_out == 1 ? " more line" : " more lines");
}

std::string plain_body(const MessageParts& parts) {
    std::string text;
    const auto add = [&text](const std::string& line) {
        text += (text.empty() || line.empty() ? "" : "\n") + line;
    };
    for (const MessageLine& line : parts.lines) {
        add(line.name + ": " + line.value);
    }
    add(left_out_note(parts));
    add(parts.footer);
    return text;
}

std::string plain_text(const MessageParts& parts) {
    const std::string body = plain_body(parts);
    return body.empty() ? parts.headline : parts.headline + "\n" + body;
}

}  // namespace petrel::kit
