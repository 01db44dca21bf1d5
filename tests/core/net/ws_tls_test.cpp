// TLS: every wrong certificate and version is refused with a sentence that names the cause.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "core/net/ws_run_support.hpp"

namespace petrel::core::test {
namespace {

struct Authority {
    Certificate certificate = make_certificate({.common_name = "Test CA", .authority = true});
    PemFile file{certificate};
};

Authority& authority() {
    static Authority value;
    return value;
}

struct TlsRun {
    std::optional<LinkEnd> end;
    int opened = 0;
    std::size_t messages = 0;
};

TlsRun run_tls(const Certificate& certificate, int version_max, const std::string& ca_file,
               const std::string& url = "") {
    MiniServer server(
        [](MiniPeer& peer) {
            peer.upgrade();
            peer.send(text_frame("over TLS") + text_frame("two") + close_frame(1000));
            peer.wait_for_end();
        },
        {.certificate = &certificate, .tls_version_max = version_max});
    RecordingHandler handler;
    const std::string address =
        url.empty() ? server.url("wss") : url + ":" + std::to_string(server.port());
    run_client(server, {.url = address, .ca_file = ca_file}, handler);
    return {handler.end, handler.opened, handler.messages.size()};
}

Certificate issued(CertificateWish wish) {
    wish.issuer = &authority().certificate;
    return make_certificate(wish);
}

TEST(WsTls, opens_with_a_good_certificate_over_tls_1_2_and_1_3) {
    const Certificate good = issued({});
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const TlsRun run = run_tls(good, version, authority().file.path());
        EXPECT_EQ(run.opened, 1) << run.end->sentence;
        EXPECT_EQ(run.messages, 2U);
        EXPECT_EQ(run.end->kind, LinkEndKind::PeerClosed) << run.end->sentence;
    }
}

TEST(WsTls, checks_a_host_name_against_the_names_of_the_certificate) {
    const Certificate named = issued({.alternative = "DNS:localhost"});
    const TlsRun good = run_tls(named, 0, authority().file.path(), "wss://localhost");
    EXPECT_EQ(good.opened, 1) << good.end->sentence;
    const TlsRun wrong = run_tls(named, 0, authority().file.path(), "wss://127.0.0.1");
    EXPECT_EQ(wrong.opened, 0);
    EXPECT_EQ(wrong.end->kind, LinkEndKind::Tls);
    EXPECT_NE(wrong.end->sentence.find("another name"), std::string::npos) << wrong.end->sentence;
}

struct Refusal {
    std::string name;
    CertificateWish wish;
    bool self_signed = false;
    bool trusted = true;
    int version_max = 0;
    std::string says;
};

class WsTlsRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(WsTlsRefusal, names_the_cause) {
    const Refusal& r = GetParam();
    const Certificate certificate = r.self_signed ? make_certificate(r.wish) : issued(r.wish);
    const TlsRun run =
        run_tls(certificate, r.version_max, r.trusted ? authority().file.path() : "");
    EXPECT_EQ(run.opened, 0);
    EXPECT_EQ(run.end->kind, LinkEndKind::Tls) << run.end->sentence;
    EXPECT_NE(run.end->sentence.find(r.says), std::string::npos) << run.end->sentence;
}

INSTANTIATE_TEST_SUITE_P(
    Matrix, WsTlsRefusal,
    testing::Values(
        Refusal{"wrong_name", {.alternative = "DNS:other.example"}, false, true, 0, "another name"},
        Refusal{"wrong_address", {.alternative = "IP:127.0.0.2"}, false, true, 0, "another name"},
        Refusal{
            "address_as_name", {.alternative = "DNS:127.0.0.1"}, false, true, 0, "another name"},
        Refusal{"expired", {.valid_from_s = -7200, .valid_to_s = -3600}, false, true, 0, "expired"},
        Refusal{"not_yet_valid",
                {.valid_from_s = 3600, .valid_to_s = 7200},
                false,
                true,
                0,
                "not valid yet"},
        Refusal{"self_signed", {}, true, true, 0, "self-signed"},
        Refusal{"unknown_authority", {}, false, false, 0, "unknown authority"},
        Refusal{"tls_1_0", {}, false, true, TLS1_VERSION, "1.2"},
        Refusal{"tls_1_1", {}, false, true, TLS1_1_VERSION, "1.2"}),
    [](const auto& each) { return each.param.name; });

TEST(WsTls, trusts_a_self_signed_certificate_only_when_it_is_named) {
    const Certificate own = make_certificate({});
    const PemFile file(own);
    EXPECT_EQ(run_tls(own, 0, file.path()).opened, 1);
    EXPECT_EQ(run_tls(own, 0, "").opened, 0);
}

TEST(WsTls, says_so_when_the_peer_does_not_speak_tls) {
    MiniServer server([](MiniPeer& peer) {
        peer.read_some();
        peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        peer.wait_for_end();
    });
    RecordingHandler handler;
    run_client(server, {.url = server.url("wss")}, handler);
    EXPECT_EQ(handler.end->kind, LinkEndKind::Tls);
    EXPECT_NE(handler.end->sentence.find("does not speak TLS"), std::string::npos)
        << handler.end->sentence;
}

TEST(WsTls, names_a_trust_file_that_cannot_be_used) {
    const Certificate good = issued({});
    const TlsRun missing = run_tls(good, 0, "/nonexistent/ca.pem");
    EXPECT_NE(missing.end->sentence.find("/nonexistent/ca.pem"), std::string::npos);
    EXPECT_EQ(missing.end->kind, LinkEndKind::Tls);
}

TEST(WsTls, refuses_a_peer_that_offers_nothing_but_null_or_weak_ciphers) {
    const Certificate good = issued({});
    for (const char* ciphers :
         {"ECDHE-ECDSA-NULL-SHA", "NULL", "aNULL", "ECDHE-ECDSA-AES128-SHA", "AES128-SHA"}) {
        MiniServer server(
            [](MiniPeer& peer) {
                peer.upgrade();
                peer.wait_for_end();
            },
            {.certificate = &good, .tls_version_max = TLS1_2_VERSION, .ciphers = ciphers});
        RecordingHandler handler;
        run_client(server, {.url = server.url("wss"), .ca_file = authority().file.path()}, handler);
        EXPECT_EQ(handler.opened, 0) << ciphers;
        EXPECT_EQ(handler.end->kind, LinkEndKind::Tls) << ciphers;
        EXPECT_NE(handler.end->sentence.find("no safe cipher"), std::string::npos)
            << ciphers << ": " << handler.end->sentence;
    }
}

TEST(WsTls, ends_with_a_verdict_when_the_peer_goes_without_close_notify) {
    const Certificate good = issued({});
    for (const bool hard : {true, false}) {
        MiniServer server(
            [hard](MiniPeer& peer) {
                peer.upgrade();
                peer.send(text_frame("m"));
                if (hard) {
                    return peer.reset();
                }
                peer.shut_down_sending();
                peer.wait_for_end();
            },
            {.certificate = &good});
        RecordingHandler handler;
        run_client(server, {.url = server.url("wss"), .ca_file = authority().file.path()}, handler);
        EXPECT_EQ(handler.end->kind, LinkEndKind::Reset) << handler.end->sentence;
    }
}

TEST(WsTls, carries_large_messages_and_ours_in_the_other_direction) {
    const Certificate good = issued({});
    const std::string large(900'000, 'y');
    std::string received;
    MiniServer server(
        [&](MiniPeer& peer) {
            peer.upgrade();
            received = peer.read_frame()->payload;
            peer.send(text_frame(large) + close_frame(1000));
            peer.wait_for_end();
        },
        {.certificate = &good});
    RecordingHandler handler;
    IoLoop loop;
    const auto client = WsClient::open(
        loop, {.url = server.url("wss"), .ca_file = authority().file.path()}, handler);
    const std::string ours(50'000, 'z');
    handler.when_open = [&] { ASSERT_TRUE(client->send(ours).ok()); };
    ASSERT_TRUE(loop.run_until([&] { return handler.end.has_value(); }, 5'000));
    ASSERT_EQ(handler.messages.size(), 1U) << handler.end->sentence;
    EXPECT_TRUE(handler.messages[0] == large);
    EXPECT_TRUE(received == ours);
}

}  // namespace
}  // namespace petrel::core::test
