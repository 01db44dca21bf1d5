// Templates, signatures against published values, key rings, and what may stand in a key.
#include "secrets/request_signer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "petrel/types.hpp"
#include "secrets/key_ring.hpp"

namespace petrel::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ApiKey made_key(const std::string& label, const std::string& secret,
                std::uint32_t per_minute = 600) {
    ApiKey key;
    key.label = label;
    key.key = LockedText("public-" + label);
    key.secret = LockedText(secret);
    key.passphrase = LockedText("phrase");
    key.per_minute = per_minute;
    return key;
}

std::string signature_of(SigningTemplate signing, const std::string& secret) {
    signing.headers = {{"X", "{signature}"}};
    const Result<SignedParts> parts = sign_parts(signing, made_key("a", secret), {});
    return parts.ok() ? parts->headers[0].second : parts.status().message();
}

// RFC 4231, test case 2: key "Jefe".
TEST(RequestSigner, computes_the_published_hmacs) {
    SigningTemplate signing;
    signing.message = "what do ya want for nothing?";
    EXPECT_EQ(signature_of(signing, "Jefe"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    signing.signature_coding = TextCoding::Base64;
    EXPECT_EQ(signature_of(signing, "Jefe"), "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
    signing.signature_coding = TextCoding::Hex;
    signing.hash = SignatureHash::Sha512;
    EXPECT_EQ(signature_of(signing, "Jefe"),
              "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d03"
              "4f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
}

TEST(RequestSigner, secret_in_a_coding_is_decoded_first) {
    SigningTemplate signing;
    signing.message = "what do ya want for nothing?";
    const std::string expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    signing.secret_coding = TextCoding::Base64;
    EXPECT_EQ(signature_of(signing, "SmVmZQ=="), expected);
    signing.secret_coding = TextCoding::Hex;
    EXPECT_EQ(signature_of(signing, "4a656665"), expected);
    for (const char* bad : {"4a65666", "zz", "4a 65"}) {
        const std::string why = signature_of(signing, bad);
        EXPECT_THAT(why, HasSubstr("the secret of the key \"a\" is no hex text"));
        EXPECT_EQ(why.find(bad), std::string::npos);
    }
}

TEST(RequestSigner, fills_the_templates_of_headers_query_and_login) {
    SigningTemplate signing;
    signing.message = "{timestamp_ms}{method}{target}{body}";
    signing.headers = {{"KEY", "{key}"}, {"PASS", "{passphrase}"}, {"AT", "{timestamp_s}"}};
    signing.query = "timestamp={timestamp_ms}&signature={signature}";
    signing.login = R"({"op":"login","args":[{"apiKey":"{key}","sign":"{signature}","x":"{}"}]})";
    const SigningInput input{"POST", "/v1/a?b=c", "{\"q\":1}", 1'700'000'001'234 * kNsPerMs};
    ASSERT_TRUE(check_template(signing).ok());
    const Result<SignedParts> parts = sign_parts(signing, made_key("a", "k"), input);
    ASSERT_TRUE(parts.ok());
    SigningTemplate spelled;
    spelled.message = "1700000001234POST/v1/a?b=c{\"q\":1}";
    const std::string mac = signature_of(spelled, "k");
    EXPECT_EQ(parts->headers[0].second, "public-a");
    EXPECT_EQ(parts->headers[1].second, "phrase");
    EXPECT_EQ(parts->headers[2].second, "1700000001");
    EXPECT_EQ(parts->target, "/v1/a?b=c&timestamp=1700000001234&signature=" + mac);
    EXPECT_EQ(parts->login,
              R"({"op":"login","args":[{"apiKey":"public-a","sign":")" + mac + R"(","x":"{}"}]})");
}

TEST(RequestSigner, path_and_query_are_parts_of_the_target) {
    SigningTemplate signing;
    signing.headers = {{"P", "{path}|{query}"}};
    const auto parts_of = [&](std::string_view target) {
        return sign_parts(signing, made_key("a", "k"), {"GET", target, "", 0})->headers[0].second;
    };
    EXPECT_EQ(parts_of("/a/b?c=d&e"), "/a/b|c=d&e");
    EXPECT_EQ(parts_of("/a"), "/a|");
    EXPECT_EQ(parts_of("/a?"), "/a|");
}

TEST(RequestSigner, base64_in_an_address_is_percent_coded) {
    SigningTemplate signing;
    signing.signature_coding = TextCoding::Base64;
    signing.message = "what do ya want for nothing?";
    signing.query = "s={signature}";
    const Result<SignedParts> parts = sign_parts(signing, made_key("a", "Jefe"), {"", "/p", "", 0});
    EXPECT_EQ(parts->target, "/p?s=W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM%3D");
}

TEST(RequestSigner, template_that_cannot_be_filled_is_refused) {
    SigningTemplate signing;
    signing.message = "{method}{signature}";
    EXPECT_THAT(check_template(signing).message(), HasSubstr("{signature}, which cannot stand"));
    signing.message = "{secret}";
    EXPECT_THAT(check_template(signing).message(), HasSubstr("{secret}, which is unknown"));
    signing.message = "{";
    signing.login = "{nonsense}";
    EXPECT_THAT(check_template(signing).message(), HasSubstr("the login holds {nonsense}"));
    signing.login = std::string(4'097, 'x');
    EXPECT_THAT(check_template(signing).message(), HasSubstr("longer than 4096"));
    signing.login = "";
    signing.signature_coding = TextCoding::Plain;
    EXPECT_FALSE(check_template(signing).ok());
}

TEST(ApiKeyText, takes_nothing_that_could_break_out_of_a_header_or_a_json_text) {
    EXPECT_TRUE(check_key_text("Ab-_.:/+=1~", "a key").ok());
    for (const std::string bad : {"", "a b", "a\"b", "a\\b", "a\r\nb", "\x7f", "\xc3\xa9"}) {
        EXPECT_FALSE(check_key_text(bad, "a key").ok());
    }
    EXPECT_FALSE(check_key_text(std::string(513, 'a'), "a key").ok());
}

std::vector<ApiKey> three_keys(std::uint32_t per_minute) {
    std::vector<ApiKey> keys;
    for (const char* label : {"a", "b", "c"}) {
        keys.push_back(made_key(label, "s", per_minute));
    }
    return keys;
}

TEST(KeyRing, keys_take_turns_within_their_budgets) {
    KeyRing ring(three_keys(2));
    std::vector<std::size_t> taken;
    for (int i = 0; i < 6; ++i) {
        taken.push_back(ring.take(i * kNsPerSecond).value());
    }
    EXPECT_THAT(taken, ElementsAre(0, 1, 2, 0, 1, 2));
    EXPECT_FALSE(ring.take(6 * kNsPerSecond).has_value());
    EXPECT_EQ(ring.next_ns(6 * kNsPerSecond), 60 * kNsPerSecond);
    EXPECT_FALSE(ring.take(60 * kNsPerSecond - 1).has_value());
    EXPECT_EQ(ring.take(60 * kNsPerSecond), 0U);
    EXPECT_EQ(ring.next_ns(60 * kNsPerSecond), 61 * kNsPerSecond);
}

TEST(KeyRing, key_that_the_venue_refuses_is_set_aside_and_told_by_its_label) {
    KeyRing ring(three_keys(100));
    EXPECT_TRUE(ring.refuse(1, "HTTP 401"));
    EXPECT_FALSE(ring.refuse(1, "HTTP 401"));
    std::vector<std::size_t> taken;
    for (int i = 0; i < 4; ++i) {
        taken.push_back(ring.take(i).value());
    }
    EXPECT_THAT(taken, ElementsAre(0, 2, 0, 2));
    EXPECT_EQ(ring.figures()[1].label, "b");
    EXPECT_TRUE(ring.figures()[1].set_aside);
    EXPECT_EQ(ring.figures()[1].why, "HTTP 401");
    EXPECT_EQ(ring.figures()[0].used, 2U);
    EXPECT_FALSE(ring.exhausted());
    ring.refuse(0, "x");
    ring.refuse(2, "x");
    EXPECT_TRUE(ring.exhausted());
    EXPECT_FALSE(ring.take(10).has_value());
}

}  // namespace
}  // namespace petrel::core
