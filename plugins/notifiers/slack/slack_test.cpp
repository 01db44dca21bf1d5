// The channel from outside: blocks read back as Slack shows them, and what it makes of every sort
// of answer.
#include "slack.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "kit/testing/channel_answers.hpp"
#include "kit/testing/hostile_texts.hpp"
#include "message.hpp"
#include "petrel/plain_text.hpp"

namespace petrel::slack {
namespace {

using nlohmann::json;
using petrel::testing::AlertBuilder;
using petrel::testing::entry_of;
using petrel::testing::FakeConfig;
using petrel::testing::FakeNotifierHost;

constexpr const char* kUrl = "https://hooks.slack.test/services/T0AAA111/B0BBB222/CANARYtoken";

FakeConfig config_with(const std::string& url = kUrl) {
    FakeConfig config;
    config.text("url", url);
    return config;
}

// What Slack shows of a plain text; the three characters that control it must be entities.
std::string shown(std::string text) {
    if (text.find_first_of("<>") != std::string::npos) {
        return "live angle";
    }
    for (const auto& [entity, character] :
         {std::pair("&lt;", "<"), std::pair("&gt;", ">"), std::pair("&amp;", "&")}) {
        for (std::size_t at = text.find(entity); at != std::string::npos;
             at = text.find(entity, at + 1)) {
            text.replace(at, std::string_view(entity).size(), character);
        }
    }
    return text;
}

void collect(const json& value, std::vector<std::string>& texts) {
    if (value.is_object() && value.contains("type") && value["type"] == "plain_text") {
        texts.push_back(value["text"]);
    }
    for (const json& inner : value) {
        if (inner.is_structured()) {
            collect(inner, texts);
        }
    }
}

TEST(Slack, blocks_have_the_documented_layout) {
    FakeNotifierHost host(entry_of<Slack>(), config_with());
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    AlertBuilder alert;
    alert.headline("BTC <storm> & more").field("Side", "long");
    alert.field("Total", "$17.9M & more");
    alert.footer("18:40:40 UTC \u00b7 sig-7f3a").link("https://radar.example/s?a=1&b=2");
    const auto request = host.build(alert);
    ASSERT_TRUE(request.ok());
    EXPECT_EQ(request->url, kUrl);
    const json body = json::parse(request->body, nullptr, false);
    EXPECT_EQ(body["text"], "BTC &lt;storm&gt; &amp; more");
    EXPECT_EQ(body["mrkdwn"], false);
    EXPECT_EQ(body["blocks"], json::parse(R"([
        {"type":"header",
         "text":{"type":"plain_text","text":"BTC &lt;storm&gt; &amp; more","emoji":false}},
        {"type":"section","fields":[
            {"type":"mrkdwn","text":"*Side*\nlong","verbatim":true},
            {"type":"mrkdwn","text":"*Total*\n$17.9M &amp; more","verbatim":true}]},
        {"type":"context","elements":[
            {"type":"plain_text","text":"18:40:40 UTC · sig-7f3a","emoji":false},
            {"type":"mrkdwn","text":"<https://radar.example/s?a=1&amp;b=2|Open>"}]}])"));
}

TEST(Slack, a_sparkline_stands_in_a_code_span) {
    FakeNotifierHost host(entry_of<Slack>(), config_with());
    AlertBuilder alert;
    alert.field("Liquidated", "\u2581\u2583\u2588").field("*L*", "\u2581");
    alert.field("Not one", "\u2581`\u2588").field("None", "");
    const json fields = json::parse(host.build(alert)->body)["blocks"][1]["fields"];
    EXPECT_EQ(fields[0], json({{"type", "mrkdwn"},
                               {"text", "*Liquidated*\n`\u2581\u2583\u2588`"},
                               {"verbatim", true}}));
    for (const std::size_t other : {1U, 2U, 3U}) {
        EXPECT_EQ(fields[other]["type"], "plain_text") << other;
    }
}

TEST(Slack, what_could_be_markup_stays_plain) {
    FakeNotifierHost host(entry_of<Slack>(), config_with());
    AlertBuilder alert;
    alert.field("Time", "2026-11-22 14:20:21 UTC").field("Note", "a: b");
    alert.field("Bold", "2 * 3 * 4").field("Low", "_x_").field("Code", "`x`").field("Cut", "~x~");
    alert.field("Emoji", ":tada:").field("Quote", "> x").field("*N*", "x").field("N:", "x");
    const json fields = json::parse(host.build(alert)->body)["blocks"][1]["fields"];
    for (std::size_t i = 0; i < fields.size(); ++i) {
        EXPECT_EQ(fields[i]["type"], i < 2 ? "mrkdwn" : "plain_text") << fields[i];
    }
}

TEST(Slack, hostile_texts_are_read_back_within_the_limits) {
    FakeNotifierHost host(entry_of<Slack>(), config_with());
    for (const kit::testing::HostileText& hostile : kit::testing::hostile_texts()) {
        AlertBuilder alert;
        alert.headline(hostile.text + "x").footer(hostile.text);
        for (int i = 0; i < 45; ++i) {
            alert.field(hostile.text, hostile.text + "y");
        }
        const json body = json::parse(host.build(alert)->body, nullptr, false);
        std::vector<std::string> texts;
        collect(body["blocks"], texts);
        ASSERT_GE(texts.size(), 2U) << hostile.fact;
        EXPECT_LE(body["blocks"].size(), 50U);
        EXPECT_LE(utf16_length(texts[0]), kHeaderMax) << hostile.fact;
        for (const std::string& text : texts) {
            EXPECT_NE(shown(text), "live angle") << hostile.fact << " " << text.substr(0, 80);
            EXPECT_LE(utf16_length(text), kFieldMax) << hostile.fact;
            EXPECT_EQ(kit::testing::unsafe_in(text), 0U) << hostile.fact;
        }
        const std::string line = plain_line(hostile.text + "x");
        if (line.size() < 30) {
            EXPECT_EQ(shown(texts[0]), line) << hostile.fact;
            EXPECT_EQ(shown(body["text"].get<std::string>()), line) << hostile.fact;
        }
        for (const json& block : body["blocks"]) {
            EXPECT_LE(block.value("fields", json::array()).size(), kFieldsInSection);
        }
    }
}

struct AnswerCase {
    const char* fact;
    std::uint32_t status;
    std::string body;
    std::uint32_t result;
};

class SlackAnswer : public ::testing::TestWithParam<AnswerCase> {};

TEST_P(SlackAnswer, becomes_the_right_outcome) {
    FakeNotifierHost host(entry_of<Slack>(), config_with());
    const Outcome outcome = host.reply(GetParam().status, GetParam().body);
    EXPECT_EQ(outcome.result, GetParam().result) << outcome.reason;
    EXPECT_EQ(outcome.reason.find("CANARY"), std::string::npos) << outcome.reason;
}

const AnswerCase kAnswers[] = {
    {"ok", 200, "ok", PETREL_DELIVERED},
    {"lie", 200, "invalid_payload", PETREL_RETRY},
    {"invalid_payload", 400, "invalid_payload", PETREL_REFUSED},
    {"no_text", 400, "no_text", PETREL_REFUSED},
    {"action_prohibited", 403, "action_prohibited", PETREL_BROKEN},
    {"no_service", 404, "no_service CANARYtoken", PETREL_BROKEN},
    {"archived", 410, "channel_is_archived", PETREL_BROKEN},
    {"rollup_error", 500, "rollup_error", PETREL_RETRY},
};

INSTANTIATE_TEST_SUITE_P(slack, SlackAnswer, ::testing::ValuesIn(kAnswers),
                         [](const auto& given) { return given.param.fact; });

TEST(Slack, wait_is_taken_from_the_header) {
    FakeNotifierHost host(entry_of<Slack>(), config_with());
    EXPECT_EQ(host.reply(429, "", {{"retry-after", "30"}}).retry_after_ms, 30'000U);
    EXPECT_EQ(host.reply(429, "", {{"retry-after", "soon"}}).retry_after_ms, 0U);
}

TEST(Slack, garbage_does_no_harm) {
    FakeNotifierHost host(entry_of<Slack>(), config_with());
    kit::testing::expect_lives_through_garbage(
        host, "CANARYtoken", [](std::uint32_t, const std::string&) { return false; });
}

TEST(Slack, limits_are_those_of_a_webhook_and_bad_addresses_are_refused) {
    FakeNotifierHost host(entry_of<Slack>(), config_with());
    EXPECT_EQ(host.limits().per_second, 1);
    EXPECT_EQ(host.limits().abilities, 0U);
    FakeNotifierHost bad(entry_of<Slack>(), config_with("hooks.slack.test/CANARY"));
    EXPECT_EQ(bad.status().code(), PETREL_E_INVALID);
    EXPECT_EQ(bad.status().message().find("CANARY"), std::string::npos);
}

}  // namespace
}  // namespace petrel::slack
