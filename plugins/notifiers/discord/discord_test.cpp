// The channel from outside: embeds read back as Discord shows them, edits, and what it makes of
// every sort of answer.
#include "discord.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "kit/testing/channel_answers.hpp"
#include "kit/testing/hostile_texts.hpp"
#include "message.hpp"
#include "petrel/plain_text.hpp"

namespace petrel::discord {
namespace {

using nlohmann::json;
using petrel::testing::AlertBuilder;
using petrel::testing::entry_of;
using petrel::testing::FakeConfig;
using petrel::testing::FakeNotifierHost;

constexpr const char* kUrl = "https://discord.test/api/webhooks/112233445566/CANARY-token";

FakeConfig config_with(const std::string& url = kUrl) {
    FakeConfig config;
    config.text("url", url).text("username", "petrel");
    return config;
}

json body_of(const Result<NotifierRequest>& request) {
    return request.ok() ? json::parse(request->body, nullptr, false) : json();
}

// What Discord would show of a text in its markdown: backslashes before punctuation vanish. Any
// punctuation that means something and has none is a fault.
struct Shown {
    std::string text;
    std::string fault;
};

Shown shown(const std::string& markdown) {
    Shown result;
    for (std::size_t i = 0; i < markdown.size(); ++i) {
        const char c = markdown[i];
        if (c == '\\') {
            if (i + 1 == markdown.size() || std::isalnum(markdown[i + 1]) != 0) {
                result.fault = "backslash before nothing";
                return result;
            }
            result.text.push_back(markdown[++i]);
        } else if (std::string_view("*_~`|>#<[@:").find(c) != std::string_view::npos) {
            result.fault = std::string("live ") + c;
            return result;
        } else {
            result.text.push_back(c);
        }
    }
    return result;
}

TEST(Discord, embed_has_the_documented_layout) {
    FakeNotifierHost host(entry_of<Discord>(), config_with());
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    AlertBuilder alert;
    alert.headline("\u25bc BTC long storm").at_ns(1'794'004'800'000'000'000);
    alert.field("Side", "long positions liquidated").field("Total", "at least $17.9M");
    alert.field("Price", "91,214").field("Score", "1.41 extreme").field("Pressure", "bearish");
    alert.footer("18:40:40 UTC \u00b7 sig-7f3a").link("https://radar.example/s/sig-7f3a");
    const auto request = host.build(alert);
    ASSERT_TRUE(request.ok());
    EXPECT_EQ(request->method, "POST");
    EXPECT_EQ(request->url, std::string(kUrl) + "?wait=true");
    const json body = body_of(request);
    EXPECT_EQ(body["username"], "petrel");
    EXPECT_EQ(body["allowed_mentions"], json::parse(R"({"parse":[]})"));
    EXPECT_FALSE(body.contains("flags"));
    ASSERT_EQ(body["embeds"].size(), 1U);
    const json& embed = body["embeds"][0];
    EXPECT_EQ(embed["title"], "\u25bc BTC long storm");
    EXPECT_EQ(embed["url"], "https://radar.example/s/sig-7f3a");
    EXPECT_EQ(embed["color"], 0xf0883e);
    EXPECT_EQ(embed["timestamp"], "2026-11-06T22:40:00Z");
    EXPECT_EQ(embed["description"], "Side\\: long positions liquidated\nPressure\\: bearish");
    EXPECT_EQ(embed["footer"]["text"], "18:40:40 UTC \u00b7 sig-7f3a");
    ASSERT_EQ(embed["fields"].size(), 3U);
    EXPECT_EQ(embed["fields"][0],
              json::parse(R"({"name":"Total","value":"at least $17\\.9M","inline":true})"));
    EXPECT_EQ(embed["fields"][2]["name"], "Score");
}

TEST(Discord, silent_alert_and_thread_reach_the_request) {
    FakeConfig config = config_with();
    config.text("thread_id", "998877665544332211");
    FakeNotifierHost host(entry_of<Discord>(), config);
    const auto request = host.build(AlertBuilder().silent());
    EXPECT_EQ(request->url, std::string(kUrl) + "?wait=true&thread_id=998877665544332211");
    EXPECT_EQ(body_of(request)["flags"], 4096);
    const auto edit = host.build(AlertBuilder().phase(PETREL_ALERT_UPDATE).provider_id("77"));
    EXPECT_EQ(edit->url, std::string(kUrl) + "/messages/77?thread_id=998877665544332211");
}

TEST(Discord, news_of_a_story_edits_its_first_message) {
    FakeNotifierHost host(entry_of<Discord>(), config_with());
    EXPECT_EQ(host.reply(200, R"({"id":"7788"})").provider_id, "7788");
    const auto edit = host.build(AlertBuilder().phase(PETREL_ALERT_UPDATE).provider_id("7788"));
    EXPECT_EQ(edit->method, "PATCH");
    EXPECT_EQ(body_of(edit)["attachments"], json::array()) << "its picture shows the beginning";
    EXPECT_EQ(edit->url, std::string(kUrl) + "/messages/7788");
    EXPECT_FALSE(body_of(edit).contains("username"));
    // An id that is none is no path to anywhere.
    const auto other = host.build(AlertBuilder().phase(PETREL_ALERT_UPDATE).provider_id("../../x"));
    EXPECT_EQ(other->method, "POST");
}

TEST(Discord, deleted_message_is_posted_anew) {
    FakeNotifierHost host(entry_of<Discord>(), config_with());
    const auto update = AlertBuilder().phase(PETREL_ALERT_UPDATE).provider_id("7788");
    ASSERT_EQ(host.build(update)->method, "PATCH");
    EXPECT_EQ(host.reply(404, R"({"message":"Unknown Message","code":10008})").result,
              PETREL_RETRY);
    EXPECT_EQ(host.build(update)->method, "POST");
    EXPECT_EQ(host.reply(404, R"({"message":"Unknown Webhook","code":10015})").result,
              PETREL_BROKEN);
}

AlertBuilder picture_of(const std::string& provider_id) {
    return AlertBuilder()
        .phase(PETREL_ALERT_IMAGE)
        .provider_id(provider_id)
        .image("\x89PNG-bytes", "a storm");
}

TEST(Discord, picture_is_added_to_a_message_and_keeps_its_words) {
    FakeNotifierHost host(entry_of<Discord>(), config_with());
    json words = body_of(host.build(AlertBuilder().image("\x89PNG-bytes", "a storm")))["embeds"][0];
    EXPECT_FALSE(words.contains("image")) << "the words wait for no picture";
    const auto request = host.build(picture_of("7788"));
    ASSERT_TRUE(request.ok()) << request.status().message();
    EXPECT_EQ(request->method, "PATCH");
    EXPECT_EQ(request->url, std::string(kUrl) + "/messages/7788");
    const std::string& body = request->body;
    EXPECT_EQ(request->headers[0].second, "multipart/form-data; boundary=petrel-part-0");
    EXPECT_NE(body.find("name=\"files[0]\"; filename=\"card.png\"\r\nContent-Type: image/png\r\n"
                        "\r\n\x89PNG-bytes\r\n"),
              std::string::npos);
    const std::size_t from = body.find('{');
    const json part = json::parse(body.substr(from, body.find("\r\n", from) - from));
    EXPECT_EQ(part["attachments"][0]["description"], "a storm");
    words["image"] = {{"url", "attachment://card.png"}};
    EXPECT_EQ(part["embeds"][0], words);
    EXPECT_EQ(host.reply(200, R"({"id":"7788"})").provider_id, "7788");
}

TEST(Discord, picture_that_cannot_be_added_leaves_its_message_alone) {
    FakeNotifierHost host(entry_of<Discord>(), config_with());
    for (const std::uint32_t status : {400U, 413U}) {
        ASSERT_TRUE(host.build(picture_of("7788")).ok());
        const Outcome outcome = host.reply(status, R"({"message":"Request entity too large"})");
        EXPECT_EQ(outcome.result, PETREL_REFUSED) << outcome.reason;
    }
    ASSERT_TRUE(host.build(picture_of("7788")).ok());
    EXPECT_EQ(host.reply(404, R"({"message":"Unknown Message","code":10008})").result,
              PETREL_REFUSED)
        << "no new message";
    EXPECT_FALSE(host.build(picture_of("7788")).ok()) << "it is known to be gone";
    EXPECT_FALSE(host.build(picture_of("../x")).ok());
    ASSERT_TRUE(host.build(picture_of("99")).ok());
    EXPECT_EQ(host.reply(404, R"({"message":"Unknown Webhook","code":10015})").result,
              PETREL_BROKEN);
}

TEST(Discord, hostile_texts_are_read_back_as_plain_text_within_the_limits) {
    FakeNotifierHost host(entry_of<Discord>(), config_with());
    for (const kit::testing::HostileText& hostile : kit::testing::hostile_texts()) {
        AlertBuilder alert;
        alert.headline(hostile.text + "x").footer(hostile.text).link(hostile.text);
        alert.field("Total", hostile.text).field(hostile.text, hostile.text);
        const json embed = body_of(host.build(alert))["embeds"][0];
        const std::string title = embed["title"], description = embed["description"];
        std::size_t sum = utf16_length(title) + utf16_length(description);
        EXPECT_LE(utf16_length(title), kTitleMax) << hostile.fact;
        EXPECT_LE(utf16_length(description), kDescriptionMax) << hostile.fact;
        EXPECT_EQ(shown(title).fault, "") << hostile.fact;
        EXPECT_EQ(shown(description).fault, "") << hostile.fact;
        EXPECT_EQ(kit::testing::unsafe_in(title + description), 0U) << hostile.fact;
        const std::string line = plain_line(hostile.text + "x");
        if (utf16_length(line) < kTitleMax / 2) {
            EXPECT_EQ(shown(title).text, line) << hostile.fact;
        }
        for (const json& field : embed["fields"]) {
            const std::string value = field["value"];
            EXPECT_EQ(shown(value).fault, "") << hostile.fact;
            EXPECT_LE(utf16_length(value), kFieldValueMax);
            EXPECT_FALSE(value.empty());
            sum += utf16_length(value) + utf16_length(field["name"].get<std::string>());
        }
        sum +=
            embed.contains("footer") ? utf16_length(embed["footer"]["text"].get<std::string>()) : 0;
        EXPECT_LE(sum, kEmbedMax) << hostile.fact;
        EXPECT_EQ(embed.contains("url"), std::string(hostile.fact) == "bare_link") << hostile.fact;
    }
}

struct AnswerCase {
    const char* fact;
    std::uint32_t status;
    std::string body;
    std::uint32_t result;
    std::uint64_t retry_after_ms = 0;
    std::vector<std::pair<std::string, std::string>> headers = {};
};

class DiscordAnswer : public ::testing::TestWithParam<AnswerCase> {};

TEST_P(DiscordAnswer, becomes_the_right_outcome) {
    FakeNotifierHost host(entry_of<Discord>(), config_with());
    const Outcome outcome = host.reply(GetParam().status, GetParam().body, GetParam().headers);
    EXPECT_EQ(outcome.result, GetParam().result) << outcome.reason;
    EXPECT_EQ(outcome.retry_after_ms, GetParam().retry_after_ms);
    EXPECT_EQ(outcome.reason.find("CANARY"), std::string::npos) << outcome.reason;
}

const AnswerCase kAnswers[] = {
    {"stored", 200, R"({"id":"1"})", PETREL_DELIVERED},
    {"lie", 200, R"({"message":"oops","code":50035})", PETREL_RETRY},
    {"accepted_without_word", 204, "", PETREL_RETRY},
    {"wait_with_decimals", 429,
     R"({"message":"You are being rate limited.","retry_after":0.64,"global":false})", PETREL_RETRY,
     640},
    {"wait_of_nothing", 429, R"({"retry_after":0})", PETREL_RETRY, 0},
    {"wait_below_nothing", 429, R"({"retry_after":-1})", PETREL_RETRY, 0},
    {"wait_for_ever", 429, R"({"retry_after":1000000000})", PETREL_RETRY, 3'600'000},
    {"wait_in_the_header", 429, "x", PETREL_RETRY, 3'000, {{"retry-after", "3"}}},
    {"wait_in_the_other_header",
     429,
     "x",
     PETREL_RETRY,
     1'500,
     {{"x-ratelimit-reset-after", "1.5"}}},
    {"invalid_form", 400, R"({"message":"Invalid Form Body CANARY-token","code":50035})",
     PETREL_REFUSED},
    {"wrong_token", 401, R"({"message":"Invalid Webhook Token","code":50027})", PETREL_BROKEN},
    {"unknown_webhook", 404, R"({"message":"Unknown Webhook","code":10015})", PETREL_BROKEN},
    {"unknown_message_of_no_edit", 404, R"({"code":10008})", PETREL_BROKEN},
    {"server_error", 502, "", PETREL_RETRY},
};

INSTANTIATE_TEST_SUITE_P(discord, DiscordAnswer, ::testing::ValuesIn(kAnswers),
                         [](const auto& given) { return given.param.fact; });

TEST(Discord, last_message_of_a_bucket_tells_when_the_next_may_go) {
    FakeNotifierHost host(entry_of<Discord>(), config_with());
    const std::string body = R"({"id":"778899"})";
    const auto wait_of = [&](const std::string& remaining, const std::string& reset) {
        const Outcome outcome = host.reply(
            200, body, {{"x-ratelimit-remaining", remaining}, {"x-ratelimit-reset-after", reset}});
        EXPECT_EQ(outcome.result, PETREL_DELIVERED);
        return outcome.retry_after_ms;
    };
    EXPECT_EQ(wait_of("0", "1.25"), 1'250U);
    EXPECT_EQ(wait_of("4", "1.25"), 0U);
    EXPECT_EQ(wait_of("0", "soon"), 0U);
    EXPECT_EQ(wait_of("0", "-1"), 0U);
    EXPECT_EQ(wait_of("0", "1000000000"), 3'600'000U);
}

TEST(Discord, garbage_does_no_harm) {
    FakeNotifierHost host(entry_of<Discord>(), config_with());
    kit::testing::expect_lives_through_garbage(
        host, "CANARY-token", [](std::uint32_t, const std::string&) { return false; });
}

TEST(Discord, unusable_configuration_is_refused_without_showing_it) {
    for (const char* url : {"", "discord.test/CANARY", "https://discord.test/CANARY?wait=true"}) {
        FakeNotifierHost host(entry_of<Discord>(), config_with(url));
        EXPECT_EQ(host.status().code(), PETREL_E_INVALID) << url;
        EXPECT_EQ(host.status().message().find("CANARY"), std::string::npos);
    }
    FakeConfig config = config_with();
    config.text("thread_id", "12&x=1");
    EXPECT_EQ(FakeNotifierHost(entry_of<Discord>(), config).status().code(), PETREL_E_INVALID);
}

TEST(Discord, declares_what_it_is_able_to_do) {
    FakeNotifierHost host(entry_of<Discord>(), config_with());
    EXPECT_EQ(host.limits().abilities, PETREL_CAN_EDIT | PETREL_CAN_IMAGE | PETREL_CAN_ADD_IMAGE);
    EXPECT_EQ(host.limits().per_minute, 30);
}

}  // namespace
}  // namespace petrel::discord
