// The channel from outside: signatures against known values, a body that stays the same over all
// attempts, and what it makes of every sort of answer.
#include "webhook.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "kit/encoding.hpp"
#include "kit/testing/channel_answers.hpp"
#include "kit/testing/hostile_texts.hpp"
#include "message.hpp"
#include "petrel/testing/fake_notifier_host.hpp"

namespace petrel::webhook {
namespace {

using nlohmann::json;
using petrel::testing::AlertBuilder;
using petrel::testing::entry_of;
using petrel::testing::FakeConfig;
using petrel::testing::FakeNotifierHost;

constexpr const char* kUrl = "https://receiver.test/CANARY-hook";
constexpr const char* kWhsec = "whsec_cmFkYXItdGVzdC1zZWNyZXQtMDEyMzQ1Njc4OWFiY2Q=";
constexpr const char* kOlderWhsec = "whsec_b2xkZXItdGVzdC1zZWNyZXQtMDEyMzQ1Njc4OWFiY2Q=";
constexpr std::int64_t kAtNs = 1'794'000'000'000'000'000;

FakeConfig config_with(const std::string& secret = kWhsec, const std::string& scheme = "standard") {
    FakeConfig config;
    config.text("url", kUrl).text("secret", secret).text("scheme", scheme);
    return config;
}

std::string header(const Headers& headers, const std::string& name) {
    for (const auto& [key, value] : headers) {
        if (key == name) {
            return value;
        }
    }
    return "(none)";
}

// The vectors of the protocol reference.
const Signed kKnown{"msg_01RADAR0001", 1'794'000'000, R"({"type":"alert.fired","id":"evt_1"})"};

TEST(Signature, standard_webhooks_has_the_known_value) {
    const auto key = key_of(Scheme::Standard, kWhsec);
    ASSERT_TRUE(key.ok());
    EXPECT_EQ(*key, "radar-test-secret-0123456789abcd");
    const Headers headers = signature_headers(Scheme::Standard, {*key}, kKnown);
    EXPECT_EQ(header(headers, "webhook-id"), "msg_01RADAR0001");
    EXPECT_EQ(header(headers, "webhook-timestamp"), "1794000000");
    EXPECT_EQ(header(headers, "webhook-signature"),
              "v1,ZAM5zz0ZPuKyeuv0ULtges7pyRLA8wkdqL+6TTP+oZQ=");
}

TEST(Signature, other_layouts_have_their_known_values) {
    const std::vector<std::string> keys{"plain-text-secret"};
    EXPECT_EQ(header(signature_headers(Scheme::Stripe, keys, kKnown), "Stripe-Signature"),
              "t=1794000000,"
              "v1=3ca092629bd65f70a64f7624c05b4f96dad6f7fdd7f778106e33e9b35dddd487");
    const Headers github = signature_headers(Scheme::Github, keys, kKnown);
    EXPECT_EQ(header(github, "X-Hub-Signature-256"),
              "sha256=07de539848922e8fe006961e07ce1519782b6ca48773ea0e8f7fbd00965d4d9b");
    EXPECT_EQ(header(github, "X-GitHub-Delivery"), "msg_01RADAR0001");
    const Headers slack = signature_headers(Scheme::Slack, keys, kKnown);
    EXPECT_EQ(header(slack, "X-Slack-Signature"),
              "v0=b2d98a3288d9ebdd098bf1e667f19e71576c89573ddc71b5bc1a461f097a213e");
    EXPECT_EQ(header(slack, "X-Slack-Request-Timestamp"), "1794000000");
}

TEST(Webhook, request_is_signed_over_the_bytes_that_are_sent) {
    FakeNotifierHost host(entry_of<Webhook>(), config_with());
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    const auto request = host.build(AlertBuilder().id("sig.1#2").sent_at_ns(kAtNs));
    ASSERT_TRUE(request.ok());
    EXPECT_EQ(request->method, "POST");
    EXPECT_EQ(request->url, kUrl);
    EXPECT_EQ(header(request->headers, "content-type"), "application/json");
    EXPECT_EQ(header(request->headers, "webhook-id"), "sig~2e1~232");
    EXPECT_EQ(header(request->headers, "webhook-timestamp"), "1794000000");
    EXPECT_EQ(header(request->headers, "webhook-signature"),
              "v1," + kit::base64(kit::hmac_sha256("radar-test-secret-0123456789abcd",
                                                   "sig~2e1~232.1794000000." + request->body)));
    EXPECT_EQ(header(request->headers, "authorization"), "(none)");
}

TEST(Webhook, second_attempt_repeats_id_and_body_with_its_own_time) {
    FakeNotifierHost host(entry_of<Webhook>(), config_with());
    const auto first = host.build(AlertBuilder().sent_at_ns(kAtNs));
    const auto second =
        host.build(AlertBuilder().sent_at_ns(kAtNs + 61'000'000'000).attempt(2).late_ms(61'000));
    EXPECT_EQ(first->body, second->body);
    EXPECT_EQ(header(first->headers, "webhook-id"), header(second->headers, "webhook-id"));
    EXPECT_EQ(header(second->headers, "webhook-timestamp"), "1794000061");
    EXPECT_NE(header(first->headers, "webhook-signature"),
              header(second->headers, "webhook-signature"));
}

TEST(Webhook, both_keys_sign_while_they_change) {
    FakeConfig config = config_with();
    config.text("previous_secret", kOlderWhsec).text("authorization", "Bearer CANARY");
    FakeNotifierHost host(entry_of<Webhook>(), config);
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    const auto request = host.build(AlertBuilder().id("sig-1").sent_at_ns(kAtNs));
    const std::string text = "sig-1.1794000000." + request->body;
    EXPECT_EQ(header(request->headers, "webhook-signature"),
              "v1," + kit::base64(kit::hmac_sha256("radar-test-secret-0123456789abcd", text)) +
                  " v1," + kit::base64(kit::hmac_sha256("older-test-secret-0123456789abcd", text)));
    EXPECT_EQ(header(request->headers, "authorization"), "Bearer CANARY");
}

TEST(Webhook, body_tells_the_alert_and_the_whole_signal) {
    FakeNotifierHost host(entry_of<Webhook>(), config_with());
    AlertBuilder alert;
    alert.id("sig-7").story("sig-1").phase(PETREL_ALERT_UPDATE).at_ns(kAtNs).score(1.5);
    alert.field("Side", "long positions liquidated").json(R"({"id":"sig-7","n":[1]})");
    const json body = json::parse(host.build(alert)->body, nullptr, false);
    EXPECT_EQ(body["type"], "alert.updated");
    EXPECT_EQ(body["timestamp"], "2026-11-06T21:20:00Z");
    const json& data = body["data"];
    EXPECT_EQ(data["id"], "sig-7");
    EXPECT_EQ(data["story"], "sig-1");
    EXPECT_EQ(data["kind"], "LIQ_STORM");
    EXPECT_EQ(data["side"], "long");
    EXPECT_EQ(data["severity"], "warning");
    EXPECT_EQ(data["score"], 1.5);
    EXPECT_EQ(data["fields"], json::parse(R"([{"name":"Side",
        "value":"long positions liquidated"}])"));
    EXPECT_EQ(data["signal"], json::parse(R"({"id":"sig-7","n":[1]})"));
}

TEST(Webhook, hostile_texts_are_read_back_and_the_body_stays_short) {
    FakeNotifierHost host(entry_of<Webhook>(), config_with());
    for (const kit::testing::HostileText& hostile : kit::testing::hostile_texts()) {
        AlertBuilder alert;
        alert.headline(hostile.text + "x").symbol(hostile.text).footer(hostile.text);
        alert.field(hostile.text, hostile.text).link(hostile.text).id("sig-1" + hostile.text);
        alert.json(json{{"x", plain_line(hostile.text)}}.dump());
        const auto request = host.build(alert);
        EXPECT_LE(request->body.size(), kBodyMax) << hostile.fact;
        const json body = json::parse(request->body, nullptr, false);
        ASSERT_TRUE(body.is_object()) << hostile.fact;
        const std::string line = plain_line(hostile.text + "x");
        EXPECT_EQ(body["data"]["headline"], line.size() <= 200 ? line : shortened(line, 200));
        const std::string id = header(request->headers, "webhook-id");
        EXPECT_EQ(id.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-~"),
                  std::string::npos);
        EXPECT_LE(id.size(), 255U);
    }
}

TEST(Webhook, long_signal_is_left_out_whole) {
    FakeNotifierHost host(entry_of<Webhook>(), config_with());
    const std::string big = R"({"x":")" + std::string(30'000, 'x') + R"("})";
    const json body = json::parse(host.build(AlertBuilder().json(big))->body, nullptr, false);
    EXPECT_FALSE(body["data"].contains("signal"));
    EXPECT_EQ(body["data"]["id"], "sig-0001");
}

TEST(Webhook, every_2xx_confirms_and_garbage_does_no_harm) {
    FakeNotifierHost host(entry_of<Webhook>(), config_with());
    kit::testing::expect_lives_through_garbage(
        host, "CANARY-hook",
        [](std::uint32_t status, const std::string&) { return status >= 200 && status < 300; });
}

TEST(Webhook, statuses_become_the_right_outcomes) {
    FakeNotifierHost host(entry_of<Webhook>(), config_with());
    const std::pair<std::uint32_t, std::uint32_t> known[] = {
        {200, PETREL_DELIVERED}, {299, PETREL_DELIVERED}, {302, PETREL_RETRY},
        {400, PETREL_REFUSED},   {401, PETREL_BROKEN},    {404, PETREL_BROKEN},
        {408, PETREL_RETRY},     {410, PETREL_BROKEN},    {413, PETREL_REFUSED},
        {429, PETREL_RETRY},     {500, PETREL_RETRY},     {504, PETREL_RETRY}};
    for (const auto& [status, result] : known) {
        EXPECT_EQ(host.reply(status, "").result, result) << status;
    }
    EXPECT_EQ(host.reply(429, "", {{"retry-after", "9"}}).retry_after_ms, 9'000U);
    EXPECT_EQ(host.reply(503, "", {{"retry-after", "2"}}).retry_after_ms, 2'000U);
    EXPECT_EQ(host.reply(400, "bad CANARY-hook").reason.find("CANARY-hook"), std::string::npos);
}

TEST(Webhook, receiver_honours_its_key) {
    FakeNotifierHost host(entry_of<Webhook>(), config_with());
    EXPECT_EQ(host.limits().abilities, PETREL_HONOURS_KEY | PETREL_CAN_ACKNOWLEDGE);
    EXPECT_EQ(host.limits().per_second, 10);
}

TEST(Webhook, unusable_configuration_is_refused_without_showing_it) {
    struct Bad {
        std::string url, secret, scheme, authorization;
    };
    const Bad bad[] = {{"", kWhsec, "standard", ""},
                       {"ftp://CANARY", kWhsec, "standard", ""},
                       {kUrl, "CANARY", "standard", ""},
                       {kUrl, "whsec_CANARY", "standard", ""},
                       {kUrl, "whsec_Q0FOQVJZ", "standard", ""},
                       {kUrl, "CANARY", "github", ""},
                       {kUrl, kWhsec, "CANARY", ""},
                       {kUrl, kWhsec, "standard", "CANARY\r\nx: y"}};
    for (const Bad& b : bad) {
        FakeConfig config;
        config.text("url", b.url).text("secret", b.secret).text("scheme", b.scheme);
        config.text("authorization", b.authorization);
        FakeNotifierHost host(entry_of<Webhook>(), config);
        EXPECT_EQ(host.status().code(), PETREL_E_INVALID) << b.url << b.secret << b.scheme;
        EXPECT_EQ(host.status().message().find("CANARY"), std::string::npos);
    }
}

}  // namespace
}  // namespace petrel::webhook
