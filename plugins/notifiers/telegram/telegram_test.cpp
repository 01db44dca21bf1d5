// The channel from outside: the request it builds, and what it makes of every sort of answer. No
// sentence it writes may hold the token or the chat's id.
#include "telegram.hpp"

#include <gtest/gtest.h>

#include "telegram_support.hpp"

namespace petrel::telegram {
namespace {

TEST(Telegram, request_is_the_documented_one) {
    FakeNotifierHost host(testing::entry_of<Telegram>(), config_with());
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    const auto request = host.build(AlertBuilder().headline("BTC <storm>"));
    ASSERT_TRUE(request.ok());
    EXPECT_EQ(request->method, "POST");
    EXPECT_EQ(request->url, std::string("https://api.telegram.org/bot") + kToken + "/sendMessage");
    ASSERT_EQ(request->headers.size(), 1U);
    EXPECT_EQ(request->headers[0].second, "application/json");
    const json body = body_of(request);
    EXPECT_EQ(body["chat_id"], -10098765);
    EXPECT_EQ(body["parse_mode"], "HTML");
    EXPECT_EQ(body["disable_notification"], false);
    EXPECT_EQ(body["link_preview_options"]["is_disabled"], true);
    EXPECT_TRUE(body["text"].get<std::string>().starts_with("<b>BTC &lt;storm&gt;</b>\n"));
    EXPECT_FALSE(body.contains("message_thread_id"));
}

TEST(Telegram, parameters_reach_the_request) {
    FakeConfig config = config_with("@radar_channel");
    config.text("api", "http://127.0.0.1:8081/")
        .number("message_thread_id", 17)
        .number("silent", 1);
    FakeNotifierHost host(testing::entry_of<Telegram>(), config);
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    const auto request = host.build(AlertBuilder());
    const json body = body_of(request);
    EXPECT_EQ(request->url, std::string("http://127.0.0.1:8081/bot") + kToken + "/sendMessage");
    EXPECT_EQ(body["chat_id"], "@radar_channel");
    EXPECT_EQ(body["message_thread_id"], 17);
    EXPECT_EQ(body["disable_notification"], true);
    ASSERT_EQ(host.host().lines.size(), 1U);  // the warning that http is readable
    EXPECT_EQ(host.host().lines[0].text.find("CANARY"), std::string::npos);
}

TEST(Telegram, limits_are_those_of_one_chat) {
    FakeNotifierHost host(testing::entry_of<Telegram>(), config_with());
    const petrel_notifier_limits limits = host.limits();
    EXPECT_EQ(limits.per_second, 1);
    EXPECT_EQ(limits.per_minute, 20);
    EXPECT_EQ(limits.burst, 3U);
    EXPECT_EQ(limits.text_chars_max, 4096U);
}

struct AnswerCase {
    const char* fact;
    std::uint32_t status;
    std::string body;
    std::uint32_t result;
    std::uint64_t retry_after_ms = 0;
    std::vector<std::pair<std::string, std::string>> headers = {};
};

class AnswerOf : public ::testing::TestWithParam<AnswerCase> {};

TEST_P(AnswerOf, telegram_becomes_the_right_outcome) {
    FakeNotifierHost host(testing::entry_of<Telegram>(), config_with());
    ASSERT_TRUE(host.build(AlertBuilder()).ok());
    const Outcome outcome = host.reply(GetParam().status, GetParam().body, GetParam().headers);
    EXPECT_EQ(outcome.result, GetParam().result) << outcome.reason;
    EXPECT_EQ(outcome.retry_after_ms, GetParam().retry_after_ms);
    EXPECT_EQ(outcome.reason.empty(), outcome.result == PETREL_DELIVERED);
    for (const char* secret : {"CANARY", "704411", "10098765", "20012345"}) {
        EXPECT_EQ(outcome.reason.find(secret), std::string::npos) << outcome.reason;
    }
}

std::string too_many(const std::string& retry_after) {
    return R"({"ok":false,"error_code":429,"parameters":{"retry_after":)" + retry_after + "}}";
}

const AnswerCase kAnswers[] = {
    {"ok_is_delivered", 200, R"({"ok":true,"result":{"message_id":4711}})", PETREL_DELIVERED},
    {"ok_without_an_id_is_delivered", 200, R"({"ok":true})", PETREL_DELIVERED},
    {"not_ok_is_tried_again", 200, R"({"ok":false,"description":"hm"})", PETREL_RETRY},
    {"ok_as_text_is_no_confirmation", 200, R"({"ok":"true"})", PETREL_RETRY},
    {"garbage_is_tried_again", 200, "<html>hello</html>", PETREL_RETRY},
    {"nothing_is_tried_again", 200, "", PETREL_RETRY},
    {"deep_nesting_is_tried_again", 200, std::string(100'000, '['), PETREL_RETRY},
    {"huge_body_is_tried_again", 200, "{\"ok\":true,\"x\":\"" + std::string(300'000, 'x') + "\"}",
     PETREL_RETRY},
    {"wait_is_taken_exactly", 429, too_many("7"), PETREL_RETRY, 7'000},
    {"wait_of_an_hour_is_the_most", 429, too_many("999999999999"), PETREL_RETRY, 3'600'000},
    {"absurd_wait_is_an_hour", 429, too_many("1e300"), PETREL_RETRY, 3'600'000},
    {"negative_wait_is_none", 429, too_many("-5"), PETREL_RETRY, 0},
    {"wait_as_text_is_none", 429, too_many("\"7\""), PETREL_RETRY, 0},
    {"wait_as_object_is_none", 429, too_many("{}"), PETREL_RETRY, 0},
    {"wait_comes_from_the_header_otherwise",
     429,
     "slow down",
     PETREL_RETRY,
     9'000,
     {{"retry-after", "9"}}},
    {"date_in_the_header_is_none",
     429,
     "",
     PETREL_RETRY,
     0,
     {{"retry-after", "Fri, 20 Nov 2026 21:00:00 GMT"}}},
    {"chat_not_found_is_refused", 400,
     R"({"ok":false,"description":"Bad Request: chat not found"})", PETREL_REFUSED},
    {"supergroup_stops_the_channel", 400,
     R"({"ok":false,"description":"Bad Request: group chat was upgraded to a supergroup chat",
         "parameters":{"migrate_to_chat_id":-20012345}})",
     PETREL_BROKEN},
    {"wrong_token_stops_the_channel", 401, R"({"ok":false,"description":"Unauthorized"})",
     PETREL_BROKEN},
    {"blocked_bot_stops_the_channel", 403, R"({"ok":false,"description":"Forbidden: blocked"})",
     PETREL_BROKEN},
    {"unknown_bot_stops_the_channel", 404, R"({"ok":false,"description":"Not Found"})",
     PETREL_BROKEN},
    {"too_large_is_refused", 413, "", PETREL_REFUSED},
    {"server_error_is_tried_again", 502, "Bad Gateway", PETREL_RETRY},
    {"server_error_waits_by_the_hosts_back_off", 500, "{\"ok\":false}", PETREL_RETRY},
    {"echo_of_the_token_is_not_repeated", 400,
     std::string(R"({"ok":false,"description":"no such method /bot)") + kToken + R"(/send"})",
     PETREL_REFUSED},
    {"echo_of_the_chat_is_not_repeated", 403,
     R"({"ok":false,"description":"not in chat -10098765"})", PETREL_BROKEN},
    {"description_that_is_no_text_is_left_out", 400, R"({"ok":false,"description":{"a":1}})",
     PETREL_REFUSED},
};

INSTANTIATE_TEST_SUITE_P(telegram, AnswerOf, ::testing::ValuesIn(kAnswers),
                         [](const auto& given) { return given.param.fact; });

TEST(Telegram, delivered_message_has_the_providers_id) {
    FakeNotifierHost host(testing::entry_of<Telegram>(), config_with());
    EXPECT_EQ(host.reply(200, R"({"ok":true,"result":{"message_id":4711}})").provider_id, "4711");
    EXPECT_EQ(host.reply(200, R"({"ok":true,"result":{"message_id":"x"}})").provider_id, "");
}

constexpr const char* kCannotParse =
    R"({"ok":false,"error_code":400,"description":"Bad Request: can't parse entities: x"})";

TEST(Telegram, refused_markup_is_sent_once_more_as_plain_text) {
    FakeNotifierHost host(testing::entry_of<Telegram>(), config_with());
    ASSERT_TRUE(host.build(AlertBuilder().id("sig-1")).ok());
    EXPECT_EQ(host.reply(400, kCannotParse).result, PETREL_RETRY);

    const json again = body_of(host.build(AlertBuilder().id("sig-1").headline("a < b")));
    EXPECT_FALSE(again.contains("parse_mode"));
    EXPECT_TRUE(again["text"].get<std::string>().starts_with("a < b\n"));
    EXPECT_EQ(host.reply(400, kCannotParse).result, PETREL_REFUSED);

    const json other = body_of(host.build(AlertBuilder().id("sig-2")));
    EXPECT_EQ(other["parse_mode"], "HTML");
}

TEST(Telegram, memory_of_refused_markup_is_bounded) {
    FakeNotifierHost host(testing::entry_of<Telegram>(), config_with());
    for (int i = 0; i < 65; ++i) {
        ASSERT_TRUE(host.build(AlertBuilder().id("sig-" + std::to_string(i))).ok());
        ASSERT_EQ(host.reply(400, kCannotParse).result, PETREL_RETRY);
    }
    EXPECT_TRUE(body_of(host.build(AlertBuilder().id("sig-0"))).contains("parse_mode"));
    EXPECT_FALSE(body_of(host.build(AlertBuilder().id("sig-64"))).contains("parse_mode"));
}

TEST(Telegram, news_of_a_story_edits_its_first_message) {
    FakeNotifierHost host(testing::entry_of<Telegram>(), config_with());
    EXPECT_EQ(host.limits().abilities,
              PETREL_CAN_EDIT | PETREL_CAN_IMAGE | PETREL_CAN_ADD_IMAGE | PETREL_CAN_ACKNOWLEDGE);
    const auto update = AlertBuilder().phase(PETREL_ALERT_UPDATE).provider_id("4711");
    const auto request = host.build(update);
    EXPECT_EQ(request->url,
              std::string("https://api.telegram.org/bot") + kToken + "/editMessageText");
    const json body = body_of(request);
    EXPECT_EQ(body["message_id"], 4711);
    EXPECT_EQ(body["chat_id"], -10098765);
    EXPECT_FALSE(body.contains("disable_notification"));
    // Nothing new to show is what was wanted.
    const Outcome same =
        host.reply(400, R"({"ok":false,"description":"Bad Request: message is not modified: x"})");
    EXPECT_EQ(same.result, PETREL_DELIVERED);
    EXPECT_EQ(same.provider_id, "4711");
    // A message that is gone is sent anew.
    const char* gone = R"({"ok":false,"description":"Bad Request: message to edit not found"})";
    EXPECT_EQ(host.reply(400, gone).result, PETREL_RETRY);
    EXPECT_FALSE(body_of(host.build(update)).contains("message_id"));
    EXPECT_EQ(host.reply(400, gone).result, PETREL_REFUSED);
    for (const char* none : {"", "x", "-5", "47/11", "0"}) {
        const auto other = AlertBuilder().phase(PETREL_ALERT_UPDATE).provider_id(none);
        EXPECT_TRUE(host.build(other)->url.ends_with("/sendMessage")) << none;
    }
}

TEST(Telegram, silent_alert_makes_no_sound) {
    FakeNotifierHost host(testing::entry_of<Telegram>(), config_with());
    EXPECT_EQ(body_of(host.build(AlertBuilder().silent()))["disable_notification"], true);
}

TEST(Telegram, buttons_acknowledge_and_open) {
    FakeConfig config = config_with();
    config.number("buttons", 1);
    FakeNotifierHost host(testing::entry_of<Telegram>(), config);
    AlertBuilder alert;
    alert.id("sig-1#2").story("sig-1").link("https://radar.example/s/sig-1");
    EXPECT_EQ(body_of(host.build(alert))["reply_markup"], json::parse(R"({"inline_keyboard":[[
        {"text":"Acknowledge","callback_data":"ack:sig-1"},
        {"text":"Open","url":"https://radar.example/s/sig-1"}]]})"));
    EXPECT_EQ(body_of(host.build(alert.phase(PETREL_ALERT_END)))["reply_markup"],
              json::parse(R"({"inline_keyboard":[[
        {"text":"Open","url":"https://radar.example/s/sig-1"}]]})"));
    // An alert of the system is no signal, and a story that is taken on asks no more.
    EXPECT_FALSE(body_of(host.build(AlertBuilder().type("SYSTEM").phase(PETREL_ALERT_NEW)))
                     .contains("reply_markup"));
    (void)host.build(AlertBuilder().story("sig-2").phase(PETREL_ALERT_ACKNOWLEDGED));
    EXPECT_FALSE(body_of(host.build(AlertBuilder().story("sig-2").phase(PETREL_ALERT_UPDATE)))
                     .contains("reply_markup"));
    AlertBuilder since_a_restart;
    since_a_restart.story("sig-3").phase(PETREL_ALERT_UPDATE).acknowledged();
    EXPECT_FALSE(body_of(host.build(since_a_restart)).contains("reply_markup"));
    // Longer than a button carries, and a link that is none.
    alert.phase(PETREL_ALERT_NEW).story(std::string(61, 's')).link("javascript:x");
    EXPECT_FALSE(body_of(host.build(alert)).contains("reply_markup"));
    FakeNotifierHost plain(testing::entry_of<Telegram>(), config_with());
    EXPECT_FALSE(body_of(plain.build(AlertBuilder())).contains("reply_markup"));
}

TEST(Telegram, unusable_configuration_is_refused_without_showing_it) {
    struct Bad {
        std::string token, chat, api;
    };
    const Bad bad[] = {{"", kChat, "https://api.telegram.org"},
                       {"CANARY/../x", kChat, "https://api.telegram.org"},
                       {"CANARY\r\nHost: x", kChat, "https://api.telegram.org"},
                       {kToken, "CANARY", "https://api.telegram.org"},
                       {kToken, "@", "https://api.telegram.org"},
                       {kToken, kChat, "ftp://CANARY"}};
    for (const Bad& b : bad) {
        FakeConfig config;
        config.text("token", b.token).text("chat_id", b.chat).text("api", b.api);
        FakeNotifierHost host(testing::entry_of<Telegram>(), config);
        EXPECT_EQ(host.status().code(), PETREL_E_INVALID);
        EXPECT_EQ(host.status().message().find("CANARY"), std::string::npos);
    }
}

// The value of one part of a form.
std::string part_of(const std::string& body, const std::string& name) {
    const std::size_t at = body.find("name=\"" + name + "\"");
    if (at == std::string::npos) {
        return "(no " + name + ")";
    }
    const std::size_t from = body.find("\r\n\r\n", at) + 4;
    return body.substr(from, body.find("\r\n--", from) - from);
}

constexpr const char* kDone77 = R"({"ok":true,"result":{"message_id":77}})";

AlertBuilder picture_of(const std::string& provider_id) {
    return AlertBuilder()
        .id("sig-1#pic")
        .phase(PETREL_ALERT_IMAGE)
        .provider_id(provider_id)
        .image("\x89PNG", "x");
}

TEST(Telegram, picture_is_added_to_a_text_and_keeps_its_words_and_buttons) {
    FakeConfig config = config_with();
    config.number("buttons", 1);
    FakeNotifierHost host(petrel::testing::entry_of<Telegram>(), config);
    const auto told = [](AlertBuilder alert) { return alert.headline("BTC <storm>").story("s"); };
    const json text = body_of(host.build(told(AlertBuilder().image("\x89PNG", "x"))));
    ASSERT_TRUE(text.contains("text")) << "the words wait for no picture";
    const auto added = host.build(told(picture_of("77")));
    ASSERT_TRUE(added.ok()) << added.status().message();
    EXPECT_TRUE(added->url.ends_with("/editMessageMedia"));
    EXPECT_TRUE(added->headers[0].second.starts_with("multipart/form-data; boundary="));
    EXPECT_EQ(part_of(added->body, "chat_id"), "-10098765");
    EXPECT_EQ(part_of(added->body, "message_id"), "77");
    const json media = json::parse(part_of(added->body, "media"));
    EXPECT_EQ(media["type"], "photo");
    EXPECT_EQ(media["media"], "attach://card");
    EXPECT_EQ(media["caption"], text["text"]) << "without a caption the words would go";
    EXPECT_EQ(media["parse_mode"], "HTML");
    EXPECT_EQ(json::parse(part_of(added->body, "reply_markup")), text["reply_markup"]);
    EXPECT_EQ(part_of(added->body, "card"), "\x89PNG");
    EXPECT_EQ(host.reply(200, kDone77).provider_id, "77p");
}

TEST(Telegram, later_words_of_a_picture_edit_its_caption) {
    FakeNotifierHost host(petrel::testing::entry_of<Telegram>(), config_with());
    const auto edit = host.build(AlertBuilder().phase(PETREL_ALERT_UPDATE).provider_id("77p"));
    EXPECT_TRUE(edit->url.ends_with("/editMessageCaption"));
    EXPECT_EQ(body_of(edit)["message_id"], 77);
    EXPECT_TRUE(body_of(edit).contains("caption"));
    EXPECT_FALSE(body_of(edit).contains("text"));
    EXPECT_EQ(host.reply(200, kDone77).provider_id, "77p");
    // A crash may have kept it from being known that the picture was taken.
    const auto update = AlertBuilder().phase(PETREL_ALERT_UPDATE).provider_id("78");
    EXPECT_TRUE(host.build(update)->url.ends_with("/editMessageText"));
    const Outcome no_text = host.reply(
        400,
        R"({"ok":false,"description":"Bad Request: there is no text in the message to edit"})");
    EXPECT_EQ(no_text.result, PETREL_RETRY) << no_text.reason;
    EXPECT_TRUE(host.build(update)->url.ends_with("/editMessageCaption"));
    EXPECT_EQ(host.reply(200, R"({"ok":true,"result":{"message_id":78}})").provider_id, "78p");
    EXPECT_TRUE(host.build(AlertBuilder().phase(PETREL_ALERT_UPDATE).provider_id("79"))
                    ->url.ends_with("/editMessageText"));
}

TEST(Telegram, later_picture_takes_the_place_of_the_one_before_and_keeps_the_words) {
    FakeConfig config = config_with();
    config.number("buttons", 1);
    FakeNotifierHost host(petrel::testing::entry_of<Telegram>(), config);
    const auto told = [](AlertBuilder alert) {
        return alert.story("s").field("Why", std::string(900, 'y')).field("Note", "z");
    };
    const auto long_told = [&](AlertBuilder alert) {
        return told(std::move(alert)).field("More", std::string(300, 'x'));
    };
    const json words = body_of(
        host.build(long_told(AlertBuilder().phase(PETREL_ALERT_UPDATE).provider_id("77p"))));
    const auto update = host.build(long_told(picture_of("77p")));
    ASSERT_TRUE(update.ok()) << update.status().message();
    EXPECT_EQ(part_of(update->body, "message_id"), "77");
    EXPECT_EQ(json::parse(part_of(update->body, "media"))["caption"], words["caption"]);
    EXPECT_NE(part_of(update->body, "reply_markup"), "(no reply_markup)");
    EXPECT_EQ(host.reply(200, kDone77).provider_id, "77p");
    const auto end = host.build(told(picture_of("77p").shown_phase(PETREL_ALERT_END)));
    ASSERT_TRUE(end.ok()) << end.status().message();
    EXPECT_EQ(part_of(end->body, "reply_markup"), "(no reply_markup)")
        << "a story that is over asks for nothing";
}

TEST(Telegram, picture_that_cannot_be_added_leaves_its_message_alone) {
    FakeNotifierHost host(petrel::testing::entry_of<Telegram>(), config_with());
    const auto answer = [&](std::uint32_t status, const char* description) {
        EXPECT_TRUE(host.build(picture_of("77")).ok());
        return host.reply(status, std::string(R"({"ok":false,"description":"Bad Request: )") +
                                      description + "\"}");
    };
    EXPECT_EQ(answer(400, "IMAGE_PROCESS_FAILED").result, PETREL_REFUSED);
    EXPECT_EQ(answer(413, "x").result, PETREL_REFUSED);
    EXPECT_EQ(answer(400, "there is no media in the message to edit").result, PETREL_REFUSED);
    EXPECT_TRUE(host.build(AlertBuilder().phase(PETREL_ALERT_UPDATE).provider_id("77"))
                    ->url.ends_with("/editMessageText"))
        << "its words go on";
    EXPECT_EQ(answer(400, "message is not modified").provider_id, "77p") << "it is there already";
    EXPECT_EQ(answer(400, "can't parse entities: x").result, PETREL_RETRY);
    EXPECT_FALSE(
        json::parse(part_of(host.build(picture_of("77"))->body, "media")).contains("parse_mode"));
    EXPECT_EQ(answer(400, "message to edit not found").result, PETREL_REFUSED) << "no new message";
    EXPECT_FALSE(host.build(picture_of("77")).ok()) << "it is known to be gone";
    for (const char* none : {"", "x", "-5"}) {
        EXPECT_FALSE(host.build(picture_of(none)).ok()) << none;
    }
    const auto long_words = picture_of("78").field("Note", std::string(1'100, 'x'));
    EXPECT_NE(host.build(long_words).status().message().find("1024"), std::string::npos)
        << "no words are given up for a picture";
}

}  // namespace
}  // namespace petrel::telegram
