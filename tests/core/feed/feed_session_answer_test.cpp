// What a plan says of the handshake, and what a decoder wants sent in answer to a frame.
#include <gtest/gtest.h>

#include "core/feed/venue_support.hpp"
#include "core/net/mini_server_support.hpp"
#include "feed/feed_session.hpp"
#include "runtime/clock.hpp"

namespace petrel::core::test {
namespace {

class FeedAnswerTest : public testing::Test {
protected:
    FeedAnswerTest() {
        plan_.name = "market-1";
        plan_.path = "/stream";
    }
    void start(const MiniServer& server, SessionOptions options = {}) {
        EndpointOptions endpoints;
        endpoints.urls = {server.url("ws", "")};
        endpoints_ = std::make_unique<EndpointSet>(std::move(endpoints));
        options.endpoints = endpoints_.get();
        session_ = std::make_unique<FeedSession>(loop_, adapter_, plan_, std::move(options));
        session_->start(0);
    }
    bool reach_texts(std::size_t count) {
        return loop_.run_until([&] { return received_.texts().size() >= count; }, 8'000);
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

// Sends `frames` once it is open, then keeps what comes.
MiniServer::Script asks(std::vector<std::string> frames, Received& received) {
    return [frames = std::move(frames), &received](MiniPeer& peer) {
        peer.upgrade();
        for (const std::string& text : frames) {
            peer.send(text_frame(text));
        }
        while (const auto got = peer.read_frame()) {
            if (got->opcode == 8) {
                return;
            }
            received.add(got->payload);
        }
    };
}

TEST_F(FeedAnswerTest, handshake_carries_the_headers_of_the_plan) {
    plan_.headers = {{"X-Gate-Size-Decimal", "1"}};
    MiniServer server([&](MiniPeer& peer) {
        received_.add(peer.read_head());
        peer.wait_for_end();
    });
    start(server);
    ASSERT_TRUE(reach_texts(1));
    EXPECT_NE(received_.texts()[0].find("X-Gate-Size-Decimal: 1\r\n"), std::string::npos);
    session_.reset();
}

TEST_F(FeedAnswerTest, answer_goes_before_the_subscriptions_that_wait) {
    plan_.frames = {"sub a", "sub b", "sub c"};
    plan_.frame_gap_ms = 300;
    MiniServer server(asks({"say alive"}, received_));
    start(server);
    ASSERT_TRUE(reach_texts(4));
    EXPECT_EQ(received_.texts(), (std::vector<std::string>{"sub a", "alive", "sub b", "sub c"}));
    session_.reset();
}

TEST_F(FeedAnswerTest, answers_keep_the_pace_of_the_plan) {
    plan_.frame_gap_ms = 120;
    MiniServer server(asks({"say 1", "say 2", "say 3"}, received_));
    const std::int64_t before_ns = steady_now_ns();
    start(server);
    ASSERT_TRUE(reach_texts(3));
    EXPECT_EQ(received_.texts(), (std::vector<std::string>{"1", "2", "3"}));
    EXPECT_GE(steady_now_ns() - before_ns, 240 * kNsPerMs);
    session_.reset();
}

TEST_F(FeedAnswerTest, venue_that_asks_without_end_gets_no_more_than_its_share) {
    MiniServer server(asks(std::vector<std::string>(400, "say x"), received_));
    start(server);
    ASSERT_TRUE(loop_.run_until([&] { return session_->status().frames == 400; }, 8'000));
    ASSERT_TRUE(reach_texts(1));
    loop_.run_for(200);
    EXPECT_LE(received_.texts().size(), 60U);
    EXPECT_EQ(session_->status().answers_dropped + received_.texts().size(), 400U);
    EXPECT_NE(session_->status().last_trouble.find("more answers than we may send"),
              std::string::npos);
    session_.reset();
}

TEST_F(FeedAnswerTest, corrupt_compressed_data_costs_one_reconnect_that_says_so) {
    std::atomic<int> round{0};
    MiniServer server([&](MiniPeer& peer) {
        std::string answer = MiniPeer::upgrade_answer(peer.read_head());
        answer.insert(answer.size() - 2, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
        peer.send(answer);
        if (++round == 1) {
            peer.send(frame({.payload = "\x07\xff", .reserved = 4}));
        } else {
            peer.send(text_frame("t BTCUSDT 100 2 7"));
        }
        peer.wait_for_end();
    });
    SessionOptions options;
    options.compress = true;
    start(server, options);
    ASSERT_TRUE(loop_.run_until([&] { return !sink_.events.empty(); }, 8'000));
    EXPECT_EQ(session_->status().reconnects, 1U);
    EXPECT_NE(session_->status().last_trouble.find("compressed data that is corrupt"),
              std::string::npos)
        << session_->status().last_trouble;
    EXPECT_EQ(round, 2);
    session_.reset();
}

TEST_F(FeedAnswerTest, decoder_is_told_why_an_answer_is_not_sent) {
    const auto code = [&](const std::string& frame) {
        (void)adapter_.on_frame(0, frame, 1);
        return instance_.venue().send_codes;
    };
    EXPECT_EQ(code("say a").back(), PETREL_OK);
    EXPECT_EQ(code("say " + std::string(4'096, 'a')).back(), PETREL_OK);
    EXPECT_EQ(code("say " + std::string(4'097, 'a')).back(), PETREL_E_INVALID);
    EXPECT_EQ(code("say").back(), PETREL_E_INVALID);
    EXPECT_EQ(adapter_.take_answers().size(), 2U);
    instance_.venue().send_codes.clear();
    EXPECT_EQ(code("say5 a"), (std::vector<std::int32_t>{0, 0, 0, 0, PETREL_E_FULL}));
    EXPECT_EQ(adapter_.take_answers().size(), 4U);
    instance_.venue().send_codes.clear();
    (void)adapter_.on_reply({}, 500, "", 1);
    EXPECT_EQ(instance_.venue().send_codes, std::vector<std::int32_t>{PETREL_E_UNSUPPORTED});
    EXPECT_FALSE(adapter_.has_answers());
}

}  // namespace
}  // namespace petrel::core::test
