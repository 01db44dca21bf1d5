// Matchers as people write them, there and back, and what is no matcher.
#include "routing/match_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "routing/alert_match.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(MatchText, is_read_and_written_back_in_one_order) {
    const auto match =
        parse_match("  score>=0.85 symbol=BTC-*,ETH-*  severity>=warning side=long ");
    ASSERT_TRUE(match.ok()) << match.status().message();
    EXPECT_THAT(match->symbols, ElementsAre("BTC-*", "ETH-*"));
    EXPECT_THAT(match->sides, ElementsAre("long"));
    EXPECT_EQ(match->severity_min, 2U);
    EXPECT_EQ(match->score_min, 0.85);
    const std::string text = match_text(*match);
    EXPECT_EQ(text, "symbol=BTC-*,ETH-* side=long severity>=warning score>=0.85");
    EXPECT_EQ(match_text(*parse_match(text)), text);
    EXPECT_EQ(match_text(*parse_match("all")), "all");
    EXPECT_EQ(match_text(*parse_match("rule=default@* type=GLOBAL_RADAR")),
              "type=GLOBAL_RADAR rule=default@*");
}

TEST(MatchText, says_what_is_no_matcher) {
    const auto why = [](std::string_view text) { return parse_match(text).status().message(); };
    EXPECT_THAT(why(""), HasSubstr("or all for every alert"));
    EXPECT_THAT(why("symbl=BTC"), HasSubstr("did you mean 'symbol'?"));
    EXPECT_THAT(why("BTC-*"), HasSubstr("'BTC-*' is no matcher"));
    EXPECT_THAT(why("symbol="), HasSubstr("names nothing after the ="));
    EXPECT_THAT(why("symbol=a,,b"), HasSubstr("empty pattern"));
    EXPECT_THAT(why("severity>=loud"), HasSubstr("info, warning or critical"));
    EXPECT_THAT(why("score>=nan"), HasSubstr("is no score"));
    EXPECT_THAT(why("score>=1x"), HasSubstr("is no score"));
    EXPECT_THAT(why("symbol=" + std::string(600, 'x')), HasSubstr("at most 500"));
}

TEST(MatchText, everything_is_meant_by_the_word_all_alone) {
    const auto why = [](std::string_view text) { return parse_match(text).status().message(); };
    for (const char* open : {"symbol=*", "severity>=info", "score>=0", "symbol=BTC-*,* type=**"}) {
        EXPECT_THAT(why(open), HasSubstr("write all if that is meant")) << open;
    }
    EXPECT_THAT(why("all symbol=BTC-*"), HasSubstr("'all' stands alone"));
    EXPECT_TRUE(matches(*parse_match("all"), {.type = "LIQ_STORM"}));
}

TEST(MatchText, a_symbol_may_be_written_as_people_do) {
    EXPECT_THAT(parse_match("symbol=BTCUSDT,eth/usdt:usdt,SOL-*")->symbols,
                ElementsAre("BTC-USDT-PERP", "ETH-USDT-PERP", "SOL-*"));
    EXPECT_THAT(parse_match("symbol=BTC").status().message(), HasSubstr("write a pattern, BTC-*"));
}

}  // namespace
}  // namespace petrel::core
