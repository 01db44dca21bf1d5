// Messages taken apart again by an oracle that knows MIME, and what sessions with a mail server
// come to. The sessions themselves are run against a real server in tests/integration.
#include "email.hpp"

#include <gtest/gtest.h>

#include "kit/encoding.hpp"
#include "kit/testing/hostile_texts.hpp"
#include "petrel/plain_text.hpp"
#include "petrel/testing/fake_notifier_host.hpp"

namespace petrel::email {
namespace {

using petrel::testing::AlertBuilder;
using petrel::testing::entry_of;
using petrel::testing::FakeConfig;
using petrel::testing::FakeNotifierHost;

const Envelope kEnvelope{"radar@example.org", {"a@example.test", "b@example.test"}};

std::string message_for(AlertBuilder builder) {
    const petrel_alert raw = builder.raw();
    return message_of(Alert(&raw), kEnvelope);
}

struct Mail {
    std::vector<std::pair<std::string, std::string>> headers;  // unfolded
    std::string body;
    std::string fault;

    [[nodiscard]] std::string header(const std::string& name) const {
        std::string found;
        for (const auto& [key, value] : headers) {
            if (key == name) {
                found += found.empty() ? value : "(twice)";
            }
        }
        return found;
    }
};

// Lines, headers and body by RFC 5322.
Mail taken_apart(std::string_view text) {
    Mail mail;
    while (true) {
        const std::size_t end = text.find("\r\n");
        if (end == std::string_view::npos) {
            mail.fault = "header without an end";
            return mail;
        }
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 2);
        if (line.empty()) {
            break;
        }
        if (line.size() > kLineMax || line.find_first_of("\r\n") != std::string_view::npos) {
            mail.fault = "bad line";
        }
        if (line.front() == ' ' && !mail.headers.empty()) {
            mail.headers.back().second += line;
            continue;
        }
        const std::size_t colon = line.find(": ");
        if (colon == std::string_view::npos) {
            mail.fault = "line that is no header: " + std::string(line);
            return mail;
        }
        mail.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    mail.body = text;
    return mail;
}

std::vector<Mail> parts_of(const Mail& mail, const std::string& type) {
    const std::string kind = mail.header("Content-Type");
    const std::string start = type + "; boundary=\"";
    std::vector<Mail> parts;
    if (!kind.starts_with(start)) {
        return parts;
    }
    const std::string line = "--" + kind.substr(start.size(), kind.size() - start.size() - 1);
    std::string_view rest = mail.body;
    while (rest.starts_with(line + "\r\n")) {
        rest.remove_prefix(line.size() + 2);
        const std::size_t end = rest.find(line);
        parts.push_back(taken_apart(rest.substr(0, end)));
        rest.remove_prefix(std::min(end, rest.size()));
    }
    return rest == line + "--\r\n" ? parts : std::vector<Mail>();
}

std::string decoded(const Mail& part) {
    std::string text;
    for (const char c : part.body) {
        if (c != '\r' && c != '\n') {
            text.push_back(c);
        }
    }
    return kit::base64_decoded(text).value_or("(no base64)");
}

// RFC 2047: encoded words, what is between two of them vanishes.
std::string shown_subject(std::string_view subject) {
    std::string shown;
    while (!subject.empty()) {
        if (!subject.starts_with("=?UTF-8?B?")) {
            shown.push_back(subject.front());
            subject.remove_prefix(1);
            continue;
        }
        const std::size_t end = subject.find("?=");
        if (end == std::string_view::npos || end + 2 > kEncodedWordMax) {
            return "(word too long)";
        }
        const auto word = kit::base64_decoded(subject.substr(10, end - 10));
        if (!word || plain_line(*word) != *word) {
            return "(half a character)";
        }
        shown += *word;
        subject.remove_prefix(end + 2);
        subject.remove_prefix(subject.starts_with(" =?") ? 1 : 0);
    }
    return shown;
}

TEST(EmailMessage, has_the_documented_headers_and_both_forms) {
    AlertBuilder alert;
    alert.id("sig-1").headline("\u25bc BTC long storm").at_ns(1'794'004'800'000'000'000);
    alert.field("Side", "long").footer("18:40:40 UTC").link("https://radar.example/s");
    const Mail mail = taken_apart(message_for(alert));
    EXPECT_EQ(mail.fault, "");
    EXPECT_EQ(mail.header("From"), "petrel <radar@example.org>");
    EXPECT_EQ(mail.header("To"), "a@example.test, b@example.test");
    EXPECT_EQ(mail.header("Date"), "Fri, 06 Nov 2026 22:40:00 +0000");
    EXPECT_EQ(mail.header("Message-ID"), "<petrel.sig-1@example.org>");
    EXPECT_EQ(mail.header("Subject"), "=?UTF-8?B?W3BldHJlbF0g4pa8IEJUQyBsb25nIHN0b3Jt?=");
    EXPECT_EQ(mail.header("Auto-Submitted"), "auto-generated");
    EXPECT_EQ(mail.header("References"), "");
    const auto parts = parts_of(mail, "multipart/alternative");
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0].header("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(decoded(parts[0]),
              "\u25bc BTC long storm\r\nSide: long\r\n18:40:40 UTC\r\n"
              "https://radar.example/s\r\n");
    EXPECT_NE(decoded(parts[1]).find("<h1 style=\"font-size:18px\">\u25bc BTC long storm</h1>"),
              std::string::npos);
}

TEST(EmailMessage, news_refers_to_the_first_message_and_repeats_have_the_same_id) {
    const Mail news = taken_apart(
        message_for(AlertBuilder().id("sig-1#2").story("sig-1").phase(PETREL_ALERT_UPDATE)));
    EXPECT_EQ(news.header("Message-ID"), "<petrel.sig-1~232@example.org>");
    EXPECT_EQ(news.header("References"), "<petrel.sig-1@example.org>");
    EXPECT_EQ(news.header("In-Reply-To"), "<petrel.sig-1@example.org>");
    EXPECT_EQ(message_for(AlertBuilder().sent_at_ns(1)),
              message_for(AlertBuilder().sent_at_ns(2).attempt(2)));
}

TEST(EmailMessage, no_line_with_an_encoded_word_is_longer_than_its_standard_says) {
    std::string text = message_for(AlertBuilder().headline(
        "\u25bc BTC long storm \u2265 $17.9M in 78 s \u00b7 1.41 extreme, and on it goes"));
    text.resize(text.find("\r\n\r\n"));
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find("\r\n", at), text.size());
        const std::string line = text.substr(at, end - at);
        EXPECT_LE(line.size(), 76U) << line;
        at = end + 2;
    }
}

TEST(EmailMessage, an_escalation_stands_under_the_alert_that_it_is_of) {
    const Mail mail = taken_apart(message_for(AlertBuilder().id("sig-1#esc1").story("sig-1")));
    EXPECT_EQ(mail.header("References"), "<petrel.sig-1@example.org>");
}

TEST(EmailMessage, picture_stands_in_the_message) {
    const Mail mail = taken_apart(message_for(AlertBuilder().image("\x89PNG", "a \"storm\"")));
    const auto parts = parts_of(mail, "multipart/related");
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[1].header("Content-ID"), "<card@petrel>");
    EXPECT_EQ(decoded(parts[1]), "\x89PNG");
    const auto inner = parts_of(parts[0], "multipart/alternative");
    ASSERT_EQ(inner.size(), 2U);
    EXPECT_NE(decoded(inner[1]).find("alt=\"a &quot;storm&quot;\""), std::string::npos);
}

TEST(EmailMessage, hostile_texts_stay_text) {
    for (const kit::testing::HostileText& hostile : kit::testing::hostile_texts()) {
        AlertBuilder alert;
        alert.headline(hostile.text + "x").id(hostile.text + "i").footer(hostile.text);
        alert.field(hostile.text, hostile.text).link(hostile.text);
        const Mail mail = taken_apart(message_for(alert));
        EXPECT_EQ(mail.fault, "") << hostile.fact;
        EXPECT_EQ(mail.headers.size(), 8U) << hostile.fact;
        const std::string subject = shown_subject(mail.header("Subject"));
        const std::string line = plain_line(hostile.text + "x");
        EXPECT_EQ(subject, "[petrel] " + shortened(line, kSubjectMax)) << hostile.fact;
        const auto parts = parts_of(mail, "multipart/alternative");
        ASSERT_EQ(parts.size(), 2U) << hostile.fact;
        const std::string html = decoded(parts[1]);
        const std::string inside = html.substr(html.find("<h1"));
        for (const char* live : {"<b>", "<a href=\"https://example.test/\">BTC", "<script"}) {
            EXPECT_EQ(inside.find(live), std::string::npos) << hostile.fact;
        }
        std::size_t end = 0;
        for (std::size_t at = 0; at < mail.body.size(); at = end + 2) {
            end = mail.body.find("\r\n", at);
            ASSERT_NE(end, std::string::npos);
            EXPECT_LE(end - at, kLineMax);
        }
    }
}

TEST(EmailMessage, addresses_that_could_end_a_command_are_none) {
    EXPECT_TRUE(is_mail_address("first.last+tag@mail.example.org"));
    for (const char* bad :
         {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\r\nX: y", "<a@b>", "a@b,c@d", "\"a\"@b"}) {
        EXPECT_FALSE(is_mail_address(bad)) << bad;
    }
}

TEST(Email, sessions_come_to_the_right_outcomes) {
    const std::vector<std::string> secrets{"a@example.test", "CANARY"};
    const auto result = [&](SmtpFailure failure, int code, const char* said = "") {
        const Outcome outcome = outcome_of({failure, code, said, {}, false}, secrets);
        EXPECT_EQ(outcome.reason.find("CANARY"), std::string::npos);
        EXPECT_EQ(outcome.reason.find("example.test"), std::string::npos);
        EXPECT_EQ(outcome.reason.empty(), outcome.result == PETREL_DELIVERED);
        return outcome.result;
    };
    EXPECT_EQ(result(SmtpFailure::None, 250), PETREL_DELIVERED);
    EXPECT_EQ(result(SmtpFailure::Login, 535, "535 5.7.8 CANARY refused\r\n"), PETREL_BROKEN);
    EXPECT_EQ(result(SmtpFailure::Login, 454), PETREL_RETRY);
    EXPECT_EQ(result(SmtpFailure::NoTls, 220), PETREL_BROKEN);
    EXPECT_EQ(result(SmtpFailure::Certificate, 0), PETREL_RETRY);
    EXPECT_EQ(result(SmtpFailure::Timeout, 354), PETREL_RETRY);
    EXPECT_EQ(result(SmtpFailure::Connection, 0), PETREL_RETRY);
    EXPECT_EQ(result(SmtpFailure::Refused, 421), PETREL_RETRY);
    EXPECT_EQ(result(SmtpFailure::Refused, 452), PETREL_RETRY);
    EXPECT_EQ(result(SmtpFailure::Refused, 530), PETREL_BROKEN);
    EXPECT_EQ(result(SmtpFailure::Refused, 550, "550 no a@example.test here"), PETREL_REFUSED);
    EXPECT_EQ(result(SmtpFailure::Refused, 0), PETREL_RETRY);
}

// Only a message that the server has wanted may have come through.
TEST(Email, what_may_repeat_is_what_the_server_may_have) {
    const auto reason = [](SmtpFailure failure, int code, bool body_began) {
        return outcome_of({failure, code, "", {}, body_began}, {}).reason;
    };
    for (const SmtpFailure failure : {SmtpFailure::Timeout, SmtpFailure::Refused}) {
        EXPECT_TRUE(reason(failure, 354, true).ends_with("; it may repeat"));
        EXPECT_FALSE(reason(failure, 250, false).ends_with("; it may repeat"));
    }
    EXPECT_EQ(reason(SmtpFailure::Refused, 354, true),
              "the connection to the mail server broke; it may repeat");
    EXPECT_EQ(reason(SmtpFailure::Refused, 250, false), "the connection to the mail server broke");
}

// Where all are refused, one who may be taken later decides, wherever it stands.
TEST(Email, one_who_is_refused_for_now_makes_it_a_retry) {
    const auto outcome = [](std::vector<int> replies, int last) {
        return outcome_of({SmtpFailure::Refused, last, "", std::move(replies), false}, {});
    };
    EXPECT_EQ(outcome({452, 550}, 550).result, PETREL_RETRY);
    EXPECT_EQ(outcome({452, 550}, 550).reason, "the mail server answered 452");
    EXPECT_EQ(outcome({550, 452}, 452).result, PETREL_RETRY);
    EXPECT_EQ(outcome({550, 553}, 553).result, PETREL_REFUSED);
    EXPECT_EQ(outcome({452, 250}, 554).result, PETREL_REFUSED) << "of the message itself";
}

// What the attempts at one message for three recipients come to, one after the other.
class EmailToThree : public ::testing::Test {
protected:
    std::uint32_t attempt(SmtpFailure failure, std::vector<int> replies, const char* said = "",
                          int last = 0, bool body_began = false) {
        outcome = outcome_of({failure, last, said, std::move(replies), body_began},
                             {"c@example.test"}, recipients);
        return outcome.result;
    }

    Recipients recipients{3};
    Outcome outcome;
};

TEST_F(EmailToThree, who_is_refused_for_now_is_tried_three_times_more) {
    EXPECT_EQ(attempt(SmtpFailure::None, {250, 550, 452}, "452 c@example.test is full"),
              PETREL_RETRY);
    EXPECT_EQ(outcome.reason,
              "1 of 3 recipients has it; 1 was refused for now: 452 [hidden] is full");
    EXPECT_EQ(attempt(SmtpFailure::Refused, {452}, "", 452), PETREL_RETRY);
    EXPECT_EQ(attempt(SmtpFailure::Refused, {421}, "", 421), PETREL_RETRY);
    EXPECT_EQ(attempt(SmtpFailure::Refused, {452}, "", 452), PETREL_DELIVERED);
    EXPECT_EQ(outcome.reason,
              "2 of 3 recipients were refused by the server; the others got the message");
}

TEST_F(EmailToThree, all_who_have_it_in_the_end_leave_no_reason) {
    EXPECT_EQ(attempt(SmtpFailure::None, {250, 452, 452}), PETREL_RETRY);
    EXPECT_EQ(outcome.reason, "1 of 3 recipients has it; 2 were refused for now");
    EXPECT_EQ(attempt(SmtpFailure::None, {250, 452}), PETREL_RETRY);
    EXPECT_EQ(outcome.reason, "2 of 3 recipients have it; 1 was refused for now");
    EXPECT_EQ(attempt(SmtpFailure::None, {250}), PETREL_DELIVERED);
    EXPECT_EQ(outcome.reason, "");
}

TEST_F(EmailToThree, a_further_session_that_fails_is_tried_again_and_counts_for_none) {
    ASSERT_EQ(attempt(SmtpFailure::None, {250, 452, 250}), PETREL_RETRY);
    EXPECT_FALSE(outcome.reason.ends_with("; it may repeat"));
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(attempt(SmtpFailure::Timeout, {250}, "", 354, true), PETREL_RETRY);
        EXPECT_EQ(outcome.reason,
                  "2 of 3 recipients have it; for the others: no answer of the mail server in "
                  "time; it may repeat");
    }
    EXPECT_EQ(attempt(SmtpFailure::Refused, {0}, "", 451), PETREL_RETRY);
    EXPECT_EQ(recipients.further_tries, 1);
    EXPECT_EQ(attempt(SmtpFailure::Login, {0}, "", 535), PETREL_BROKEN);
    EXPECT_EQ(attempt(SmtpFailure::None, {250}), PETREL_DELIVERED);
}

TEST_F(EmailToThree, a_refusal_for_good_of_all_who_are_left_ends_it_delivered) {
    for (const std::vector<int>& replies : {std::vector<int>{550}, std::vector<int>{250}}) {
        recipients = Recipients(3);
        ASSERT_EQ(attempt(SmtpFailure::None, {250, 250, 452}), PETREL_RETRY);
        EXPECT_EQ(attempt(SmtpFailure::Refused, replies, "", 550), PETREL_DELIVERED);
        EXPECT_EQ(outcome.reason,
                  "1 of 3 recipients was refused by the server; the others got the message");
    }
}

TEST_F(EmailToThree, a_message_that_nobody_has_is_refused_as_ever) {
    EXPECT_EQ(attempt(SmtpFailure::Refused, {550, 452, 550}, "", 550), PETREL_RETRY);
    EXPECT_EQ(recipients.count(Standing::Waits), 1U);
    EXPECT_EQ(attempt(SmtpFailure::Refused, {553}, "", 553), PETREL_REFUSED);
    EXPECT_EQ(outcome.reason, "the mail server answered 553");
}

// A session for nobody would come to nothing, which looks like a delivery.
TEST_F(EmailToThree, nobody_is_asked_again_where_nobody_is_left) {
    EXPECT_EQ(attempt(SmtpFailure::Timeout, {550, 550, 550}), PETREL_REFUSED);
}

FakeConfig good_config() {
    FakeConfig config;
    config.text("server", "127.0.0.1").text("from", "radar@example.org");
    return config.text("to", "a@example.test, b@example.test");
}

TEST(Email, server_that_is_not_there_is_tried_again) {
    FakeConfig config = good_config();
    config.number("port", 1);  // reserved; nothing listens
    FakeNotifierHost host(entry_of<Email>(), config);
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    const Outcome outcome = host.deliver(AlertBuilder());
    EXPECT_EQ(outcome.result, PETREL_RETRY);
    EXPECT_EQ(outcome.reason, "the mail server cannot be reached");
    EXPECT_EQ(host.limits().abilities, PETREL_CAN_THREAD | PETREL_CAN_IMAGE);
}

TEST(Email, unusable_configuration_is_refused) {
    const std::pair<const char*, const char*> bad[] = {{"server", "a b"},
                                                       {"server", "CANARY/x"},
                                                       {"encryption", "none"},
                                                       {"from", "CANARY"},
                                                       {"to", ""},
                                                       {"to", "a@b\r\nBcc: CANARY@x"},
                                                       {"to", "a@b, CANARY"},
                                                       {"user", "CANARY"},
                                                       {"password", "CANARY"}};
    for (const auto& [name, value] : bad) {
        FakeConfig config = good_config();
        config.text(name, value);
        FakeNotifierHost host(entry_of<Email>(), config);
        EXPECT_EQ(host.status().code(), PETREL_E_INVALID) << name;
        EXPECT_EQ(host.status().message().find("CANARY"), std::string::npos);
    }
}

}  // namespace
}  // namespace petrel::email
