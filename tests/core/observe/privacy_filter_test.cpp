// What must not leave the process, in the texts in which it would, and texts that must stay whole.
#include "observe/privacy_filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observe/log.hpp"

namespace petrel::core {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Hidden {
    std::string name;
    std::string text;
    std::string expected;
};

class PrivacyFilterHides : public ::testing::TestWithParam<Hidden> {};

TEST_P(PrivacyFilterHides, what_it_knows) {
    EXPECT_EQ(PrivacyFilter::built_in()->filtered(GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    BuiltIn, PrivacyFilterHides,
    ::testing::Values(
        Hidden{"bot_token",
               "POST /bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx/sendMessage failed",
               "POST /bot[hidden: bot token]/sendMessage failed"},
        Hidden{"lone_bot_token", "token is 123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx.",
               "token is [hidden: bot token]."},
        Hidden{"slack", "https://hooks.slack.com/services/T000/B000/XXXX gone",
               "https://hooks.slack.com/services/[hidden: hook address] gone"},
        Hidden{"discord", "https://discord.com/api/webhooks/1/abc-DEF?wait=true",
               "https://discord.com/api/webhooks/[hidden: hook address]"},
        Hidden{"password_in_address", "proxy http://ann:s3cr3t@proxy:8080 refused",
               "proxy http://[hidden: password]proxy:8080 refused"},
        Hidden{"bearer", "Authorization: Bearer abcdef0123456789",
               "Authorization: Bearer [hidden: credential]"},
        Hidden{"key_value", "?symbol=BTCUSDT&signature=9f86d081884c7d65&x=1",
               "?symbol=BTCUSDT&signature=[hidden: secret]&x=1"},
        Hidden{"after_a_colon", "token: a1b2c3d4e5", "token: [hidden: secret]"},
        Hidden{"basic", "Authorization: Basic YW5uOnMzY3IzdA==",
               "Authorization: Basic [hidden: credential]"},
        Hidden{"json_secret", R"({"api_key":"abcd1234","n":1})",
               R"({"api_key":"[hidden: secret]","n":1})"},
        Hidden{"jwt", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc", "[hidden: token]"},
        Hidden{"ethereum", "to 0x52908400098527886E0F7030069857D2E4169EE7 sent",
               "to [hidden: wallet] sent"},
        Hidden{"chat", "chat -1001234567890 not found", "chat [hidden: chat id] not found"},
        Hidden{"mail", "550 no such user ann@example.org",
               "550 no such user [hidden: mail address]"},
        Hidden{"private_key",
               "-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY----- x",
               "[hidden: private key] x"}),
    [](const auto& given) { return given.param.name; });

class PrivacyFilterKeeps : public ::testing::TestWithParam<std::string> {};

TEST_P(PrivacyFilterKeeps, what_is_no_secret) {
    EXPECT_EQ(PrivacyFilter::built_in()->filtered(GetParam()), GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Usual, PrivacyFilterKeeps,
    ::testing::Values("\u25bc BTC long storm \u2265 $17.9M in 78 s \u00b7 1.41 extreme",
                      "18:40:40 UTC \u00b7 sig-7f3a92c41b0d \u00b7 default@9c41e2",
                      R"({"id":"sig-7f3a92c41b0d","ts_ns":1795262400000000000,"price":91214.5})",
                      "binance: wss://fstream.binance.com/public closed by the peer (1006)",
                      "rules default@9c41e2d8f0a1 live, 12 tests passed",
                      "1000PEPE-USDT-PERP: 14 in 30 sec", "basic validation failed",
                      "telegram: token: missing, name a file", "config petrel.toml:12:5", ""));

TEST(PrivacyFilter, hides_what_the_user_names_and_not_what_is_switched_off) {
    const auto filter = PrivacyFilter::make({.patterns = {"desk-[0-9]+"}, .off = {"mail address"}});
    ASSERT_TRUE(filter.ok()) << filter.status().message();
    EXPECT_EQ((*filter)->filtered("desk-42 told ann@example.org"),
              "[hidden: yours] told ann@example.org");
}

TEST(PrivacyFilter, refuses_patterns_that_cannot_be_meant) {
    const auto why = [](PrivacyFilter::Options options) {
        return PrivacyFilter::make(options).status().message();
    };
    EXPECT_THAT(why({.patterns = {"(unclosed"}}), HasSubstr("'(unclosed' cannot be used"));
    EXPECT_THAT(why({.patterns = {"a*"}}), HasSubstr("matches the empty text"));
    EXPECT_THAT(why({.patterns = {}, .off = {"mails"}}), HasSubstr("there are: bot token, hook"));
    EXPECT_THAT(why({.patterns = std::vector<std::string>(65, "x")}), HasSubstr("at most 64"));
}

TEST(PrivacyFilter, long_hostile_text_takes_no_time) {
    const std::string text(200'000, 'a');
    EXPECT_EQ(PrivacyFilter::built_in()->filtered(text + "@").size(), text.size() + 1);
}

TEST(PrivacyFilter, stands_before_the_log) {
    const std::string line =
        log::render({log::Level::Info, 0, "net", "token=abcdef123456"}, log::Format::Lines);
    EXPECT_THAT(line, Not(HasSubstr("abcdef123456")));
    EXPECT_THAT(line, HasSubstr("token=[hidden: secret]"));
}

}  // namespace
}  // namespace petrel::core
