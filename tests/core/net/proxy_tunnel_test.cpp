// Connections through a little proxy on loopback: HTTP CONNECT and SOCKS5, good and bad.
#include <gtest/gtest.h>

#include <atomic>

#include "core/net/ws_run_support.hpp"
#include "net/http_client.hpp"

namespace petrel::core::test {
namespace {

constexpr const char* kPassword = "s3cret-word";

NetworkPath through(const MiniServer& proxy, const std::string& scheme,
                    const std::string& credentials = "") {
    Result<Proxy> parsed = parse_proxy(scheme + "://127.0.0.1:" + std::to_string(proxy.port()),
                                       ProxyUserInfo::Refused);
    if (!credentials.empty()) {
        EXPECT_TRUE(add_credentials(*parsed, credentials).ok());
    }
    return {AddressFamily::Any, std::make_shared<ProxyRules>(ProxyRules::always(*parsed))};
}

MiniServer::Script venue_script() {
    return [](MiniPeer& peer) {
        peer.upgrade();
        peer.send(text_frame("through") + close_frame(1000));
        peer.wait_for_end();
    };
}

// Takes any CONNECT, leads it to `port`, and keeps the request.
MiniServer::Script http_proxy(const std::atomic<int>& port, std::string& head) {
    return [&](MiniPeer& peer) {
        head = peer.read_head();
        peer.send("HTTP/1.1 200 Connection established\r\nVia: mini\r\n\r\n");
        peer.relay_to(port);
    };
}

// The same for SOCKS5 with user and password; keeps what it was asked for.
MiniServer::Script socks_proxy(const std::atomic<int>& port, std::string& asked) {
    return [&](MiniPeer& peer) {
        asked = peer.read_body(4);  // version, two methods
        peer.send(std::string("\5\2", 2));
        const std::string login = peer.read_body(2);
        asked += login + peer.read_body(static_cast<unsigned char>(login[1]));
        const std::string length = peer.read_body(1);
        asked += length + peer.read_body(static_cast<unsigned char>(length[0]));
        peer.send(std::string("\1\0", 2));
        const std::string request = peer.read_body(5);
        asked += request + peer.read_body(static_cast<unsigned char>(request[4]) + 2U);
        peer.send(std::string("\5\0\0\1\x7f\0\0\1\x12\x34", 10));
        peer.relay_to(port);
    };
}

struct ProxyRun {
    std::string messages;
    LinkEnd end;
};

ProxyRun run_through(WsOptions options) {
    IoLoop loop;
    RecordingHandler handler;
    const auto client = WsClient::open(loop, std::move(options), handler);
    EXPECT_TRUE(loop.run_until([&] { return handler.end.has_value(); }, 15'000));
    ProxyRun run{{}, handler.end.value_or(LinkEnd{})};
    for (const std::string& message : handler.messages) {
        run.messages += message;
    }
    return run;
}

TEST(ProxyTunnel, http_proxy_looks_the_name_up_and_tls_checks_the_hosts_certificate) {
    const Certificate authority = make_certificate({.common_name = "Tunnel CA", .authority = true});
    const PemFile file(authority);
    const Certificate good =
        make_certificate({.alternative = "DNS:venue.test", .issuer = &authority});
    const Certificate of_proxy =
        make_certificate({.alternative = "IP:127.0.0.1", .issuer = &authority});
    for (const Certificate* certificate : {&good, &of_proxy}) {
        MiniServer venue(venue_script(), {.certificate = certificate});
        const std::atomic<int> port{venue.port()};
        std::string head;
        MiniServer proxy(http_proxy(port, head));
        const ProxyRun run = run_through({.url = "wss://venue.test/stream",
                                          .ca_file = file.path(),
                                          .path = through(proxy, "http")});
        EXPECT_TRUE(head.starts_with("CONNECT venue.test:443 HTTP/1.1\r\nHost: venue.test:443\r\n"))
            << head;
        EXPECT_EQ(head.find("Proxy-Authorization"), std::string::npos);
        if (certificate == &good) {
            EXPECT_EQ(run.messages, "through") << run.end.sentence;
        } else {
            EXPECT_EQ(run.messages, "");
            EXPECT_EQ(run.end.kind, LinkEndKind::Tls) << run.end.sentence;
            EXPECT_NE(run.end.sentence.find("venue.test"), std::string::npos) << run.end.sentence;
        }
    }
}

TEST(ProxyTunnel, http_proxy_gets_basic_credentials) {
    MiniServer venue(venue_script());
    const std::atomic<int> port{venue.port()};
    std::string head;
    MiniServer proxy(http_proxy(port, head));
    const ProxyRun run =
        run_through({.url = "ws://[2001:db8::1]:81/", .path = through(proxy, "http", "us:pa:ss")});
    EXPECT_EQ(run.messages, "through") << run.end.sentence;
    EXPECT_TRUE(head.starts_with("CONNECT [2001:db8::1]:81 HTTP/1.1\r\n")) << head;
    EXPECT_NE(head.find("\r\nProxy-Authorization: Basic dXM6cGE6c3M=\r\n"), std::string::npos)
        << head;
}

TEST(ProxyTunnel, socks5_logs_in_and_leaves_the_name_to_the_proxy) {
    MiniServer venue(venue_script());
    const std::atomic<int> port{venue.port()};
    std::string asked;
    MiniServer proxy(socks_proxy(port, asked));
    const ProxyRun run =
        run_through({.url = "ws://venue.test:8080/", .path = through(proxy, "socks5", "me:word")});
    EXPECT_EQ(run.messages, "through") << run.end.sentence;
    EXPECT_EQ(asked, std::string("\5\2\0\2"
                                 "\1\2me\4word"
                                 "\5\1\0\3\12venue.test\x1f\x90",
                                 4 + 9 + 17));
}

TEST(ProxyTunnel, requests_over_http_go_through_it_too) {
    MiniServer server([](MiniPeer& peer) {
        peer.read_head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        peer.wait_for_end();
    });
    const std::atomic<int> port{server.port()};
    std::string head;
    MiniServer proxy(http_proxy(port, head));
    IoLoop loop;
    HttpClient client(loop);
    std::string body;
    client.request({.url = "http://venue.test/a?b=c", .path = through(proxy, "http")},
                   [&](const Result<HttpReply>& reply) {
                       body = reply.ok() ? reply->body() : reply.status().message();
                   });
    ASSERT_TRUE(loop.run_until([&] { return !body.empty(); }, 8'000));
    EXPECT_EQ(body, "ok");
    EXPECT_TRUE(head.starts_with("CONNECT venue.test:80 HTTP/1.1\r\n")) << head;
}

struct BadProxy {
    std::string name;
    std::string scheme;
    std::string credentials;
    std::string answer;  // sent at once, then the proxy waits
    std::string says;
};

std::vector<BadProxy> bad_http_proxies() {
    const std::string login = std::string("me:") + kPassword;
    return {
        {"wants_credentials", "http", "", "HTTP/1.1 407 No\r\n\r\n",
         "wants credentials (HTTP 407): give them by proxy_credentials"},
        {"refuses_credentials", "http", login, "HTTP/1.1 407 No\r\n\r\n",
         "refuses the credentials (HTTP 407): check user and password"},
        {"forbids", "http", login, "HTTP/1.1 403 No\r\n\r\n",
         "does not allow a tunnel to venue.test:443 (HTTP 403): allow it there"},
        {"cannot_reach", "http", "", "HTTP/1.1 502 Bad\r\n\r\n",
         "cannot reach venue.test:443 (HTTP 502)"},
        {"declines", "http", "", "HTTP/1.1 302 Found\r\nLocation: ws://evil/\r\n\r\n",
         "declined a tunnel to venue.test:443 (HTTP 302)"},
        {"no_http", "http", "", "SSH-2.0-x\r\n\r\n", "write socks5://"},
        {"broken_status", "http", "", "HTTP/1.1 2x0 OK\r\n\r\n", "a status line that is none"},
        {"cut_status", "http", "", "HTTP/1.\r\n\r\n", "a status line that is none"},
        {"glued", "http", "", "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 101 Switching",
         "bytes of its own into the tunnel"},
        {"endless_head", "http", "", "HTTP/1.1 200 OK\r\nX: " + std::string(40'000, 'x'),
         "more than 16 KiB"},
    };
}

std::vector<BadProxy> bad_socks_proxies() {
    const std::string login = std::string("me:") + kPassword;
    const auto bytes = [](const char* text, std::size_t size) { return std::string(text, size); };
    return {
        {"no_socks", "socks5", "", "HTTP/1.1 400 Bad\r\n\r\n", "write http://"},
        {"no_method", "socks5", "", bytes("\5\xff", 2), "wants credentials"},
        {"method_not_offered", "socks5", "", bytes("\5\2", 2), "wants credentials"},
        {"takes_no_password", "socks5", login, bytes("\5\xff", 2), "takes no user and password"},
        {"glued_to_method", "socks5", "", bytes("\5\0\5\0\0\1", 6), "more than its answer"},
    };
}

class ProxyRefusal : public testing::TestWithParam<BadProxy> {};

TEST_P(ProxyRefusal, is_a_sentence_that_names_proxy_and_remedy) {
    const BadProxy& bad = GetParam();
    MiniServer proxy([&](MiniPeer& peer) {
        peer.send(bad.answer);
        peer.wait_for_end();
    });
    const ProxyRun run = run_through(
        {.url = "wss://venue.test", .path = through(proxy, bad.scheme, bad.credentials)});
    EXPECT_EQ(run.end.kind, LinkEndKind::Refused) << run.end.sentence;
    EXPECT_NE(run.end.sentence.find("the proxy " + bad.scheme +
                                    "://127.0.0.1:" + std::to_string(proxy.port()) + " "),
              std::string::npos)
        << run.end.sentence;
    EXPECT_NE(run.end.sentence.find(bad.says), std::string::npos) << run.end.sentence;
    EXPECT_EQ(run.end.sentence.find(kPassword), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Http, ProxyRefusal, testing::ValuesIn(bad_http_proxies()),
                         [](const auto& each) { return each.param.name; });
INSTANTIATE_TEST_SUITE_P(Socks5, ProxyRefusal, testing::ValuesIn(bad_socks_proxies()),
                         [](const auto& each) { return each.param.name; });

// The later answers of SOCKS5, each after a good beginning.
TEST(ProxyTunnel, every_refusal_of_socks5_has_its_sentence) {
    struct Case {
        std::string answer;
        const char* says;
    };
    for (const Case& c : {Case{{"\5\1\0\1\0\0\0\0\0\0", 10}, "failed in a way"},
                          Case{{"\5\2\0\1\0\0\0\0\0\0", 10}, "does not allow it by its rules"},
                          Case{{"\5\4\0\1\0\0\0\0\0\0", 10}, "cannot reach the host"},
                          Case{{"\5\5\0\1\0\0\0\0\0\0", 10}, "was refused the connection"},
                          Case{{"\5\x63\0\1\0\0\0\0\0\0", 10}, "a code that does not exist"},
                          Case{{"\4\0\0\1\0\0\0\0\0\0", 10}, "broke SOCKS5"},
                          Case{{"\5\0\0\7\0\0\0\0\0\0", 10}, "broke SOCKS5"},
                          Case{{"\5\0\0\1\0\0\0\0\0\0HTTP/1.1 101", 22}, "bytes of its own"}}) {
        MiniServer proxy([&](MiniPeer& peer) {
            peer.read_body(3);
            peer.send(std::string("\5\0", 2));
            peer.read_body(5 + 10 + 2);
            peer.send(c.answer);
            peer.wait_for_end();
        });
        const ProxyRun run =
            run_through({.url = "wss://venue.test", .path = through(proxy, "socks5")});
        EXPECT_EQ(run.end.kind, LinkEndKind::Refused);
        EXPECT_NE(run.end.sentence.find(c.says), std::string::npos) << run.end.sentence;
    }
}

TEST(ProxyTunnel, silent_proxy_is_given_up_by_name) {
    MiniServer proxy([](MiniPeer& peer) { peer.wait_for_end(); });
    const ProxyRun run = run_through({.url = "wss://venue.test",
                                      .path = through(proxy, "http", "me:hidden"),
                                      .connect_timeout_ms = 200});
    EXPECT_EQ(run.end.kind, LinkEndKind::Timeout);
    EXPECT_NE(run.end.sentence.find("waiting for an answer (proxy http://127.0.0.1:"),
              std::string::npos)
        << run.end.sentence;
}

TEST(ProxyTunnel, proxy_that_hangs_up_or_is_not_there_is_named) {
    MiniServer proxy([](MiniPeer& peer) { peer.read_head(); });
    const ProxyRun cut = run_through({.url = "wss://venue.test", .path = through(proxy, "http")});
    EXPECT_EQ(cut.end.kind, LinkEndKind::Reset);
    EXPECT_NE(cut.end.sentence.find("before there was a tunnel"), std::string::npos);
    EXPECT_NE(cut.end.sentence.find("(proxy http://127.0.0.1:"), std::string::npos);
    const auto absent = std::make_shared<ProxyRules>(
        ProxyRules::always(*parse_proxy("socks5://127.0.0.1:1", ProxyUserInfo::Refused)));
    const ProxyRun none = run_through({.url = "wss://venue.test", .path = {{}, absent}});
    EXPECT_EQ(none.end.kind, LinkEndKind::Refused);
    EXPECT_NE(none.end.sentence.find("(proxy socks5://127.0.0.1:1)"), std::string::npos)
        << none.end.sentence;
}

TEST(ProxyTunnel, setting_that_cannot_be_used_connects_to_nobody) {
    MiniServer venue(venue_script());
    const auto broken = std::make_shared<ProxyRules>(
        ProxyRules::from_environment([](const std::string& name) -> std::optional<std::string> {
            return name == "HTTP_PROXY" ? std::optional<std::string>("ftp://x") : std::nullopt;
        }));
    const ProxyRun run = run_through({.url = "ws://venue.test", .path = {{}, broken}});
    EXPECT_EQ(run.end.kind, LinkEndKind::Refused);
    EXPECT_NE(run.end.sentence.find("HTTP_PROXY names no proxy"), std::string::npos)
        << run.end.sentence;
    EXPECT_EQ(venue.connections(), 0);
}

}  // namespace
}  // namespace petrel::core::test
