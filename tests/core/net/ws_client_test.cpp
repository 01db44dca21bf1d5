// The WebSocket client's own duties: time limits, verdicts, bounds, no allocation a message.
#include <gtest/gtest.h>

#include "core/net/allocation_count_support.hpp"
#include "core/net/ws_run_support.hpp"
#include "petrel/types.hpp"
#include "runtime/clock.hpp"

namespace petrel::core::test {
namespace {

std::int64_t ms_since(std::int64_t start_ns) { return (steady_now_ns() - start_ns) / kNsPerMs; }

// Sends `bytes` one every 20 ms for as long as the client stays.
void drip(MiniPeer& peer, std::string_view bytes) {
    for (const char c : bytes) {
        if (!peer.send({&c, 1}) || peer.gone_within(20)) {
            return;
        }
    }
    peer.wait_for_end();
}

struct Drip {
    std::string name;
    std::string before;  // sent at once
    std::string slow;    // dripped
};

class WsDrip : public testing::TestWithParam<Drip> {};

TEST_P(WsDrip, is_cut_when_the_message_is_not_whole_in_time) {
    MiniServer server([](MiniPeer& peer) {
        peer.upgrade();
        peer.send(GetParam().before);
        drip(peer, GetParam().slow);
    });
    RecordingHandler handler;
    const std::int64_t start_ns = steady_now_ns();
    run_client(server, {.message_whole_ms = 200, .ping_interval_ms = 0}, handler);
    ASSERT_TRUE(handler.end.has_value());
    EXPECT_EQ(handler.end->kind, LinkEndKind::Timeout) << handler.end->sentence;
    EXPECT_NE(handler.end->sentence.find("not whole 200 ms"), std::string::npos);
    EXPECT_GE(ms_since(start_ns), 200);
}

std::string open_text(std::string payload) {
    return frame({.opcode = 1, .payload = std::move(payload), .final = false});
}

INSTANTIATE_TEST_SUITE_P(
    Slow, WsDrip,
    testing::Values(
        Drip{"payload", "", text_frame(std::string(100, 'x'))},
        Drip{"header", "", frame({.payload = std::string(70'000, 'x'), .length_bytes = 8})},
        Drip{"ping", "", frame({.opcode = 9, .payload = std::string(120, 'x')})},
        Drip{"after_a_good_message", text_frame("good"), text_frame(std::string(100, 'x'))},
        Drip{"fragments", open_text("a"),
             frame({.opcode = 0, .payload = "b", .final = false}) + std::string(200, '\0')},
        Drip{"pings_inside_a_message", open_text("a"),
             frame({.opcode = 9}) + frame({.opcode = 9}) + frame({.opcode = 9}) +
                 frame({.opcode = 9}) + frame({.opcode = 9}) + frame({.opcode = 9}) +
                 frame({.opcode = 9}) + frame({.opcode = 9}) + frame({.opcode = 9}) +
                 frame({.opcode = 9}) + frame({.opcode = 9}) + frame({.opcode = 9})}),
    [](const auto& each) { return each.param.name; });

TEST(WsClient, does_not_cut_slow_messages_that_are_each_whole_in_time) {
    std::string slow;
    for (int i = 0; i < 20; ++i) {
        slow += text_frame("ab");  // 80 bytes of 10 ms: each message takes 40 ms, all 800
    }
    MiniServer server([&](MiniPeer& peer) {
        peer.upgrade();
        for (const char c : slow) {
            if (!peer.send({&c, 1}) || peer.gone_within(10)) {
                return;
            }
        }
        peer.send(close_frame(1000));
        peer.wait_for_end();
    });
    RecordingHandler handler;
    run_client(server, {.message_whole_ms = 400, .ping_interval_ms = 0}, handler);
    EXPECT_EQ(handler.messages.size(), 20U);
    EXPECT_EQ(handler.end->kind, LinkEndKind::PeerClosed) << handler.end->sentence;
}

TEST(WsClient, names_what_it_waited_for_when_the_upgrade_does_not_come) {
    MiniServer server([](MiniPeer& peer) { peer.wait_for_end(); });
    RecordingHandler handler;
    run_client(server, {.connect_timeout_ms = 100}, handler);
    EXPECT_EQ(handler.end->kind, LinkEndKind::Timeout);
    EXPECT_EQ(handler.opened, 0);
    EXPECT_NE(handler.end->sentence.find("100 ms"), std::string::npos) << handler.end->sentence;
}

TEST(WsClient, cuts_a_dripping_upgrade_at_the_connect_limit) {
    MiniServer server(
        [](MiniPeer& peer) { drip(peer, MiniPeer::upgrade_answer(peer.read_head())); });
    RecordingHandler handler;
    run_client(server, {.connect_timeout_ms = 150}, handler);
    EXPECT_EQ(handler.end->kind, LinkEndKind::Timeout) << handler.end->sentence;
}

TEST(WsClient, classifies_a_close_frame_at_once_though_the_connection_stays_open) {
    MiniServer server([](MiniPeer& peer) {
        peer.upgrade();
        peer.send(close_frame(1012, "restart"));
        peer.wait_for_end();  // never ends its own side first
    });
    RecordingHandler handler;
    const std::int64_t start_ns = steady_now_ns();
    run_client(server, {}, handler);
    EXPECT_EQ(handler.end->kind, LinkEndKind::PeerClosed);
    EXPECT_EQ(handler.end->code, 1012);
    EXPECT_EQ(handler.end->sentence, "closed with code 1012: restart");
    EXPECT_LT(ms_since(start_ns), 5'000);
}

TEST(WsClient, reports_a_reset_and_an_end_without_farewell) {
    for (const bool hard : {true, false}) {
        MiniServer server([hard](MiniPeer& peer) {
            peer.upgrade();
            peer.send(text_frame("m"));
            peer.read_frame();  // the client has read the message when its answer comes
            hard ? peer.reset() : peer.shut_down_sending();
            if (!hard) {
                peer.wait_for_end();
            }
        });
        RecordingHandler handler;
        IoLoop loop;
        const auto client = WsClient::open(loop, {.url = server.url("ws")}, handler);
        handler.when_message = [&] { ASSERT_TRUE(client->send("got it").ok()); };
        ASSERT_TRUE(loop.run_until([&] { return handler.end.has_value(); }, 5'000));
        EXPECT_EQ(handler.end->kind, LinkEndKind::Reset) << handler.end->sentence;
        EXPECT_EQ(handler.messages, std::vector<std::string>{"m"});
    }
}

TEST(WsClient, notices_a_half_open_connection_by_the_missing_pong) {
    MiniServer server([](MiniPeer& peer) {
        peer.upgrade();
        peer.wait_for_end();  // reads pings, answers none
    });
    RecordingHandler handler;
    run_client(server, {.ping_interval_ms = 30, .pong_timeout_ms = 120}, handler);
    EXPECT_EQ(handler.end->kind, LinkEndKind::Timeout);
    EXPECT_NE(handler.end->sentence.find("no pong"), std::string::npos) << handler.end->sentence;
}

TEST(WsClient, ends_a_connection_that_is_silent_beyond_its_limit) {
    MiniServer server([](MiniPeer& peer) {
        peer.upgrade();
        peer.wait_for_end();
    });
    RecordingHandler handler;
    run_client(server, {.ping_interval_ms = 0, .idle_ms_max = 120}, handler);
    EXPECT_EQ(handler.end->kind, LinkEndKind::Timeout);
    EXPECT_NE(handler.end->sentence.find("silent for 120 ms"), std::string::npos);
}

TEST(WsClient, measures_the_round_trip_of_its_pings) {
    MiniServer server([](MiniPeer& peer) {
        peer.upgrade();
        for (int i = 0; i < 3; ++i) {
            const auto ping = peer.read_frame();
            peer.send(frame({.opcode = 10, .payload = "not this one"}));
            peer.send(frame({.opcode = 10, .payload = ping->payload}));
        }
        peer.send(close_frame(1000));
        peer.wait_for_end();
    });
    RecordingHandler handler;
    run_client(server, {.ping_interval_ms = 10}, handler);
    ASSERT_EQ(handler.pongs.size(), 3U);
    EXPECT_GT(handler.pongs[0].count(), 0);
}

TEST(WsClient, stamps_messages_with_the_wall_clock_of_their_arrival) {
    MiniServer server([](MiniPeer& peer) {
        peer.upgrade();
        peer.send(text_frame("m") + close_frame(1000));
        peer.wait_for_end();
    });
    const std::int64_t before_ns = wall_now_ns();
    RecordingHandler handler;
    run_client(server, {}, handler);
    EXPECT_GE(handler.last_receive_ts_ns, before_ns);
    EXPECT_LE(handler.last_receive_ts_ns, wall_now_ns());
}

TEST(WsClient, lets_others_have_their_turn_while_many_messages_wait) {
    constexpr std::size_t waiting = 500;  // together less than one read takes
    std::string many;
    for (std::size_t i = 0; i < waiting; ++i) {
        many += text_frame("m" + std::to_string(i));
    }
    MiniServer server([&](MiniPeer& peer) {
        peer.upgrade();
        peer.send(many + close_frame(1000));
        peer.wait_for_end();
    });
    IoLoop loop;
    RecordingHandler handler;
    std::size_t seen_by_other = 0;
    handler.when_message = [&] {
        if (handler.messages.size() == 1) {
            loop.post([&] { seen_by_other = handler.messages.size(); });
        }
    };
    const auto client = WsClient::open(loop, {.url = server.url("ws")}, handler);
    ASSERT_TRUE(loop.run_until([&] { return handler.end.has_value(); }, 15'000));
    ASSERT_EQ(handler.messages.size(), waiting);
    EXPECT_EQ(handler.messages.back(), "m499");
    EXPECT_GE(seen_by_other, 1U);
    EXPECT_LE(seen_by_other, 128U);
}

TEST(WsClient, sends_in_order_and_refuses_when_the_queue_is_full) {
    std::vector<std::string> received;
    MiniServer server([&](MiniPeer& peer) {
        peer.upgrade();
        for (int i = 0; i < 4; ++i) {
            received.push_back(peer.read_frame()->payload);
        }
        peer.send(close_frame(1000));
        peer.wait_for_end();
    });
    RecordingHandler handler;
    IoLoop loop;
    const auto client =
        WsClient::open(loop, {.url = server.url("ws"), .send_queue_max = 4}, handler);
    EXPECT_FALSE(client->send("too early").ok());
    Status fifth;
    handler.when_open = [&] {
        for (const char* text : {"a", "b", "c", "d"}) {
            ASSERT_TRUE(client->send(text).ok());
        }
        fifth = client->send("e");
    };
    ASSERT_TRUE(loop.run_until([&] { return handler.end.has_value() && server.idle(); }, 5'000));
    EXPECT_EQ(received, (std::vector<std::string>{"a", "b", "c", "d"}));
    EXPECT_EQ(fifth.code(), PETREL_E_FULL);
}

TEST(WsClient, says_farewell_when_asked_to_close) {
    unsigned code = 0;
    MiniServer server([&](MiniPeer& peer) {
        peer.upgrade();
        peer.send(text_frame("m"));
        while (const auto received = peer.read_frame()) {
            if (received->opcode == 8) {
                code = static_cast<unsigned char>(received->payload[1]);
                peer.send(close_frame(1000));
                return;
            }
        }
    });
    RecordingHandler handler;
    IoLoop loop;
    const auto client = WsClient::open(loop, {.url = server.url("ws")}, handler);
    handler.when_message = [&] { client->close(1000); };
    ASSERT_TRUE(loop.run_until([&] { return handler.end.has_value() && server.idle(); }, 5'000));
    EXPECT_EQ(handler.end->kind, LinkEndKind::Local) << handler.end->sentence;
    EXPECT_EQ(code, 1000U & 0xFFU);
}

TEST(WsClient, may_be_destroyed_inside_each_of_its_callbacks) {
    for (int where = 0; where < 3; ++where) {
        MiniServer server([](MiniPeer& peer) {
            peer.upgrade();
            peer.send(text_frame("a") + text_frame("b") + text_frame("c") + close_frame(1000));
            peer.wait_for_end();
        });
        RecordingHandler handler;
        IoLoop loop;
        auto client = WsClient::open(loop, {.url = server.url("ws")}, handler);
        auto destroy = [&] { client.reset(); };
        (where == 0   ? handler.when_open
         : where == 1 ? handler.when_message
                      : handler.when_end) = destroy;
        ASSERT_TRUE(loop.run_until([&] { return !client && server.idle(); }, 5'000));
        EXPECT_EQ(handler.messages.size(), where == 0 ? 0U : where == 1 ? 1U : 3U);
        EXPECT_EQ(handler.ends, where == 2 ? 1 : 0);
    }
}

TEST(WsClient, refuses_addresses_it_cannot_use_by_a_later_call) {
    for (const char* url :
         {"http://127.0.0.1/", "nonsense", "ws://user@host/", "ws://h:99999999/"}) {
        RecordingHandler handler;
        IoLoop loop;
        const auto client = WsClient::open(loop, {.url = url}, handler);
        EXPECT_EQ(handler.ends, 0);
        ASSERT_TRUE(loop.run_until([&] { return handler.end.has_value(); }, 1'000));
        EXPECT_EQ(handler.end->kind, LinkEndKind::Refused);
    }
}

TEST(WsClient, reports_a_port_where_nobody_listens_as_refused) {
    int port = 0;
    {
        MiniServer gone([](MiniPeer&) {});
        port = gone.port();
    }
    RecordingHandler handler;
    IoLoop loop;
    const auto client =
        WsClient::open(loop, {.url = "ws://127.0.0.1:" + std::to_string(port)}, handler);
    ASSERT_TRUE(loop.run_until([&] { return handler.end.has_value(); }, 5'000));
    EXPECT_EQ(handler.end->kind, LinkEndKind::Refused) << handler.end->sentence;
    EXPECT_NE(handler.end->sentence.find("refused"), std::string::npos);
}

TEST(WsClient, ends_a_message_in_endless_empty_fragments) {
    MiniServer server([](MiniPeer& peer) {
        peer.upgrade();
        peer.send(open_text(""));
        std::string many;
        for (int i = 0; i < 10'000; ++i) {
            many += frame({.opcode = 0, .final = false});
        }
        while (peer.send(many)) {
        }
    });
    RecordingHandler handler;
    run_client(server, {.message_whole_ms = 500, .ping_interval_ms = 0}, handler);
    EXPECT_TRUE(handler.messages.empty());
    EXPECT_TRUE(handler.end->kind == LinkEndKind::Protocol ||
                handler.end->kind == LinkEndKind::Timeout)
        << handler.end->sentence;
}

class CountingHandler : public WsHandler {
public:
    void on_open() override {}
    void on_message(const WsMessage& message) override {
        bytes += message.data.size();
        ++messages;
        if (messages == kWarm) {
            start_counting_allocations();
        } else if (messages == kAll) {
            allocations = stop_counting_allocations();
        }
    }
    void on_end(const LinkEnd&) override { ended = true; }

    static constexpr std::uint64_t kWarm = 1'000;
    static constexpr std::uint64_t kAll = 20'000;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    std::uint64_t allocations = 1;
    bool ended = false;
};

TEST(WsClient, allocates_nothing_for_a_message_in_steady_state) {
    for (const std::size_t piece : {std::size_t{1} << 20, std::size_t{173}}) {
        std::string all;
        for (std::uint64_t i = 0; i < CountingHandler::kAll; ++i) {
            all += text_frame(std::string(20 + i % 300, 'x'));
        }
        MiniServer server([&](MiniPeer& peer) {
            peer.upgrade();
            peer.send_in_pieces(all, piece);
            peer.send(close_frame(1000));
            peer.wait_for_end();
        });
        CountingHandler handler;
        IoLoop loop;
        const auto client = WsClient::open(loop, {.url = server.url("ws")}, handler);
        ASSERT_TRUE(loop.run_until([&] { return handler.ended; }, 30'000));
        EXPECT_EQ(handler.messages, CountingHandler::kAll);
        EXPECT_EQ(handler.allocations, 0U) << "in pieces of " << piece;
    }
}

}  // namespace
}  // namespace petrel::core::test
