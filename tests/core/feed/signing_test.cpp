// Signed connections and requests of a venue over real sockets: the host signs, the adapter sees no
// secret, a refused key is set aside and told by its label.
#include <gtest/gtest.h>

#include "core/feed/venue_support.hpp"
#include "core/net/mini_server_support.hpp"
#include "feed/exchange_feed.hpp"
#include "feed/feed_supervisor.hpp"

namespace petrel::core::test {
namespace {

constexpr const char* kSecretOfKey = "canary-secret-77aa";

ApiKey signing_key(const std::string& label) {
    ApiKey key;
    key.label = label;
    key.key = LockedText("public-" + label);
    key.secret = LockedText(kSecretOfKey);
    key.per_minute = 600;
    return key;
}

std::vector<ApiKey> signing_keys(const std::vector<std::string>& labels) {
    std::vector<ApiKey> keys;
    for (const std::string& label : labels) {
        keys.push_back(signing_key(label));
    }
    return keys;
}

const petrel_signing& signed_all_over() {
    static const petrel_head_field field = header_of("X-Key", "{key}");
    static const petrel_signing signing = [] {
        petrel_signing s{};
        s.size = sizeof(s);
        s.hash = PETREL_SIGN_HMAC_SHA256;
        s.signature_coding = PETREL_CODING_HEX;
        s.message = text_of("{method}{path}");
        s.headers = &field;
        s.header_count = 1;
        s.query = text_of("sig={signature}");
        s.login = text_of("login {key} {signature}");
        return s;
    }();
    return signing;
}

std::string list_reply(const std::string& status) {
    return "HTTP/1.1 " + status + "\r\nContent-Length: 7\r\n\r\n" +
           (status == "200 OK" ? "BTCUSDT" : "refused");
}

class SigningTest : public testing::Test {
protected:
    void start(std::vector<ApiKey> keys, const ConnectionLimits& limits = {},
               const petrel_signing& signing = signed_all_over()) {
        signing_ = signing;
        instance_.venue().wish.signing = &signing_;
        FeedOptions options;
        options.ws_endpoints = {stream_.url("ws", "")};
        options.rest_endpoints = {rest_.url("http", "")};
        options.channels = kind_bit(EventKind::Trade);
        options.keys = std::move(keys);
        feeds_ = std::make_unique<FeedSupervisor>(FeedDesk{loop_, sink_, book_, {gaps_, ledger_}},
                                                  limits);
        feeds_->add(instance_.handle(), 1, std::move(options));
        feeds_->start();
    }
    void stop() {
        bool stopped = false;
        feeds_->stop([&] { stopped = true; });
        EXPECT_TRUE(loop_.run_until([&] { return stopped; }, 5'000));
    }
    bool reach(const std::function<bool()>& seen) { return loop_.run_until(seen, 8'000); }
    std::string trouble() { return feeds_->status().at(0).last_trouble; }

    petrel_signing signing_{};
    std::string says_ = "t BTCUSDT 100 2 7";
    Received heads_;
    Received texts_;
    std::function<bool(const std::string& head)> takes_ = [](const std::string&) { return true; };
    Received requests_;
    MiniServer rest_{[this](MiniPeer& peer) {
        for (std::string head; !(head = peer.read_head()).empty();) {
            requests_.add(head);
            peer.send(list_reply(takes_(head) ? "200 OK" : "401 Unauthorized"));
        }
    }};
    MiniServer stream_{[this](MiniPeer& peer) {
        const std::string head = peer.read_head();
        heads_.add(head);
        if (!takes_(head)) {
            peer.send(list_reply("401 Unauthorized"));
            return;
        }
        peer.send(MiniPeer::upgrade_answer(head) + text_frame(says_));
        while (const auto got = peer.read_frame()) {
            if (got->opcode == 8) {
                return;
            }
            texts_.add(got->payload);
        }
    }};
    VenueInstance instance_;
    RecordingSink sink_;
    TestBook book_;
    IoLoop loop_;
    TestGaps gaps_;
    CoverageLedger ledger_;
    std::unique_ptr<FeedSupervisor> feeds_;
};

// HMAC-SHA-256 of "GET/stream" under the key's secret, by another implementation.
constexpr const char* kStreamSignature =
    "08d6001fb5680adfb843ccf620c981885f67580cf4e6bea6e5918dde2a5978da";

TEST_F(SigningTest, handshake_and_login_are_signed_by_the_host) {
    start(signing_keys({"main"}));
    ASSERT_TRUE(reach([&] { return texts_.texts().size() >= 3; }));
    const std::string head = heads_.texts()[0];
    EXPECT_TRUE(head.starts_with("GET /stream?sig=" + std::string(kStreamSignature) + " HTTP"))
        << head;
    EXPECT_NE(head.find("X-Key: public-main\r\n"), std::string::npos);
    EXPECT_EQ(texts_.texts()[0], "login public-main " + std::string(kStreamSignature));
    EXPECT_EQ(texts_.texts()[1], "sub trades");
    stop();
}

TEST_F(SigningTest, key_that_the_venue_refuses_is_set_aside_for_the_next) {
    takes_ = [](const std::string& head) {
        return head.find("X-Key: public-bad") == std::string::npos;
    };
    start(signing_keys({"bad", "good"}));
    ASSERT_TRUE(reach([&] { return !sink_.events.empty(); }));
    const std::vector<KeyStatus> keys = feeds_->keys();
    ASSERT_EQ(keys.size(), 2U);
    EXPECT_EQ(keys[0].figures.label, "bad");
    EXPECT_TRUE(keys[0].figures.set_aside);
    EXPECT_EQ(keys[0].figures.why, "the handshake was answered with HTTP 401");
    EXPECT_FALSE(keys[1].figures.set_aside);
    stop();
}

TEST_F(SigningTest, adapter_can_say_that_the_venue_refuses_the_key) {
    says_ = "badkey invalid_login";
    start(signing_keys({"main"}));
    ASSERT_TRUE(reach([&] { return feeds_->keys().at(0).figures.set_aside; }));
    EXPECT_EQ(feeds_->keys()[0].figures.why, "invalid_login");
    ASSERT_TRUE(reach([&] { return trouble().find("every key") != std::string::npos; }))
        << trouble();
    stop();
}

TEST_F(SigningTest, requests_are_signed_and_a_refused_key_gives_way_to_the_next) {
    instance_.venue().wish.connects = false;
    instance_.venue().wish.poll_interval_ms = 50;
    takes_ = [](const std::string& head) {
        return head.find("X-Key: public-bad") == std::string::npos;
    };
    start(signing_keys({"bad", "good"}));
    const auto polls_with = [&](const std::string& key) {
        const std::vector<std::string> heads = requests_.texts();
        return std::count_if(heads.begin(), heads.end(), [&](const std::string& head) {
            return head.starts_with("GET /interest?sig=") &&
                   head.find("X-Key: public-" + key + "\r\n") != std::string::npos;
        });
    };
    ASSERT_TRUE(reach([&] { return polls_with("good") >= 3; }));
    EXPECT_EQ(polls_with("bad"), 1);
    EXPECT_TRUE(feeds_->keys()[0].figures.set_aside);
    EXPECT_EQ(feeds_->keys()[0].figures.why, "HTTP 401");
    EXPECT_GE(feeds_->keys()[1].figures.used, 3U);
    stop();
}

TEST_F(SigningTest, secret_that_was_copied_wrong_sets_its_key_aside_before_anything_is_sent) {
    instance_.venue().wish.connects = false;
    instance_.venue().wish.poll_interval_ms = 50;
    petrel_signing coded = signed_all_over();
    coded.secret_coding = PETREL_CODING_HEX;
    start(signing_keys({"main"}), {}, coded);
    ASSERT_TRUE(reach([&] { return feeds_->keys().at(0).figures.set_aside; }));
    EXPECT_NE(feeds_->keys()[0].figures.why.find("is no hex text"), std::string::npos);
    ASSERT_TRUE(reach([&] { return trouble().find("every key") != std::string::npos; }))
        << trouble();
    EXPECT_EQ(requests_.texts().size(), 1U);  // the list of instruments
    stop();
}

TEST_F(SigningTest, requests_wait_for_the_budget_of_their_keys) {
    instance_.venue().wish.connects = false;
    instance_.venue().wish.poll_interval_ms = 20;
    std::vector<ApiKey> keys = signing_keys({"main"});
    keys[0].per_minute = 3;
    start(std::move(keys));
    ASSERT_TRUE(reach([&] { return feeds_->keys().at(0).figures.used == 3; }));
    loop_.run_for(300);
    EXPECT_EQ(feeds_->keys()[0].figures.used, 3U);
    EXPECT_EQ(requests_.texts().size(), 1U + 3U);  // the list of instruments is not signed
    stop();
}

TEST_F(SigningTest, secret_goes_over_no_wire_and_into_no_status) {
    says_ = "bad word";
    start(signing_keys({"main"}));
    ASSERT_TRUE(reach([&] { return texts_.texts().size() >= 3; }));
    std::string all = trouble() + feeds_->keys()[0].figures.why;
    for (const Received* received : {&heads_, &texts_, &requests_}) {
        for (const std::string& text : received->texts()) {
            all += text;
        }
    }
    EXPECT_NE(all.find("public-main"), std::string::npos);
    EXPECT_EQ(all.find("canary"), std::string::npos);
    stop();
}

TEST_F(SigningTest, without_a_key_nothing_is_connected_and_the_remedy_is_told) {
    start({});
    ASSERT_TRUE(reach([&] {
        return trouble().find("the exchange has no key") != std::string::npos;
    })) << trouble();
    EXPECT_NE(trouble().find(".keys.<label>]"), std::string::npos);
    EXPECT_EQ(stream_.connections(), 0);
    stop();
}

TEST_F(SigningTest, connections_beyond_the_limit_of_their_type_are_not_made) {
    instance_.venue().wish.purpose = PETREL_CONNECTION_TRADING;
    ConnectionLimits limits;
    limits.trading = 0;
    start(signing_keys({"main"}), limits);
    ASSERT_TRUE(reach([&] {
        return trouble().find("connections.trading = 0") != std::string::npos;
    })) << trouble();
    EXPECT_EQ(stream_.connections(), 0);
    stop();
}

}  // namespace
}  // namespace petrel::core::test
