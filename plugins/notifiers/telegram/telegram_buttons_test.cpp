// Who pressed the button under a message: the polls that ask for it, and what comes of the answers.
#include <gtest/gtest.h>

#include "telegram.hpp"
#include "telegram_support.hpp"

namespace petrel::telegram {
namespace {

FakeConfig config_with_buttons(const std::string& users = "") {
    FakeConfig config = config_with();
    config.number("buttons", 1).text("ack_users", users);
    return config;
}

// An update of somebody who pressed the button under a message of a chat.
json press(int update, const std::string& data, const json& from, const std::string& chat = kChat) {
    return {{"update_id", update},
            {"callback_query",
             {{"id", "cb" + std::to_string(update)},
              {"from", from},
              {"data", data},
              {"message", {{"message_id", 7}, {"chat", {{"id", std::stoll(chat)}}}}}}}};
}
std::string updates(const std::vector<json>& list) {
    return json{{"ok", true}, {"result", list}}.dump();
}
const json kAnn{{"id", 4711}, {"username", "Ann"}, {"first_name", "Ann"}};

TEST(TelegramButtons, presses_are_read_once_and_answered) {
    FakeNotifierHost host(testing::entry_of<Telegram>(), config_with_buttons());
    ASSERT_TRUE(host.polls());
    const auto first = host.build_poll();
    EXPECT_TRUE(first->url.ends_with("/getUpdates"));
    EXPECT_GT(first->timeout_ms, 25'000U) << "longer than the long poll";
    EXPECT_EQ(json::parse(first->body),
              json::parse(R"({"timeout":25,"limit":20,"allowed_updates":["callback_query"]})"));
    const Poll poll = host.poll_reply(200, updates({press(10, "ack:sig-1", kAnn)}));
    ASSERT_EQ(poll.presses.size(), 1U);
    EXPECT_EQ(poll.presses[0].story_id, "sig-1");
    EXPECT_EQ(poll.presses[0].who, "@Ann");
    const auto answer = host.build_poll({{poll.presses[0].token, "Acknowledged"}});
    EXPECT_TRUE(answer->url.ends_with("/answerCallbackQuery"));
    EXPECT_EQ(json::parse(answer->body),
              json::parse(R"({"callback_query_id":"cb10","text":"Acknowledged"})"));
    EXPECT_EQ(host.poll_reply(200, R"({"ok":true,"result":true})").result, PETREL_DELIVERED);
    EXPECT_EQ(json::parse(host.build_poll()->body)["offset"], 11) << "the press is confirmed";
}

TEST(TelegramButtons, those_who_may_not_are_counted_and_told) {
    FakeNotifierHost host(testing::entry_of<Telegram>(), config_with_buttons("4711, @Bob"));
    const json bob{{"id", 5}, {"username", "bob"}};
    const json eve{{"id", 6}, {"username", "eve"}};
    (void)host.build_poll();
    const Poll poll = host.poll_reply(
        200, updates({press(1, "ack:sig-1", eve), press(2, "ack:sig-2", bob),
                      press(3, "ack:sig-3", kAnn), press(4, "ack:sig-4", kAnn, "-99"),
                      press(5, "buy:sig-5", kAnn)}));
    ASSERT_EQ(poll.presses.size(), 2U);
    EXPECT_EQ(poll.presses[0].story_id, "sig-2");
    EXPECT_EQ(poll.presses[1].story_id, "sig-3");
    EXPECT_EQ(poll.ignored, 3U);
    EXPECT_EQ(json::parse(host.build_poll()->body)["callback_query_id"], "cb1");
}

TEST(TelegramButtons, failures_wait_or_end_the_questions) {
    FakeNotifierHost host(testing::entry_of<Telegram>(), config_with_buttons());
    (void)host.build_poll();
    const Poll other = host.poll_reply(409, R"({"ok":false,"description":"Conflict"})");
    EXPECT_EQ(other.result, PETREL_RETRY);
    EXPECT_NE(other.reason.find("another program takes this bot's updates"), std::string::npos);
    const Poll slower = host.poll_reply(429, R"({"ok":false,"parameters":{"retry_after":7}})");
    EXPECT_EQ(slower.result, PETREL_RETRY);
    EXPECT_EQ(slower.wait_ms, 7'000U);
    EXPECT_EQ(host.poll_reply(502, "<html>").result, PETREL_RETRY);
    EXPECT_EQ(host.poll_reply(200, R"({"ok":true,"result":7})").result, PETREL_RETRY);
    const Poll gone = host.poll_reply(401, R"({"ok":false,"description":"Unauthorized"})");
    EXPECT_EQ(gone.result, PETREL_BROKEN);
    EXPECT_EQ(gone.reason.find(kToken), std::string::npos);
}

TEST(TelegramButtons, an_answer_that_comes_too_late_is_given_up) {
    FakeNotifierHost host(testing::entry_of<Telegram>(), config_with_buttons());
    EXPECT_TRUE(host.build_poll({{"cb1", "Acknowledged"}})->url.ends_with("/answerCallbackQuery"));
    EXPECT_EQ(host.poll_reply(400, R"({"ok":false,"description":"query is too old"})").result,
              PETREL_DELIVERED);
    EXPECT_TRUE(host.build_poll()->url.ends_with("/getUpdates"));
}

TEST(TelegramButtons, without_buttons_nothing_is_asked) {
    FakeNotifierHost host(testing::entry_of<Telegram>(), config_with());
    EXPECT_EQ(host.build_poll()->url, "");
}

TEST(TelegramButtons, an_acknowledgement_edits_the_message_and_takes_the_button_away) {
    FakeNotifierHost host(testing::entry_of<Telegram>(), config_with_buttons());
    AlertBuilder alert;
    alert.phase(PETREL_ALERT_ACKNOWLEDGED).provider_id("7").field("Acknowledged", "by @Ann");
    const auto request = host.build(alert);
    EXPECT_TRUE(request->url.ends_with("/editMessageText"));
    const json body = json::parse(request->body);
    EXPECT_EQ(body["message_id"], 7);
    EXPECT_FALSE(body.contains("reply_markup"));
    EXPECT_NE(body["text"].get<std::string>().find("Acknowledged: by @Ann"), std::string::npos);
    EXPECT_NE(host.limits().abilities & PETREL_CAN_ACKNOWLEDGE, 0U);
}

TEST(TelegramButtons, users_that_are_none_are_refused) {
    for (const char* users : {"ann", "@", "4711;5", "@a-b"}) {
        FakeNotifierHost host(testing::entry_of<Telegram>(), config_with_buttons(users));
        EXPECT_NE(host.status().message().find("'ack_users'"), std::string::npos) << users;
    }
}

}  // namespace
}  // namespace petrel::telegram
