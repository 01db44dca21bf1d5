// The channel from outside: the JSON it publishes, and what it makes of every sort of answer.
#include "ntfy.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "kit/testing/channel_answers.hpp"
#include "kit/testing/hostile_texts.hpp"
#include "petrel/plain_text.hpp"

namespace petrel::ntfy {
namespace {

using nlohmann::json;
using petrel::testing::AlertBuilder;
using petrel::testing::entry_of;
using petrel::testing::FakeConfig;
using petrel::testing::FakeNotifierHost;

FakeConfig config_with(const std::string& topic = "radar-CANARY") {
    FakeConfig config;
    config.text("topic", topic);
    return config;
}

json message_of(FakeNotifierHost& host, AlertBuilder alert) {
    const auto request = host.build(std::move(alert));
    return request.ok() ? json::parse(request->body, nullptr, false) : json();
}

TEST(Ntfy, message_goes_as_json_to_the_root) {
    FakeConfig config = config_with();
    config.text("server", "https://ntfy.test/").text("token", "tk_CANARY");
    FakeNotifierHost host(entry_of<Ntfy>(), config);
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    AlertBuilder alert;
    alert.story("sig.1").headline("BTC storm").field("Side", "long").footer("f");
    alert.severity(PETREL_SEVERITY_CRITICAL).link("https://radar.example/s");
    const auto request = host.build(alert);
    EXPECT_EQ(request->url, "https://ntfy.test/");
    EXPECT_EQ(request->headers[1].second, "Bearer tk_CANARY");
    EXPECT_EQ(message_of(host, alert), json::parse(R"({"topic":"radar-CANARY",
        "title":"BTC storm","message":"Side: long\nf","priority":5,"tags":["rotating_light"],
        "sequence_id":"sig_2e1","click":"https://radar.example/s"})"));
}

TEST(Ntfy, priority_follows_severity_and_silence) {
    FakeNotifierHost host(entry_of<Ntfy>(), config_with());
    const auto priority = [&](AlertBuilder alert) { return message_of(host, alert)["priority"]; };
    EXPECT_EQ(priority(AlertBuilder().severity(PETREL_SEVERITY_INFO)), 3);
    EXPECT_EQ(priority(AlertBuilder().severity(PETREL_SEVERITY_WARNING)), 4);
    EXPECT_EQ(priority(AlertBuilder().severity(PETREL_SEVERITY_CRITICAL).silent()), 2);
}

TEST(Ntfy, news_takes_the_place_of_the_first_message) {
    FakeNotifierHost host(entry_of<Ntfy>(), config_with());
    const json first = message_of(host, AlertBuilder().id("sig-1"));
    const json news =
        message_of(host, AlertBuilder().id("sig-1#2").story("sig-1").phase(PETREL_ALERT_UPDATE));
    EXPECT_EQ(first["sequence_id"], news["sequence_id"]);
    EXPECT_EQ(host.limits().abilities, PETREL_CAN_EDIT);
}

TEST(Ntfy, hostile_texts_are_read_back_within_the_bytes) {
    FakeNotifierHost host(entry_of<Ntfy>(), config_with());
    for (const kit::testing::HostileText& hostile : kit::testing::hostile_texts()) {
        AlertBuilder alert;
        alert.headline(hostile.text + "x").story(hostile.text + "s").footer(hostile.text);
        for (int i = 0; i < 50; ++i) {
            alert.field(hostile.text, hostile.text);
        }
        const json message = message_of(host, alert);
        const std::string title = message["title"], text = message["message"];
        EXPECT_LE(title.size(), kTitleBytesMax) << hostile.fact;
        EXPECT_LE(text.size(), kMessageBytesMax) << hostile.fact;
        EXPECT_EQ(kit::testing::unsafe_in(title + text), 0U) << hostile.fact;
        const std::string sequence = message["sequence_id"];
        EXPECT_TRUE(!sequence.empty() && sequence.size() <= 64) << hostile.fact;
        if (hostile.text.size() < 200) {
            EXPECT_EQ(title, plain_line(hostile.text + "x")) << hostile.fact;
        }
    }
}

TEST(Ntfy, answers_become_the_right_outcomes) {
    FakeNotifierHost host(entry_of<Ntfy>(), config_with());
    const Outcome taken = host.reply(200, R"({"id":"sPs71M8A2T01","event":"message"})");
    EXPECT_EQ(taken.result, PETREL_DELIVERED);
    EXPECT_EQ(taken.provider_id, "sPs71M8A2T01");
    EXPECT_EQ(host.reply(200, R"({"code":40001,"error":"x"})").result, PETREL_RETRY);
    EXPECT_EQ(host.reply(200, R"({"id":"1","event":"open"})").result, PETREL_RETRY);
    const Outcome many = host.reply(429, R"({"code":42901,"http":429,"error":"limit reached"})");
    EXPECT_EQ(many.result, PETREL_RETRY);
    EXPECT_EQ(many.retry_after_ms, 0U);
    EXPECT_EQ(host.reply(429, R"({"code":42908,"http":429})").retry_after_ms, 3'600'000U);
    const Outcome refused = host.reply(400, R"({"code":40009,"error":"bad topic radar-CANARY"})");
    EXPECT_EQ(refused.result, PETREL_REFUSED);
    EXPECT_EQ(refused.reason.find("CANARY"), std::string::npos) << refused.reason;
    EXPECT_EQ(host.reply(403, R"({"code":40301,"error":"forbidden"})").result, PETREL_BROKEN);
    EXPECT_EQ(host.reply(413, "").result, PETREL_REFUSED);
    EXPECT_EQ(host.reply(507, "").result, PETREL_RETRY);
}

TEST(Ntfy, garbage_does_no_harm) {
    FakeNotifierHost host(entry_of<Ntfy>(), config_with());
    kit::testing::expect_lives_through_garbage(
        host, "radar-CANARY", [](std::uint32_t, const std::string&) { return false; });
}

TEST(Ntfy, unusable_configuration_is_refused_without_showing_it) {
    for (const char* topic : {"", "CANARY/x", "CANARY\r\n", "CANARY topic"}) {
        FakeNotifierHost host(entry_of<Ntfy>(), config_with(topic));
        EXPECT_EQ(host.status().code(), PETREL_E_INVALID) << topic;
        EXPECT_EQ(host.status().message().find("CANARY"), std::string::npos);
    }
}

}  // namespace
}  // namespace petrel::ntfy
