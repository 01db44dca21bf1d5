// Messages of hostile alerts, checked by reading them back as Telegram would: an oracle that knows
// the allowed tags and entities, and nothing of how the text was made.
#include "message.hpp"

#include <gtest/gtest.h>

#include "kit/testing/hostile_texts.hpp"
#include "petrel/plain_text.hpp"
#include "petrel/testing/fake_notifier_host.hpp"

namespace petrel::telegram {
namespace {

using kit::testing::repeated;
using testing::AlertBuilder;

std::string text_for(AlertBuilder& builder, Markup markup, std::size_t units_max = kTextMax) {
    const petrel_alert raw = builder.raw();
    return text_of_alert(Alert(&raw), markup, units_max);
}

// What Telegram would show, or why it would refuse.
struct ReadBack {
    std::string shown;
    std::string fault;
};

ReadBack read_back(std::string_view html) {
    ReadBack result;
    std::string open;  // the tag that is open; ours do not nest
    while (!html.empty()) {
        if (html.front() == '<') {
            const std::size_t end = html.find('>');
            if (end == std::string_view::npos) {
                result.fault = "tag without an end";
                return result;
            }
            const std::string tag(html.substr(1, end - 1));
            if (open.empty() && (tag == "b" || tag == "code" || tag == "blockquote expandable")) {
                open = tag.substr(0, tag.find(' '));
            } else if (!open.empty() && tag == "/" + open) {
                open.clear();
            } else {
                result.fault = "unexpected tag <" + tag + ">";
                return result;
            }
            html.remove_prefix(end + 1);
        } else if (html.front() == '&') {
            constexpr std::pair<std::string_view, char> known[] = {
                {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}};
            bool found = false;
            for (const auto& [entity, character] : known) {
                if (!found && html.starts_with(entity)) {
                    result.shown.push_back(character);
                    html.remove_prefix(entity.size());
                    found = true;
                }
            }
            if (!found) {
                result.fault = "unknown entity";
                return result;
            }
        } else if (html.front() == '>') {
            result.fault = "bare >";
            return result;
        } else {
            result.shown.push_back(html.front());
            html.remove_prefix(1);
        }
    }
    result.fault = open.empty() ? "" : "<" + open + "> is never closed";
    return result;
}

TEST(TelegramMessage, has_the_documented_layout) {
    AlertBuilder alert;
    alert.headline("\u25bc BTC long storm \u2265 $17.9M in 78 s \u00b7 1.41 extreme")
        .field("Side", "long positions liquidated")
        .field("Total", "at least $17.9M, 312 events")
        .footer("18:40:40 UTC \u00b7 sig-7f3a");
    EXPECT_EQ(text_for(alert, Markup::Html),
              "<b>\u25bc BTC long storm \u2265 $17.9M in 78 s \u00b7 1.41 extreme</b>\n"
              "Side: long positions liquidated\n"
              "Total: at least $17.9M, 312 events\n"
              "18:40:40 UTC \u00b7 <code>sig-7f3a</code>");
    AlertBuilder single;
    single.story("sig-1").footer("sig-1");
    EXPECT_TRUE(text_for(single, Markup::Html).ends_with("\n<code>sig-1</code>"));
    EXPECT_EQ(text_for(alert, Markup::None),
              "\u25bc BTC long storm \u2265 $17.9M in 78 s \u00b7 1.41 extreme\n"
              "Side: long positions liquidated\n"
              "Total: at least $17.9M, 312 events\n"
              "18:40:40 UTC \u00b7 sig-7f3a");
}

class HostileName : public ::testing::TestWithParam<kit::testing::HostileText> {};

TEST_P(HostileName, is_read_back_as_the_plain_text) {
    AlertBuilder alert;
    alert.headline(GetParam().text + " storm").field(GetParam().text, GetParam().text);
    alert.footer("00:00:00 UTC \u00b7 " + GetParam().text);
    const ReadBack html = read_back(text_for(alert, Markup::Html));
    EXPECT_EQ(html.fault, "");
    EXPECT_EQ(html.shown, text_for(alert, Markup::None));
    EXPECT_LE(utf16_length(html.shown), kTextMax);
    EXPECT_EQ(kit::testing::unsafe_in(html.shown), 0U);
    alert.field("Why", GetParam().text);
    const ReadBack caption = read_back(text_for(alert, Markup::Html, kCaptionMax));
    EXPECT_EQ(caption.fault, "");
    EXPECT_LE(utf16_length(caption.shown), kCaptionMax);
}

TEST(TelegramMessage, a_long_last_line_is_folded) {
    AlertBuilder alert;
    alert.headline("BTC storm").field("Side", "long").field("Why", repeated("0.50 a & ", 12));
    alert.footer("00:00:00 UTC \u00b7 sig-1");
    const std::string html = text_for(alert, Markup::Html);
    EXPECT_NE(html.find("\n<blockquote expandable>Why: 0.50 a &amp; "), std::string::npos) << html;
    EXPECT_NE(html.find("</blockquote>\n00:00:00 UTC"), std::string::npos) << html;
    AlertBuilder alone;
    alone.field("Detail", repeated("what to do ", 12));
    EXPECT_EQ(text_for(alone, Markup::Html).find("blockquote"), std::string::npos)
        << "the only line is not hidden";
}

INSTANTIATE_TEST_SUITE_P(telegram, HostileName, ::testing::ValuesIn(kit::testing::hostile_texts()),
                         [](const auto& given) { return given.param.fact; });

TEST(TelegramMessage, long_alert_keeps_first_and_last_line_and_counts_what_is_left_out) {
    AlertBuilder alert;
    alert.headline("BTC storm").footer("00:00:00 UTC \u00b7 sig-1");
    for (int i = 0; i < 100; ++i) {
        alert.field("Field " + std::to_string(i), repeated("&", 100));
    }
    const std::string plain = text_for(alert, Markup::None);
    EXPECT_LE(utf16_length(plain), kTextMax);
    EXPECT_GT(utf16_length(plain), kTextMax - 200);
    EXPECT_TRUE(plain.starts_with("BTC storm\nField 0: &&&"));
    EXPECT_TRUE(plain.ends_with("\n00:00:00 UTC \u00b7 sig-1"));

    // Every field is either shown or counted in the note.
    std::size_t shown = 0;
    for (std::size_t at = plain.find("\nField "); at != std::string::npos;
         at = plain.find("\nField ", at + 1)) {
        ++shown;
    }
    const std::string note = "\n\u2026 " + std::to_string(100 - shown) + " more lines\n";
    EXPECT_NE(plain.find(note), std::string::npos) << plain.substr(plain.size() - 120);
}

TEST(TelegramMessage, alert_without_a_headline_is_named_by_its_type) {
    AlertBuilder alert;
    alert.headline("").type("SYSTEM").symbol("").footer("");
    EXPECT_EQ(text_for(alert, Markup::Html), "<b>SYSTEM </b>");
}

}  // namespace
}  // namespace petrel::telegram
