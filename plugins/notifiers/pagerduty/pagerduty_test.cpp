// The channel from outside: events of a story, and what it makes of every sort of answer.
#include "pagerduty.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "kit/testing/channel_answers.hpp"
#include "kit/testing/hostile_texts.hpp"
#include "message.hpp"
#include "petrel/plain_text.hpp"

namespace petrel::pagerduty {
namespace {

using nlohmann::json;
using petrel::testing::AlertBuilder;
using petrel::testing::entry_of;
using petrel::testing::FakeConfig;
using petrel::testing::FakeNotifierHost;

constexpr const char* kKey = "R0CANARY000000000000000000000001";
constexpr const char* kAccepted =
    R"({"status":"success","message":"Event processed","dedup_key":"sig-1"})";

FakeConfig config_with(const std::string& key = kKey) {
    FakeConfig config;
    config.text("routing_key", key);
    return config;
}

json event_of(FakeNotifierHost& host, AlertBuilder alert) {
    const auto request = host.build(std::move(alert));
    return request.ok() ? json::parse(request->body, nullptr, false) : json();
}

TEST(PagerDuty, trigger_is_the_documented_event) {
    FakeNotifierHost host(entry_of<PagerDuty>(), config_with());
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    AlertBuilder alert;
    alert.id("sig-2").story("sig-1").headline("BTC storm").severity(PETREL_SEVERITY_CRITICAL);
    alert.at_ns(1'794'004'800'000'000'000).field("Exchange", "bybit").footer("f").score(1.4962);
    alert.link("https://radar.example/s");
    EXPECT_EQ(host.build(alert)->url, "https://events.pagerduty.com/v2/enqueue");
    EXPECT_EQ(event_of(host, alert), json::parse(R"({
        "routing_key":"R0CANARY000000000000000000000001","event_action":"trigger",
        "dedup_key":"sig-1","client":"petrel","client_url":"https://radar.example/s",
        "links":[{"href":"https://radar.example/s","text":"Open"}],
        "payload":{"summary":"BTC storm","source":"petrel","severity":"critical",
            "timestamp":"2026-11-06T22:40:00.000+0000","component":"bybit",
            "group":"BTC-USDT-PERP","class":"LIQ_STORM",
            "custom_details":{"Exchange":"bybit","footer":"f","score":1.5}}})"));
}

TEST(PagerDuty, drills_fold_into_one_incident_and_a_test_has_its_own) {
    FakeNotifierHost host(entry_of<PagerDuty>(), config_with());
    const auto key = [&](const std::string& id, bool silent) {
        AlertBuilder alert;
        alert.id(id).story(id).phase(PETREL_ALERT_TEST);
        return event_of(host, silent ? alert.silent() : alert)["dedup_key"].get<std::string>();
    };
    EXPECT_EQ(key("drill-1", true), key("drill-2", true));
    EXPECT_EQ(key("test-1", false), "test-1");
}

TEST(PagerDuty, story_is_acknowledged_and_resolved_under_its_key_alone) {
    FakeNotifierHost host(entry_of<PagerDuty>(), config_with());
    AlertBuilder alert;
    alert.story("sig-1").phase(PETREL_ALERT_ACKNOWLEDGED);
    EXPECT_EQ(event_of(host, alert), json::parse(R"({"event_action":"acknowledge",
        "routing_key":"R0CANARY000000000000000000000001","dedup_key":"sig-1"})"));
    EXPECT_EQ(event_of(host, alert.phase(PETREL_ALERT_END)), json::parse(R"({
        "event_action":"resolve","routing_key":"R0CANARY000000000000000000000001",
        "dedup_key":"sig-1"})"));
    EXPECT_EQ(event_of(host, alert.phase(PETREL_ALERT_UPDATE))["event_action"], "trigger");
    const json test = event_of(host, alert.phase(PETREL_ALERT_TEST));
    EXPECT_EQ(test["payload"]["severity"], "info");
    EXPECT_TRUE(test["payload"]["summary"].get<std::string>().starts_with("TEST"));
}

TEST(PagerDuty, hostile_texts_are_read_back_within_the_limits) {
    FakeNotifierHost host(entry_of<PagerDuty>(), config_with());
    for (const kit::testing::HostileText& hostile : kit::testing::hostile_texts()) {
        AlertBuilder alert;
        alert.headline(hostile.text + "x").story(hostile.text + "s").symbol(hostile.text);
        for (int i = 0; i < 80; ++i) {
            alert.field(std::to_string(i) + hostile.text, hostile.text);
        }
        const auto request = host.build(alert);
        EXPECT_LT(request->body.size(), 512'000U) << hostile.fact;
        const json event = json::parse(request->body, nullptr, false);
        const std::string summary = event["payload"]["summary"];
        EXPECT_LE(summary.size(), kSummaryMax) << hostile.fact;
        EXPECT_LE(event["dedup_key"].get<std::string>().size(), kDedupKeyMax) << hostile.fact;
        EXPECT_FALSE(event["dedup_key"].get<std::string>().empty());
        EXPECT_EQ(kit::testing::unsafe_in(summary), 0U);
        if (hostile.text.size() < 200) {
            EXPECT_EQ(summary, plain_line(hostile.text + "x")) << hostile.fact;
        }
    }
}

TEST(PagerDuty, answers_become_the_right_outcomes) {
    FakeNotifierHost host(entry_of<PagerDuty>(), config_with());
    const Outcome taken = host.reply(202, kAccepted);
    EXPECT_EQ(taken.result, PETREL_DELIVERED);
    EXPECT_EQ(taken.provider_id, "sig-1");
    EXPECT_EQ(host.reply(202, R"({"status":"invalid event"})").result, PETREL_RETRY);
    EXPECT_EQ(host.reply(200, kAccepted).result, PETREL_RETRY);
    const Outcome refused = host.reply(400, R"({"status":"invalid event",
        "message":"Event object is invalid","errors":["'payload.severity' is invalid"]})");
    EXPECT_EQ(refused.result, PETREL_REFUSED);
    EXPECT_EQ(refused.reason,
              "PagerDuty answered 400: Event object is invalid; "
              "'payload.severity' is invalid");
    const Outcome key = host.reply(
        400, R"({"errors":["'routing_key' is invalid: R0CANARY000000000000000000000001"]})");
    EXPECT_EQ(key.result, PETREL_BROKEN);
    EXPECT_EQ(key.reason.find("CANARY"), std::string::npos) << key.reason;
    EXPECT_EQ(host.reply(429, "").result, PETREL_RETRY);
    EXPECT_EQ(host.reply(429, "", {{"retry-after", "30"}}).retry_after_ms, 30'000U);
    EXPECT_EQ(host.reply(503, "").result, PETREL_RETRY);
}

TEST(PagerDuty, garbage_does_no_harm) {
    FakeNotifierHost host(entry_of<PagerDuty>(), config_with());
    kit::testing::expect_lives_through_garbage(
        host, kKey, [](std::uint32_t, const std::string&) { return false; });
}

TEST(PagerDuty, declares_what_it_does_and_refuses_unusable_keys) {
    FakeNotifierHost host(entry_of<PagerDuty>(), config_with());
    EXPECT_EQ(host.limits().abilities,
              PETREL_CAN_THREAD | PETREL_CAN_RESOLVE | PETREL_HONOURS_KEY | PETREL_CAN_ACKNOWLEDGE);
    EXPECT_EQ(host.limits().per_minute, 120);
    for (const char* key : {"", "CANARY", "R0CANARY00000000000000000000000/"}) {
        FakeNotifierHost bad(entry_of<PagerDuty>(), config_with(key));
        EXPECT_EQ(bad.status().code(), PETREL_E_INVALID);
        EXPECT_EQ(bad.status().message().find("CANARY"), std::string::npos);
    }
}

}  // namespace
}  // namespace petrel::pagerduty
