// HTTP requests against a server that misbehaves.
#include <gtest/gtest.h>

#include <atomic>

#include "core/net/mini_server_support.hpp"
#include "net/http_client.hpp"

namespace petrel::core::test {
namespace {

Result<HttpReply> fetch(HttpRequest request, std::function<bool()> settled = [] { return true; }) {
    IoLoop loop;
    HttpClient client(loop);
    Result<HttpReply> result = Status::io("the callback was never called");
    bool done = false;
    client.request(std::move(request), [&](Result<HttpReply> reply) {
        result = std::move(reply);
        done = true;
    });
    loop.run_until([&] { return done; }, 10'000);
    loop.run_until(settled, 2'000);
    return result;
}

// Answers each connection's first request with `bytes` and goes.
MiniServer::Script answering(std::string bytes) {
    return [bytes](MiniPeer& peer) {
        peer.read_head();
        peer.send(bytes);
        peer.shut_down_sending();
        peer.wait_for_end();
    };
}

std::string ok(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\nRetry-After: 7\r\n\r\n" + body;
}

TEST(HttpClient, hands_out_status_fields_and_padded_body) {
    MiniServer server(answering(ok("[1,2]")));
    const auto reply = fetch({.url = server.url("http", "/list")});
    ASSERT_TRUE(reply.ok()) << reply.status().message();
    EXPECT_EQ(reply->status(), 200U);
    EXPECT_EQ(reply->body(), "[1,2]");
    EXPECT_EQ(reply->header("retry-after"), "7");
    EXPECT_EQ(reply->header("absent"), "");
    for (std::size_t i = 0; i < PETREL_FRAME_PADDING; ++i) {
        EXPECT_EQ(reply->body().data()[reply->body().size() + i], '\0');
    }
    EXPECT_GT(reply->receive_ts_ns, 0);
}

TEST(HttpClient, sends_method_target_fields_and_body) {
    std::string seen;
    std::string body;
    MiniServer server([&](MiniPeer& peer) {
        seen = peer.read_head();
        body = peer.read_body(7);
        peer.send(ok(""));
        peer.wait_for_end();
    });
    const auto reply = fetch({.method = "POST",
                              .url = server.url("http", "/bot/send?x=1"),
                              .headers = {{"Content-Type", "text/plain"}},
                              .body = "text=hi"});
    ASSERT_TRUE(reply.ok()) << reply.status().message();
    EXPECT_EQ(seen.find("POST /bot/send?x=1 HTTP/1.1\r\n"), 0U) << seen;
    EXPECT_NE(seen.find("Content-Type: text/plain\r\n"), std::string::npos);
    EXPECT_EQ(body, "text=hi");
    EXPECT_NE(seen.find("Content-Length: 7\r\n"), std::string::npos);
}

TEST(HttpClient, gives_an_error_status_as_a_value_and_follows_no_redirect) {
    MiniServer server(answering(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"));
    const auto reply = fetch({.url = server.url("http")});
    ASSERT_TRUE(reply.ok());
    EXPECT_EQ(reply->status(), 302U);
    EXPECT_EQ(server.connections(), 1);
}

struct Broken {
    std::string name;
    std::string answer;
    std::string says;
};

class HttpClientBroken : public testing::TestWithParam<Broken> {};

TEST_P(HttpClientBroken, is_a_failure_with_a_sentence_that_keeps_the_path_to_itself) {
    MiniServer server(answering(GetParam().answer));
    const auto reply =
        fetch({.url = server.url("http", "/bot-secret/send"), .body_bytes_max = 1'000});
    ASSERT_FALSE(reply.ok());
    EXPECT_NE(reply.status().message().find(GetParam().says), std::string::npos)
        << reply.status().message();
    EXPECT_NE(reply.status().message().find("http://127.0.0.1:"), std::string::npos);
    EXPECT_EQ(reply.status().message().find("bot-secret"), std::string::npos);
    EXPECT_TRUE(reply.status().retryable());
}

INSTANTIATE_TEST_SUITE_P(
    Answers, HttpClientBroken,
    testing::Values(
        Broken{"nothing", "", "no whole reply"},
        Broken{"garbage", "\x16\x03\x01 hello\r\n\r\n", "no whole reply"},
        Broken{"cut_body", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", "no whole reply"},
        Broken{"cut_chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
               "no whole reply"},
        Broken{"body_over_limit", ok(std::string(1'001, 'x')), "limit of 1000 bytes"},
        Broken{"endless_body", "HTTP/1.1 200 OK\r\n\r\n" + std::string(300'000, 'x'),
               "limit of 1000 bytes"},
        Broken{"long_head", "HTTP/1.1 200 OK\r\nX: " + std::string(1U << 20, 'x') + "\r\n\r\n",
               "head of the reply"}),
    [](const auto& each) { return each.param.name; });

TEST(HttpClient, cuts_a_dripping_reply_at_its_time_limit) {
    MiniServer server([](MiniPeer& peer) {
        peer.read_head();
        for (const char c : ok(std::string(2'000, 'x'))) {
            if (!peer.send({&c, 1}) || peer.gone_within(10)) {
                return;
            }
        }
    });
    const auto reply = fetch({.url = server.url("http"), .timeout_ms = 150});
    ASSERT_FALSE(reply.ok());
    EXPECT_NE(reply.status().message().find("150 ms"), std::string::npos);
}

// What five requests in turn get of a server that closes each connection after two, and how many
// connections they take.
std::pair<std::vector<std::string>, int> five_in_turn(const std::string& method, bool repeatable) {
    MiniServer server([](MiniPeer& peer) {
        for (int i = 0; i < 2; ++i) {
            if (peer.read_head().empty()) {
                return;
            }
            peer.send(ok(std::to_string(i)));
        }
    });
    IoLoop loop;
    HttpClient client(loop);
    std::vector<std::string> bodies;
    for (int i = 0; i < 5; ++i) {
        HttpRequest request{.method = method, .url = server.url("http")};
        request.repeatable = repeatable;
        client.request(std::move(request), [&](Result<HttpReply> reply) {
            bodies.emplace_back(reply.ok() ? std::string(reply->body()) : reply.status().message());
        });
        const std::size_t wanted = bodies.size() + 1;
        EXPECT_TRUE(loop.run_until([&] { return bodies.size() == wanted; }, 5'000));
    }
    return {bodies, server.connections()};
}

TEST(HttpClient, keeps_a_connection_and_falls_back_to_a_new_one) {
    const std::vector<std::string> bodies{"0", "1", "0", "1", "0"};
    EXPECT_EQ(five_in_turn("GET", false), std::pair(bodies, 3));
    EXPECT_EQ(five_in_turn("POST", true), std::pair(bodies, 3));
}

// Bodies or failures of requests one behind the other, over connections that are kept.
std::vector<std::string> in_turn(
    const MiniServer& server, std::size_t count, const std::function<void()>& between = [] {}) {
    IoLoop loop;
    HttpClient client(loop);
    std::vector<std::string> bodies;
    for (std::size_t i = 0; i < count; ++i) {
        client.request({.url = server.url("http")}, [&](Result<HttpReply> reply) {
            bodies.emplace_back(reply.ok() ? std::string(reply->body()) : reply.status().message());
        });
        EXPECT_TRUE(loop.run_until([&] { return bodies.size() == i + 1; }, 5'000));
        between();
    }
    return bodies;
}

const std::string kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
const std::string kHint = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";

TEST(HttpClient, passes_over_interim_replies) {
    MiniServer server([](MiniPeer& peer) {
        for (int i = 0; !peer.read_head().empty(); ++i) {
            peer.send(kContinue);
            peer.send(kHint + kHint + ok(std::to_string(i)));
        }
    });
    EXPECT_EQ(in_turn(server, 3), (std::vector<std::string>{"0", "1", "2"}));
    EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, gives_up_when_nothing_but_interim_replies_come) {
    std::string storm;
    for (int i = 0; i < 200; ++i) {
        storm += kHint;
    }
    MiniServer server(answering(storm));
    const auto reply = fetch({.url = server.url("http")});
    ASSERT_FALSE(reply.ok());
    EXPECT_NE(reply.status().message().find("interim replies without end"), std::string::npos);
}

// What a server says unasked is no reply to the request that comes next.
TEST(HttpClient, takes_nothing_that_came_before_a_request_for_its_reply) {
    MiniServer at_once([](MiniPeer& peer) {
        while (!peer.read_head().empty()) {
            peer.send(ok("asked") + ok("unasked"));
        }
    });
    EXPECT_EQ(in_turn(at_once, 4), std::vector<std::string>(4, "asked"));
    std::atomic<int> unasked{0};
    MiniServer later([&](MiniPeer& peer) {
        while (!peer.read_head().empty()) {
            peer.send(ok("asked"));
            peer.send(ok("unasked"));
            ++unasked;
        }
    });
    int before = 0;
    const auto bodies = in_turn(later, 4, [&] {
        ++before;
        IoLoop loop;
        loop.run_until([&] { return unasked >= before; }, 2'000);
    });
    EXPECT_EQ(bodies, std::vector<std::string>(4, "asked"));
}

TEST(HttpClient, keeps_no_connection_that_was_switched_to_another_protocol) {
    MiniServer server([](MiniPeer& peer) {
        while (!peer.read_head().empty()) {
            peer.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
        }
    });
    in_turn(server, 2);
    EXPECT_EQ(server.connections(), 2);
}

// A request that is sent after the end may be taken, though no reply can come.
TEST(HttpClient, sends_nothing_over_a_connection_that_has_ended) {
    std::atomic<int> heads{0};
    std::atomic<int> ended{0};
    MiniServer server([&](MiniPeer& peer) {
        while (!peer.read_head().empty()) {
            ++heads;
            peer.send(ok("once"));
            peer.shut_down_sending();
            ++ended;
        }
    });
    int before = 0;
    const auto bodies = in_turn(server, 3, [&] {
        ++before;
        IoLoop loop;
        loop.run_until([&] { return ended >= before; }, 2'000);
    });
    EXPECT_EQ(bodies, std::vector<std::string>(3, "once"));
    EXPECT_EQ(heads, 3);
}

// On a kept connection that is closed just then, it is not known whether the server took it.
TEST(HttpClient, gives_what_may_not_come_twice_a_connection_of_its_own) {
    EXPECT_EQ(five_in_turn("POST", false), std::pair(std::vector<std::string>(5, "0"), 5));
}

TEST(HttpClient, drops_what_is_in_flight_without_a_callback_when_destroyed) {
    MiniServer server([](MiniPeer& peer) { peer.wait_for_end(); });
    IoLoop loop;
    int calls = 0;
    {
        HttpClient client(loop);
        client.request({.url = server.url("http")}, [&](const auto&) { ++calls; });
        client.request({.url = "nonsense"}, [&](const auto&) { ++calls; });
        loop.run_until([&] { return server.connections() == 1 && calls == 1; }, 2'000);
    }
    loop.run_until([&] { return server.idle(); }, 2'000);
    EXPECT_TRUE(server.idle());
    EXPECT_EQ(calls, 1);  // the address that cannot be used was answered before
}

TEST(HttpClient, verifies_the_certificate_of_https) {
    const Certificate own = make_certificate({});
    const PemFile file(own);
    MiniServer server(answering(ok("safe")), {.certificate = &own});
    const auto trusted = fetch({.url = server.url("https"), .ca_file = file.path()});
    ASSERT_TRUE(trusted.ok()) << trusted.status().message();
    EXPECT_EQ(trusted->body(), "safe");
    const auto stranger = fetch({.url = server.url("https")});
    ASSERT_FALSE(stranger.ok());
    EXPECT_NE(stranger.status().message().find("self-signed"), std::string::npos);
}

}  // namespace
}  // namespace petrel::core::test
