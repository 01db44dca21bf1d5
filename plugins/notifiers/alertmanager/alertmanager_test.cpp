// The channel from outside: label sets, times and ends of alerts, and what it makes of every sort
// of answer.
#include "alertmanager.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "kit/testing/channel_answers.hpp"
#include "kit/testing/hostile_texts.hpp"
#include "message.hpp"
#include "petrel/plain_text.hpp"

namespace petrel::alertmanager {
namespace {

using nlohmann::json;
using petrel::testing::AlertBuilder;
using petrel::testing::entry_of;
using petrel::testing::FakeConfig;
using petrel::testing::FakeNotifierHost;

constexpr std::int64_t kAtNs = 1'794'004'800'000'000'000;  // 22:40:00
constexpr std::int64_t kMinuteNs = 60'000'000'000;

FakeConfig config_with(const std::string& url = "http://127.0.0.1:9093/") {
    FakeConfig config;
    config.text("url", url);
    return config;
}

AlertBuilder storm() {
    AlertBuilder alert;
    alert.id("sig-1").headline("BTC storm").at_ns(kAtNs).sent_at_ns(kAtNs + kMinuteNs);
    return alert.field("Total", "$17.9M").field("Z score", "8.4").footer("f");
}

json alerts_of(FakeNotifierHost& host, AlertBuilder alert) {
    const auto request = host.build(std::move(alert));
    return request.ok() ? json::parse(request->body, nullptr, false) : json();
}

TEST(Alertmanager, identity_is_in_labels_and_figures_are_in_annotations) {
    FakeConfig config = config_with();
    config.text("authorization", "Basic CANARY");
    FakeNotifierHost host(entry_of<Alertmanager>(), config);
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    const auto request = host.build(storm());
    EXPECT_EQ(request->url, "http://127.0.0.1:9093/api/v2/alerts");
    EXPECT_EQ(request->headers[1].second, "Basic CANARY");
    EXPECT_EQ(alerts_of(host, storm().link("https://radar.example/s")), json::parse(R"([{
        "labels":{"alertname":"LIQ_STORM","symbol":"BTC-USDT-PERP","side":"long",
            "severity":"warning","story":"sig-1"},
        "annotations":{"summary":"BTC storm","total":"$17.9M","z_score":"8.4","footer":"f"},
        "startsAt":"2026-11-06T22:40:00Z","endsAt":"2026-11-07T00:41:00Z",
        "generatorURL":"https://radar.example/s"}])"));
}

TEST(Alertmanager, news_ends_the_story_at_its_other_severities) {
    FakeNotifierHost host(entry_of<Alertmanager>(), config_with());
    const json first = alerts_of(host, storm());
    const json news = alerts_of(host, storm()
                                          .id("sig-1#2")
                                          .story("sig-1")
                                          .field("Total", "$20M")
                                          .phase(PETREL_ALERT_UPDATE)
                                          .severity(PETREL_SEVERITY_CRITICAL));
    ASSERT_EQ(news.size(), 3U);
    EXPECT_EQ(news[1]["labels"], first[0]["labels"]);  // the very alert that fires
    EXPECT_EQ(news[1]["endsAt"], "2026-11-06T22:41:00Z");
    EXPECT_EQ(news[2]["labels"]["severity"], "critical");
    EXPECT_EQ(news[2]["endsAt"], "2026-11-07T00:41:00Z");
    EXPECT_EQ(news[2]["annotations"]["total_2"], "$20M");
}

TEST(Alertmanager, end_of_a_story_ends_all_of_it_now) {
    FakeNotifierHost host(entry_of<Alertmanager>(), config_with());
    const json end = alerts_of(host, storm().phase(PETREL_ALERT_END));
    ASSERT_EQ(end.size(), 3U);
    for (const json& one : end) {
        EXPECT_EQ(one["endsAt"], "2026-11-06T22:41:00Z");
    }
    EXPECT_EQ(end[1]["labels"], alerts_of(host, storm())[0]["labels"]);
}

TEST(Alertmanager, test_is_an_alert_of_its_own_for_a_minute) {
    FakeNotifierHost host(entry_of<Alertmanager>(), config_with());
    const json test = alerts_of(host, storm().phase(PETREL_ALERT_TEST));
    ASSERT_EQ(test.size(), 1U);
    EXPECT_EQ(test[0]["labels"]["test"], "true");
    EXPECT_EQ(test[0]["endsAt"], "2026-11-06T22:42:00Z");
}

TEST(Alertmanager, hostile_texts_leave_names_and_values_whole) {
    FakeNotifierHost host(entry_of<Alertmanager>(), config_with());
    for (const kit::testing::HostileText& hostile : kit::testing::hostile_texts()) {
        AlertBuilder alert = storm();
        alert.headline(hostile.text + "x").symbol(hostile.text).field(hostile.text, hostile.text);
        const json one = alerts_of(host, alert)[0];
        for (const auto& [name, value] : one["labels"].items()) {
            EXPECT_FALSE(value.get<std::string>().empty()) << hostile.fact << name;
            EXPECT_LE(utf16_length(value.get<std::string>()), 200U);
        }
        for (const auto& [name, value] : one["annotations"].items()) {
            EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789"),
                      std::string::npos)
                << name;
            EXPECT_FALSE(name.empty() || (name[0] >= '0' && name[0] <= '9')) << name;
            EXPECT_EQ(kit::testing::unsafe_in(value.get<std::string>()), 0U);
        }
        if (hostile.text.size() < 200) {
            EXPECT_EQ(one["annotations"]["summary"], plain_line(hostile.text + "x"));
            EXPECT_EQ(one["labels"].value("symbol", ""), plain_line(hostile.text));
        }
    }
}

TEST(Alertmanager, answers_become_the_right_outcomes) {
    FakeNotifierHost host(entry_of<Alertmanager>(), config_with());
    EXPECT_EQ(host.reply(200, "").result, PETREL_DELIVERED);
    EXPECT_EQ(host.reply(200, "<html>log in</html>").result, PETREL_RETRY);
    const Outcome refused = host.reply(400, R"("start time must be before end time")");
    EXPECT_EQ(refused.result, PETREL_REFUSED);
    EXPECT_EQ(refused.reason, R"(Alertmanager answered 400: "start time must be before end time")");
    EXPECT_EQ(host.reply(401, "").result, PETREL_BROKEN);
    EXPECT_EQ(host.reply(500, "").result, PETREL_RETRY);
}

TEST(Alertmanager, garbage_does_no_harm) {
    FakeConfig config = config_with();
    config.text("authorization", "Bearer-CANARY");
    FakeNotifierHost host(entry_of<Alertmanager>(), config);
    kit::testing::expect_lives_through_garbage(host, "Bearer-CANARY",
                                               [](std::uint32_t status, const std::string& body) {
                                                   return status == 200 && body.empty();
                                               });
}

TEST(Alertmanager, declares_what_it_does_and_refuses_unusable_values) {
    FakeNotifierHost host(entry_of<Alertmanager>(), config_with());
    EXPECT_EQ(host.limits().abilities, PETREL_CAN_EDIT | PETREL_CAN_RESOLVE | PETREL_HONOURS_KEY);
    FakeConfig config = config_with();
    config.text("authorization", "CANARY\r\nx: y");
    FakeNotifierHost bad(entry_of<Alertmanager>(), config);
    EXPECT_EQ(bad.status().code(), PETREL_E_INVALID);
    EXPECT_EQ(bad.status().message().find("CANARY"), std::string::npos);
    EXPECT_FALSE(FakeNotifierHost(entry_of<Alertmanager>(), config_with("9093")).status().ok());
}

}  // namespace
}  // namespace petrel::alertmanager
