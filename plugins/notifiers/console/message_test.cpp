// Lines for the terminal, character by character, and that nothing of an alert can steer it.
#include "message.hpp"

#include <gtest/gtest.h>

#include "petrel/plain_text.hpp"
#include "petrel/testing/fake_notifier_host.hpp"

namespace petrel::console {
namespace {

using testing::AlertBuilder;

std::string message_for(AlertBuilder alert, Colour colour = Colour::Plain) {
    const petrel_alert raw = alert.raw();
    return message_of(Alert(&raw), colour);
}

// 2026-01-01 18:40:40 UTC.
constexpr std::int64_t kEvening = testing::FakeClock::kStartNs + 67'240 * kNsPerSecond;

TEST(ConsoleMessage, has_the_documented_layout) {
    EXPECT_EQ(message_for(AlertBuilder()
                              .headline("long storm at least $17.9M in 78 s")
                              .side(Side::Long)
                              .score(1.41)
                              .at_ns(kEvening)
                              .field("Side", "long positions liquidated")
                              .field("Total", "at least $17.9M, 312 events")
                              .footer("18:40:40 UTC \u00b7 sig-7f3a")),
              "18:40:40  \u25bc BTC-USDT-PERP  long storm at least $17.9M in 78 s   score 1.41\n"
              "          Side: long positions liquidated\n"
              "          Total: at least $17.9M, 312 events\n"
              "          18:40:40 UTC \u00b7 sig-7f3a\n");
}

TEST(ConsoleMessage, arrow_tells_which_way_the_price_is_pushed) {
    const auto arrow = [](Side side) {
        return message_for(AlertBuilder().side(side).at_ns(kEvening)).substr(10, 3);
    };
    EXPECT_EQ(arrow(Side::Long), "\u25bc");
    EXPECT_EQ(arrow(Side::Sell), "\u25bc");
    EXPECT_EQ(arrow(Side::Short), "\u25b2");
    EXPECT_EQ(arrow(Side::Buy), "\u25b2");
    EXPECT_EQ(arrow(Side::None), "\u2022");
}

TEST(ConsoleMessage, nothing_is_said_twice) {
    const std::string line =
        message_for(AlertBuilder()
                        .headline("\u25bc BTC-USDT-PERP long storm $17.9M \u00b7 1.41 extreme")
                        .score(1.41)
                        .footer("")
                        .at_ns(kEvening));
    EXPECT_EQ(line, "18:40:40  \u25bc BTC-USDT-PERP long storm $17.9M \u00b7 1.41 extreme\n");
}

TEST(ConsoleMessage, times_before_1970_are_times_of_day_as_well) {
    EXPECT_TRUE(message_for(AlertBuilder().at_ns(-kNsPerSecond)).starts_with("23:59:59  "));
}

TEST(ConsoleMessage, colour_surrounds_the_same_text) {
    AlertBuilder alert;
    alert.side(Side::Buy).severity(PETREL_SEVERITY_CRITICAL).field("Side", "buyers").score(0.8);
    std::string coloured = message_for(alert, Colour::Ansi);
    EXPECT_NE(coloured.find("\x1b[32m\u25b2\x1b[0m"), std::string::npos);
    for (std::size_t at = coloured.find('\x1b'); at != std::string::npos;
         at = coloured.find('\x1b')) {
        coloured.erase(at, coloured.find('m', at) - at + 1);
    }
    EXPECT_EQ(coloured, message_for(alert));
}

TEST(ConsoleMessage, nothing_of_an_alert_can_steer_the_terminal) {
    const std::string hostile = "\x1b]0;owned\x07\x1b[2J\rBTC\u202e\u009b31m\x7f\b\b\n\xff";
    const std::string text = message_for(
        AlertBuilder().headline(hostile).symbol(hostile).field(hostile, hostile).footer(hostile));
    std::size_t lines = 0;
    for (std::string_view rest = text; !rest.empty();) {
        const CodePoint c = first_code_point(rest);
        rest.remove_prefix(c.bytes);
        lines += c.value == '\n' ? 1 : 0;
        EXPECT_TRUE(c.value == '\n' || !is_unsafe(c.value)) << static_cast<unsigned>(c.value);
    }
    EXPECT_EQ(lines, 3U);
}

}  // namespace
}  // namespace petrel::console
