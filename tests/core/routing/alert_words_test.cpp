// Alerts as people say them, and words that are none.
#include "routing/alert_words.hpp"

#include <gmock/gmock.h>

namespace petrel::core {
namespace {

using ::testing::HasSubstr;

TEST(AlertWords, each_word_is_what_it_looks_like) {
    const auto facts = parse_alert(" LIQ_STORM BTCUSDT  extreme venue=bybit side=long score=0.7 ");
    ASSERT_TRUE(facts.ok()) << facts.status().message();
    EXPECT_EQ(facts->type, "LIQ_STORM");
    EXPECT_EQ(facts->symbol, "BTC-USDT-PERP");
    EXPECT_EQ(facts->severity, 3U);
    EXPECT_EQ(facts->venue, "bybit");
    EXPECT_EQ(facts->side, "long");
    EXPECT_EQ(facts->score, 0.7);
    EXPECT_EQ(parse_alert("SYSTEM")->severity, 2U);
    EXPECT_EQ(parse_alert("SYSTEM info")->severity, 1U);
    EXPECT_EQ(parse_alert("SYSTEM")->score, 100) << "no route refuses it for a score nobody named";
}

TEST(AlertWords, says_which_word_it_cannot_read) {
    const auto why = [](const char* text) { return parse_alert(text).status().message(); };
    EXPECT_THAT(why(""), HasSubstr("begins with its type"));
    EXPECT_THAT(why("LIQ_STORM BTC-USDT-PERP ETH-USDT-PERP"), HasSubstr("one word too many"));
    EXPECT_THAT(why("LIQ_STORM colour=red"), HasSubstr("names no field"));
    EXPECT_THAT(why("LIQ_STORM score=x"), HasSubstr("is no score"));
    EXPECT_FALSE(parse_alert("LIQ_STORM btc").ok());
    EXPECT_THAT(why("BTCUSDT extreme"), HasSubstr("begins with its type"));
}

}  // namespace
}  // namespace petrel::core
