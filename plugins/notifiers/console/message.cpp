// Text is cleaned first and coloured last, so that the only escape sequences are ours.
#include "message.hpp"

#include <array>
#include <cstdio>
#include <initializer_list>

#include "petrel/plain_text.hpp"

namespace petrel::console {
namespace {

constexpr std::string_view kDown = "\u25bc";        // ▼
constexpr std::string_view kUp = "\u25b2";          // ▲
constexpr std::string_view kNone = "\u2022";        // •
constexpr std::string_view kIndent = "          ";  // under the arrow

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kReset = "\x1b[0m";

// Time of day in UTC from nanoseconds since 1970; times before that wrap around as well.
std::string clock_time(std::int64_t at_ns) {
    constexpr std::int64_t day_s = 86'400;
    const std::int64_t second = ((at_ns / kNsPerSecond) % day_s + day_s) % day_s;
    std::array<char, 16> room{};
    std::snprintf(room.data(), room.size(), "%02d:%02d:%02d", static_cast<int>(second / 3'600),
                  static_cast<int>(second / 60 % 60), static_cast<int>(second % 60));
    return room.data();
}

// Liquidated longs and aggressive sellers push the price down.
std::string_view arrow_of(Side side) {
    switch (side) {
        case Side::Long:
        case Side::Sell:
            return kDown;
        case Side::Short:
        case Side::Buy:
            return kUp;
        case Side::None:
            break;
    }
    return kNone;
}

std::string_view colour_of(std::string_view arrow) {
    return arrow == kDown ? kRed : arrow == kUp ? kGreen : std::string_view();
}

// The headline without an arrow of its own: the line begins with one already.
std::string_view without_arrow(std::string_view headline) {
    for (const std::string_view arrow : {kDown, kUp}) {
        if (headline.starts_with(arrow)) {
            headline.remove_prefix(arrow.size());
            headline.remove_prefix(std::min(headline.find_first_not_of(' '), headline.size()));
        }
    }
    return headline;
}

std::string two_decimals(double value) {
    std::array<char, 32> room{};
    std::snprintf(room.data(), room.size(), "%.2f", value);
    return room.data();
}

class Painter {
public:
    explicit Painter(Colour colour) : colour_(colour) {}
    [[nodiscard]] std::string paint(std::string_view sequence, std::string_view text) const {
        if (colour_ == Colour::Plain || sequence.empty()) {
            return std::string(text);
        }
        return std::string(sequence) + std::string(text) + std::string(kReset);
    }

private:
    Colour colour_;
};

std::string first_line(const Alert& alert, const Painter& painter) {
    const std::string_view arrow = arrow_of(alert.side);
    const std::string cleaned = plain_line(alert.headline);
    const std::string_view headline = without_arrow(cleaned);
    const std::string symbol = plain_line(alert.symbol);
    std::string line =
        clock_time(alert.at_ns) + "  " + painter.paint(colour_of(arrow), arrow) + " ";
    if (!symbol.empty() && !headline.starts_with(symbol)) {
        line += painter.paint(kBold, symbol) + "  ";
    }
    line += painter.paint(alert.severity >= PETREL_SEVERITY_CRITICAL ? kBold : "", headline);
    const std::string score = two_decimals(alert.score);
    if (alert.score > 0 && headline.find(score) == std::string_view::npos) {
        line += "   score " + score;
    }
    return line + "\n";
}

}  // namespace

std::string message_of(const Alert& alert, Colour colour) {
    const Painter painter(colour);
    std::string text = first_line(alert, painter);
    for (const petrel_alert_field& field : alert.fields) {
        const std::string name = plain_line(view_of(field.name));
        text += std::string(kIndent) + painter.paint(kDim, name + ":") + " " +
                plain_line(view_of(field.value)) + "\n";
    }
    if (!alert.footer.empty()) {
        text += std::string(kIndent) + painter.paint(kDim, plain_line(alert.footer)) + "\n";
    }
    return text;
}

}  // namespace petrel::console
