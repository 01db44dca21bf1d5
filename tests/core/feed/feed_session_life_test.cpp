// A connection that brought data for a while and is cut comes back at once, however often; and when
// it is said to be back.
#include <gtest/gtest.h>

#include "core/feed/venue_support.hpp"
#include "core/net/mini_server_support.hpp"
#include "feed/feed_session.hpp"
#include "runtime/clock.hpp"

namespace petrel::core::test {
namespace {

class SessionLife : public testing::Test {
protected:
    // Ten connections, each cut once it brought a trade and lived as long as counts.
    bool ten_lives_within(std::uint64_t proven_ms, std::uint32_t ms_max) {
        MiniServer server([](MiniPeer& peer) {
            peer.upgrade();
            peer.send(text_frame("t BTCUSDT 100 2 7"));
            peer.gone_within(20);
            peer.reset();
        });
        EndpointOptions endpoints;
        endpoints.urls = {server.url("ws", "")};
        EndpointSet set(std::move(endpoints));
        SessionOptions options;
        options.endpoints = &set;
        options.proven_ms = proven_ms;
        ConnectionPlan plan;
        plan.name = "market-1";
        FeedSession session(loop_, adapter_, plan, std::move(options));
        session.start(0);
        return loop_.run_until([&] { return server.connections() >= 10; }, ms_max);
    }

    VenueInstance instance_;
    RecordingSink sink_;
    TestBook book_;
    IoLoop loop_;
    Adapter adapter_{instance_.handle(), 3, sink_, book_};
};

// Keeps when it was told that a connection is back.
class Resumptions final : public ConnectionWatch {
public:
    void on_broken(const ConnectionPlan&, std::int64_t last_ns) override { broken_ns = last_ns; }
    void on_resumed(const ConnectionPlan&, std::int64_t first_ns) override {
        resumed_ns = first_ns;
    }
    std::int64_t broken_ns = 0;
    std::int64_t resumed_ns = 0;
};

// The first thing that comes is of a minute ago: a hole that ended then would be none.
TEST_F(SessionLife, what_is_past_does_not_say_when_a_connection_was_back) {
    std::atomic<int> lives{0};
    MiniServer server([&lives](MiniPeer& peer) {
        peer.upgrade();
        peer.send(text_frame(lives++ == 0 ? "t BTCUSDT 100 2 7" : "past BTCUSDT 100 2 8"));
        peer.gone_within(lives == 1 ? 20 : 5'000);
        peer.reset();
    });
    EndpointOptions endpoints;
    endpoints.urls = {server.url("ws", "")};
    EndpointSet set(std::move(endpoints));
    Resumptions watch;
    SessionOptions options;
    options.endpoints = &set;
    options.proven_ms = 5;
    options.watch = &watch;
    ConnectionPlan plan;
    plan.name = "market-1";
    FeedSession session(loop_, adapter_, plan, std::move(options));
    session.start(0);
    ASSERT_TRUE(loop_.run_until([&] { return watch.resumed_ns != 0; }, 8'000));
    EXPECT_GT(watch.resumed_ns, watch.broken_ns);
    EXPECT_EQ(watch.resumed_ns, sink_.events.back().receive_ts_ns);
}

TEST_F(SessionLife, one_that_was_proven_is_no_failure) { EXPECT_TRUE(ten_lives_within(5, 8'000)); }

// 250 + 500 + 1,000 ms are over before the fifth attempt, at the least.
TEST_F(SessionLife, one_that_was_not_backs_off) { EXPECT_FALSE(ten_lives_within(60'000, 1'500)); }

}  // namespace
}  // namespace petrel::core::test
