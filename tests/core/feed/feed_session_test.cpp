// One connection of a venue over a real socket: subscribing, states, bad frames, coming back.
#include "feed/feed_session.hpp"

#include <gtest/gtest.h>

#include "core/feed/venue_support.hpp"
#include "core/net/mini_server_support.hpp"
#include "runtime/clock.hpp"

namespace petrel::core::test {
namespace {

// Opens, takes the two subscriptions, sends `frames`, then reads until the client is gone.
MiniServer::Script venue(std::vector<std::string> frames, Received& received) {
    return [frames, &received](MiniPeer& peer) {
        peer.upgrade();
        for (int i = 0; i < 2; ++i) {
            if (const auto got = peer.read_frame()) {
                received.add(got->payload);
            }
        }
        for (const std::string& text : frames) {
            peer.send(text_frame(text));
        }
        while (const auto got = peer.read_frame()) {
            if (got->opcode == 1) {
                received.add(got->payload);
            }
            if (got->opcode == 8) {
                return;
            }
        }
    };
}

petrel_instrument named(const char* native) {
    petrel_instrument instrument{};
    instrument.native = text_of(native);
    return instrument;
}

SessionOptions patience(std::uint64_t quiet_ms, std::uint64_t suspect_ms) {
    SessionOptions options;
    options.quiet_ms = quiet_ms;
    options.suspect_ms = suspect_ms;
    return options;
}

class FeedSessionTest : public testing::Test {
protected:
    FeedSessionTest() {
        plan_.name = "market-1";
        plan_.path = "/stream";
        plan_.frames = {"sub a", "sub b"};
        plan_.streams.resize(2);
    }
    void start(const MiniServer& server, SessionOptions options = {}) {
        start_at({server.url("ws", "")}, std::move(options));
    }
    void start_at(std::vector<std::string> urls, SessionOptions options = {}) {
        session_.reset();
        EndpointOptions endpoints;
        endpoints.urls = std::move(urls);
        endpoints_ = std::make_unique<EndpointSet>(std::move(endpoints));
        options.endpoints = endpoints_.get();
        session_ = std::make_unique<FeedSession>(loop_, adapter_, plan_, std::move(options));
        session_->start(0);
    }
    bool reach_stopped() {
        session_->stop();
        return loop_.run_until([&] { return session_->stopped(); }, 5'000);
    }
    bool reach(FeedState state) {
        return loop_.run_until([&] { return session_->status().state == state; }, 5'000);
    }
    bool reach_events(std::size_t count) {
        return loop_.run_until([&] { return sink_.events.size() >= count; }, 5'000);
    }

    Received received_;
    VenueInstance instance_;
    RecordingSink sink_;
    TestBook book_;
    IoLoop loop_;
    Adapter adapter_{instance_.handle(), 3, sink_, book_};
    ConnectionPlan plan_;
    std::unique_ptr<EndpointSet> endpoints_;
    std::unique_ptr<FeedSession> session_;
};

TEST_F(FeedSessionTest, subscribes_in_order_and_hands_events_on) {
    MiniServer server(venue({"ack a", "ack b", "t BTCUSDT 100 2 7"}, received_));
    start(server);
    ASSERT_TRUE(reach_events(1));
    EXPECT_EQ(received_.texts(), (std::vector<std::string>{"sub a", "sub b"}));
    EXPECT_EQ(sink_.last_venue, 3);
    EXPECT_EQ(sink_.events[0].price, 100.0);
    EXPECT_EQ(sink_.events[0].id, 7U);
    EXPECT_GT(sink_.events[0].receive_ts_ns, 0);
    EXPECT_EQ(instance_.venue().opened, std::vector<std::uint32_t>{0});
    const FeedStatus status = session_->status();
    EXPECT_EQ(status.state, FeedState::Healthy);
    EXPECT_EQ(status.acks, 2U);
    EXPECT_EQ(status.frames, 3U);
    EXPECT_EQ(status.events, 1U);
    EXPECT_EQ(status.last_data_ns, sink_.events[0].receive_ts_ns);
    session_.reset();
}

TEST_F(FeedSessionTest, stays_pending_and_turns_suspect_when_acknowledged_but_silent) {
    MiniServer server(venue({"ack a", "ack b"}, received_));
    start(server, patience(150, 300));
    ASSERT_TRUE(loop_.run_until([&] { return session_->status().acks == 2; }, 5'000));
    EXPECT_EQ(session_->status().state, FeedState::Pending);
    EXPECT_TRUE(reach(FeedState::Suspect));
    session_.reset();
}

TEST_F(FeedSessionTest, turns_suspect_when_nothing_it_brings_is_plausible) {
    sink_.believes = false;
    MiniServer server([](MiniPeer& peer) {
        peer.upgrade();
        while (peer.send(text_frame("t BTCUSDT 1 1 1")) && !peer.gone_within(10)) {
        }
    });
    start(server, patience(100, 300));
    ASSERT_TRUE(reach(FeedState::Suspect));
    EXPECT_GT(session_->status().events, 0U);
    EXPECT_EQ(session_->status().last_data_ns, 0);
    EXPECT_NE(session_->status().last_trouble.find("refused as implausible"), std::string::npos);
    session_.reset();
}

TEST_F(FeedSessionTest, goes_from_healthy_over_quiet_to_suspect_without_data) {
    MiniServer server(venue({"t BTCUSDT 1 1 1"}, received_));
    start(server, patience(100, 250));
    ASSERT_TRUE(reach(FeedState::Healthy));
    ASSERT_TRUE(reach(FeedState::Quiet));
    EXPECT_TRUE(reach(FeedState::Suspect));
    session_.reset();
}

TEST_F(FeedSessionTest, counts_samples_and_drops_bad_frames_and_lives_on) {
    std::vector<std::string> lines;
    log::redirect(
        [&](log::Level, std::string_view, std::string_view text) { lines.emplace_back(text); });
    std::vector<std::string> frames(50, "garbage \x1b[31m " + std::string(5'000, 'x'));
    frames.push_back("t BTCUSDT 1 1 1");
    MiniServer server(venue(frames, received_));
    start(server);
    ASSERT_TRUE(reach_events(1));
    log::redirect({});
    const FeedStatus status = session_->status();
    EXPECT_EQ(status.rejected, 50U);
    EXPECT_EQ(status.rejected_by_reason.at("unknown word"), 50U);
    EXPECT_EQ(status.reconnects, 0U);
    const auto about = std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
        return line.find("unknown word") != std::string::npos;
    });
    EXPECT_GE(about, 1);
    EXPECT_LE(about, 10);
    for (const std::string& line : lines) {
        EXPECT_LT(line.size(), 400U);
        EXPECT_EQ(line.find('\x1b'), std::string::npos);
    }
    session_.reset();
}

TEST_F(FeedSessionTest, comes_back_and_subscribes_again_after_a_reset) {
    std::atomic<int> round{0};
    MiniServer server([&](MiniPeer& peer) {
        const bool first = round++ == 0;
        peer.upgrade();
        peer.read_frame();
        peer.read_frame();
        if (first) {
            return peer.reset();
        }
        peer.send(text_frame("t BTCUSDT 1 1 1"));
        peer.wait_for_end();
    });
    start(server);
    ASSERT_TRUE(reach_events(1));
    EXPECT_EQ(session_->status().reconnects, 1U);
    EXPECT_EQ(instance_.venue().opened.size(), 2U);
    EXPECT_FALSE(session_->status().last_trouble.empty());
    session_.reset();
}

TEST_F(FeedSessionTest, reconnects_once_for_each_ill_mannered_end) {
    // After the last line of the answer's head.
    const std::string ends[] = {
        "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",  // nobody asked for it
        "Sec-WebSocket-Protocol: chat\r\n\r\n",
        "\r\n" + close_frame(1012, "restart"),                       // and TCP stays open
        "\r\n" + frame({.payload = "\xaa\xff\x03", .reserved = 4}),  // says it is compressed
        "\r\n" + frame({.payload = "x", .length = std::uint64_t{1} << 62U}),
    };
    for (const std::string& end : ends) {
        std::atomic<int> round{0};
        sink_.events.clear();
        MiniServer server([&](MiniPeer& peer) {
            const bool first = round++ == 0;
            const std::string answer = MiniPeer::upgrade_answer(peer.read_head());
            const std::string open = answer.substr(0, answer.size() - 2);
            peer.send(first ? open + end : answer + text_frame("t BTCUSDT 1 1 1"));
            peer.wait_for_end();
        });
        start(server);
        ASSERT_TRUE(reach_events(1)) << end;
        EXPECT_EQ(session_->status().reconnects, 1U) << end;
        EXPECT_EQ(server.connections(), 2) << end;
        session_.reset();
    }
}

TEST_F(FeedSessionTest, reconnects_when_the_venue_asks_for_it) {
    std::atomic<int> round{0};
    MiniServer server([&](MiniPeer& peer) {
        const bool first = round++ == 0;
        peer.upgrade();
        peer.send(text_frame(first ? "bye" : "t BTCUSDT 1 1 1"));
        while (const auto got = peer.read_frame()) {
            if (got->opcode == 8) {
                peer.send(close_frame(1000));
                return;
            }
        }
    });
    start(server);
    ASSERT_TRUE(reach_events(1));
    EXPECT_EQ(server.connections(), 2);
    EXPECT_EQ(session_->status().last_trouble, "the venue asked us to connect anew");
    session_.reset();
}

TEST_F(FeedSessionTest, keeps_what_a_refused_subscription_said) {
    MiniServer server(venue({"no btc@trades"}, received_));
    start(server);
    ASSERT_TRUE(loop_.run_until([&] { return !session_->status().last_trouble.empty(); }, 5'000));
    EXPECT_EQ(session_->status().last_trouble, "subscription refused: btc@trades");
    session_.reset();
}

TEST_F(FeedSessionTest, sends_the_keep_alive_that_the_plan_asks_for) {
    plan_.keepalive_ms = 20;
    plan_.keepalive = "ping!";
    MiniServer server(venue({}, received_));
    start(server);
    EXPECT_TRUE(loop_.run_until([&] { return received_.texts().size() >= 5; }, 5'000));
    EXPECT_EQ(received_.texts()[4], "ping!");
    session_.reset();
}

TEST_F(FeedSessionTest, leaves_the_gap_between_frames_that_the_venue_wants) {
    plan_.frame_gap_ms = 120;
    MiniServer server(venue({"t BTCUSDT 1 1 1"}, received_));
    start(server);
    ASSERT_TRUE(loop_.run_until([&] { return received_.texts().size() == 1; }, 5'000));
    EXPECT_TRUE(sink_.events.empty());  // the second subscription has not gone out yet
    ASSERT_TRUE(reach_events(1));
    EXPECT_EQ(received_.texts().size(), 2U);
    session_.reset();
}

TEST_F(FeedSessionTest, leaves_an_end_point_whose_certificate_is_refused_for_the_next_at_once) {
    const Certificate certificate = make_certificate({});  // of nobody's authority
    MiniServer untrusted([](MiniPeer& peer) { peer.wait_for_end(); },
                         {.certificate = &certificate});
    MiniServer good(venue({"t BTCUSDT 1 1 1"}, received_));
    start_at({untrusted.url("wss", ""), good.url("ws", "")});
    ASSERT_TRUE(reach_events(1));
    const std::int64_t now_ns = steady_now_ns();
    EXPECT_EQ(endpoints_->circuit(0, now_ns), Circuit::Open);
    EXPECT_EQ(endpoints_->circuit(1, now_ns), Circuit::Closed);
    EXPECT_EQ(untrusted.connections(), 1);
    EXPECT_EQ(session_->status().endpoint, good.url("ws", ""));
    session_.reset();
    EXPECT_EQ(endpoints_->figures(now_ns)[1].connections, 0U) << "it is still counted as a user";
}

TEST_F(FeedSessionTest, turns_to_another_end_point_when_one_cuts_every_connection) {
    MiniServer bad([](MiniPeer& peer) {
        peer.upgrade();
        peer.reset();
    });
    MiniServer good(venue({"t BTCUSDT 1 1 1"}, received_));
    start_at({bad.url("ws", ""), good.url("ws", "")});
    ASSERT_TRUE(loop_.run_until([&] { return sink_.events.size() == 1; }, 10'000));
    EXPECT_EQ(session_->status().endpoint, good.url("ws", ""));
    session_.reset();
}

TEST_F(FeedSessionTest, says_so_when_it_has_no_end_point) {
    session_ = std::make_unique<FeedSession>(loop_, adapter_, plan_, SessionOptions{});
    session_->start(0);
    loop_.run_for(20);
    EXPECT_EQ(session_->status().state, FeedState::Unusable);
    EXPECT_NE(session_->status().last_trouble.find("add ws = "), std::string::npos);
}

TEST_F(FeedSessionTest, holds_a_stream_pending_until_its_own_data) {
    plan_.streams = {{book_.add(3, named("BTCUSDT")), kind_bit(EventKind::Trade), "a"},
                     {book_.add(3, named("ETHUSDT")), kind_bit(EventKind::Trade), "b"},
                     {book_.add(3, named("BTCUSDT")), kind_bit(EventKind::Liquidation), "c"}};
    MiniServer server(venue({"ack a", "ack b", "ack c", "t BTCUSDT 1 1 1"}, received_));
    start(server);
    EXPECT_EQ(session_->status().streams_pending, 3U);
    ASSERT_TRUE(reach_events(1));
    EXPECT_EQ(session_->status().acks, 3U);
    EXPECT_EQ(session_->status().streams_pending, 2U);
    session_.reset();
}

TEST_F(FeedSessionTest, subscribes_to_all_though_the_venue_reads_slowly) {
    constexpr std::size_t count = 100;
    constexpr std::size_t bytes = 256 * 1024;
    plan_.frames.assign(count, std::string(bytes, 's'));
    std::atomic<bool> may_read{false};
    std::atomic<std::size_t> read{0};
    MiniServer server([&](MiniPeer& peer) {
        peer.upgrade();
        may_read.wait(false);
        for (std::string some; !(some = peer.read_some()).empty();) {
            read += some.size();
        }
    });
    start(server);
    // More than the queue and the buffers of the sockets hold.
    EXPECT_TRUE(loop_.run_until([&] { return !session_->status().last_trouble.empty(); }, 5'000));
    EXPECT_NE(session_->status().last_trouble.find("subscriptions wait"), std::string::npos);
    may_read = true;
    may_read.notify_all();
    EXPECT_TRUE(loop_.run_until([&] { return read >= count * bytes; }, 15'000)) << read;
    EXPECT_EQ(session_->status().reconnects, 0U);
    session_.reset();
}

TEST_F(FeedSessionTest, bounds_and_counts_what_an_adapter_says) {
    std::vector<std::string> frames = {"flood 300"};
    for (int i = 0; i < 100; ++i) {
        frames.push_back("bad word" + std::to_string(i));
    }
    frames.emplace_back("t BTCUSDT 1 1 1");
    MiniServer server(venue(frames, received_));
    start(server);
    ASSERT_TRUE(reach_events(1));
    const FeedStatus status = session_->status();
    EXPECT_EQ(status.acks, 256U);
    EXPECT_EQ(status.notices_lost, 44U);
    EXPECT_EQ(status.rejected, 100U);
    EXPECT_EQ(status.rejected_by_reason.size(), 65U);
    EXPECT_EQ(status.rejected_by_reason.at("other reasons"), 36U);
    session_.reset();
}

TEST_F(FeedSessionTest, says_farewell_when_it_stops) {
    std::atomic<unsigned> code{0};
    MiniServer server([&](MiniPeer& peer) {
        peer.upgrade();
        peer.send(text_frame("t BTCUSDT 1 1 1"));
        while (const auto got = peer.read_frame()) {
            if (got->opcode == 8) {
                code = static_cast<unsigned char>(got->payload.at(0)) * 256U +
                       static_cast<unsigned char>(got->payload.at(1));
                peer.send(close_frame(1000) + text_frame("t BTCUSDT 1 1 2"));
                return peer.wait_for_end();
            }
        }
    });
    start(server);
    ASSERT_TRUE(reach_events(1));
    EXPECT_FALSE(session_->stopped());
    ASSERT_TRUE(reach_stopped());
    EXPECT_EQ(code, 1000U);
    EXPECT_EQ(sink_.events.size(), 1U);
    EXPECT_TRUE(loop_.run_until([&] { return server.idle(); }, 3'000));
    EXPECT_EQ(server.connections(), 1);
}

TEST_F(FeedSessionTest, stops_at_once_while_it_is_not_open) {
    MiniServer server([](MiniPeer& peer) { peer.wait_for_end(); });  // never answers the upgrade
    start(server);
    ASSERT_TRUE(loop_.run_until([&] { return server.connections() == 1; }, 5'000));
    session_->stop();
    EXPECT_TRUE(session_->stopped());
}

}  // namespace
}  // namespace petrel::core::test
