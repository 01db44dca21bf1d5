// The kit's parts alone: encodings against known values, waits, masks, forms and parts of messages.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "kit/encoding.hpp"
#include "kit/message_parts.hpp"
#include "kit/multipart.hpp"
#include "kit/replies.hpp"
#include "kit/settings.hpp"
#include "kit/testing/hostile_texts.hpp"
#include "petrel/testing/fake_notifier_host.hpp"

namespace petrel::kit {
namespace {

using petrel::testing::AlertBuilder;

TEST(Encoding, base64_has_the_values_of_rfc_4648) {
    const std::pair<std::string, std::string> known[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : known) {
        EXPECT_EQ(base64(bytes), text);
        EXPECT_EQ(base64_decoded(text), bytes);
    }
    for (const char* bad : {"Z", "Zg=", "Zg", "Z===", "====", "Zm9v\n", "Zm-v", "Zg==Zg=="}) {
        EXPECT_EQ(base64_decoded(bad), std::nullopt) << bad;
    }
}

TEST(Encoding, hmac_has_the_value_of_rfc_4231) {
    EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Encoding, times_are_written_in_utc) {
    constexpr std::int64_t kFriday = 1'794'004'800'000'000'000;
    EXPECT_EQ(rfc3339(kFriday), "2026-11-06T22:40:00Z");
    EXPECT_EQ(rfc5322_date(kFriday), "Fri, 06 Nov 2026 22:40:00 +0000");
    EXPECT_EQ(unix_seconds(kFriday + 999'999'999), "1794004800");
    EXPECT_EQ(rfc3339(-1), "1969-12-31T23:59:59Z");
}

TEST(Encoding, tokens_of_different_texts_differ_and_hold_no_dot) {
    EXPECT_EQ(as_token("sig-7f_3a"), "sig-7f_3a");
    EXPECT_EQ(as_token("sig.7f#2"), "sig~2e7f~232");
    EXPECT_NE(as_token("a~2e"), as_token("a."));
}

TEST(Replies, wishes_to_wait_are_taken_exactly_and_clamped) {
    EXPECT_EQ(wait_ms("7"), 7'000U);
    EXPECT_EQ(wait_ms("0.64"), 640U);
    EXPECT_EQ(wait_ms(0.0001), 1U);
    EXPECT_EQ(wait_ms("1000000000"), 3'600'000U);
    for (const char* none : {"", "0", "-1", "soon", "inf", "nan", "7 s", " 7", "1e3",
                             "Fri, 20 Nov 2026 21:00:00 GMT"}) {
        EXPECT_EQ(wait_ms(std::string_view(none)), 0U) << none;
    }
}

std::uint64_t wait_of(const char* wish, const char* date) {
    petrel_header headers[] = {{text_of("retry-after"), text_of(wish)},
                               {text_of("date"), text_of(date)}};
    NotifierReply reply;
    reply.headers = std::span(headers, *date == '\0' ? 1 : 2);
    return retry_after_ms(reply);
}

TEST(Replies, a_date_to_wait_for_counts_from_the_reply_s_own) {
    const char* now = "Fri, 20 Nov 2026 21:00:00 GMT";
    EXPECT_EQ(wait_of("Fri, 20 Nov 2026 21:10:00 GMT", now), 600'000U);
    EXPECT_EQ(wait_of("Fri, 20 Nov 2099 21:10:00 GMT", now), 3'600'000U);
    EXPECT_EQ(wait_of("Fri, 20 Nov 2026 20:59:59 GMT", now), 0U);
    EXPECT_EQ(wait_of("Fri, 20 Nov 2026 21:10:00 GMT", ""), 0U);
    EXPECT_EQ(wait_of("7", now), 7'000U);
    for (const char* bad : {"Fri, 20 Nov 2026 21:10:00 CET", "Fri, 32 Nov 2026 21:10:00 GMT",
                            "20 Nov 2026", "Fri, 20 Nov 2026 21:10:00 GMT "}) {
        EXPECT_EQ(wait_of(bad, now), 0U) << bad;
        EXPECT_EQ(http_date_s(bad), std::nullopt) << bad;
    }
    EXPECT_EQ(http_date_s("Thu, 01 Jan 1970 00:00:01 GMT"), 1);
}

TEST(Replies, a_success_that_is_none_may_say_when_to_come_back) {
    const petrel_header header{text_of("retry-after"), text_of("9")};
    for (const std::uint32_t status : {200U, 307U, 429U, 503U}) {
        const NotifierReply reply{status, "ratelimited", {&header, 1}};
        const Outcome outcome = outcome_of_status("X", reply, "ratelimited");
        EXPECT_EQ(outcome.result, PETREL_RETRY) << status;
        EXPECT_EQ(outcome.retry_after_ms, 9'000U) << status;
    }
}

TEST(Replies, secrets_and_whatever_looks_like_one_are_hidden) {
    const std::string secrets[] = {"hunter2", ""};
    EXPECT_EQ(detail_of("bad hunter2 for T012345 in abc\r\nx", secrets),
              "bad [hidden] for [hidden] in abc  x");
    EXPECT_LE(utf16_length(detail_of(std::string(10'000, 'x') + " y", secrets)), 120U);
}

TEST(Replies, any_part_of_an_address_counts_as_a_secret) {
    const std::vector<std::string> wanted{"https://a.test/api/12345678/to-ken?key=CANARY",
                                          "/api/12345678/to-ken?key=CANARY", "12345678", "to-ken",
                                          "CANARY"};
    EXPECT_EQ(secrets_of(wanted.front()), wanted);
    EXPECT_EQ(secrets_of("https://a.test"), std::vector<std::string>{"https://a.test"});
}

TEST(Settings, addresses_are_checked_without_being_shown) {
    EXPECT_TRUE(check_address("x", "url", "https://a.test/b?c=d").ok());
    EXPECT_TRUE(check_address("x", "url", "http://127.0.0.1:80").ok());
    for (const char* bad : {"", "https://", "https:///CANARY", "ftp://CANARY", "CANARY",
                            "https://a b/CANARY", "https://a\r\nCANARY", "https://a\\CANARY"}) {
        const Status status = check_address("x", "url", bad);
        EXPECT_EQ(status.code(), PETREL_E_INVALID) << bad;
        EXPECT_EQ(status.message().find("CANARY"), std::string::npos);
    }
    EXPECT_TRUE(is_plain_link("https://radar.example/alerts/ab12cd"));
    for (const char* bad :
         {"", "javascript:alert(1)", "https://a/>", "https://a/|x", "https://a/)"}) {
        EXPECT_FALSE(is_plain_link(bad)) << bad;
    }
}

TEST(Form, parts_are_separated_by_what_occurs_in_none) {
    const FormPart parts[] = {{"payload_json", "", "application/json", "{\"petrel-part-0\":1}"},
                              {"file", "card.png", "image/png", "\x89PNG\r\n"}};
    const FormBody form = form_of(parts);
    EXPECT_EQ(form.content_type, "multipart/form-data; boundary=petrel-part-1");
    EXPECT_EQ(form.body,
              "--petrel-part-1\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n"
              "Content-Type: application/json\r\n\r\n{\"petrel-part-0\":1}\r\n"
              "--petrel-part-1\r\nContent-Disposition: form-data; name=\"file\"; "
              "filename=\"card.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\r\n"
              "--petrel-part-1--\r\n");
}

MessageParts parts_of(AlertBuilder builder, const MessageLimits& limits = {}) {
    const petrel_alert raw = builder.raw();
    return message_parts(Alert(&raw), limits);
}

TEST(MessageParts, lateness_and_tests_are_the_first_word) {
    const auto headline = [](AlertBuilder builder) { return parts_of(builder).headline; };
    EXPECT_EQ(headline(AlertBuilder().headline("BTC storm").late_ms(45'000)),
              "LATE 45 s \u00b7 BTC storm");
    EXPECT_EQ(headline(AlertBuilder().headline("BTC storm").late_ms(200'000)),
              "LATE 3 min \u00b7 BTC storm");
    EXPECT_EQ(headline(AlertBuilder().headline("BTC storm").late_ms(7'300'000)),
              "LATE 2 h \u00b7 BTC storm");
    EXPECT_EQ(headline(AlertBuilder().headline("ended").late_ms(45'000).phase(PETREL_ALERT_END)),
              "ended");
    EXPECT_EQ(headline(AlertBuilder().headline("BTC storm").phase(PETREL_ALERT_TEST)),
              "TEST \u00b7 BTC storm");
    EXPECT_EQ(headline(AlertBuilder().headline("TEST of it").phase(PETREL_ALERT_TEST)),
              "TEST of it");
    EXPECT_EQ(headline(AlertBuilder().headline(" ").type("SYSTEM").symbol("")), "SYSTEM ");
}

TEST(MessageParts, stay_within_the_limit_in_any_measure) {
    const std::pair<const char*, TextMeasure> measures[] = {{"units", utf16_units},
                                                            {"bytes", utf8_bytes}};
    for (const auto& [what, measure] : measures) {
        for (const testing::HostileText& hostile : testing::hostile_texts()) {
            AlertBuilder alert;
            alert.headline(hostile.text + "a").footer(hostile.text);
            for (int i = 0; i < 30; ++i) {
                alert.field(hostile.text, hostile.text);
            }
            MessageLimits limits{600, 100, 40, 200, 50, 12, measure};
            const MessageParts parts = parts_of(alert, limits);
            EXPECT_LE(measured(plain_text(parts), measure), 600U) << what << " " << hostile.fact;
            EXPECT_LE(parts.lines.size(), 12U);
            EXPECT_EQ(parts.lines.size() + parts.left_out, 30U) << hostile.fact;
            EXPECT_EQ(testing::unsafe_in(plain_text(parts)), 0U) << hostile.fact;
        }
    }
}

}  // namespace
}  // namespace petrel::kit
