// A connection that brought data for a while and is cut comes back at once, however often.
#include <gtest/gtest.h>

#include "core/feed/venue_support.hpp"
#include "core/net/mini_server_support.hpp"
#include "feed/feed_session.hpp"

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

TEST_F(SessionLife, one_that_was_proven_is_no_failure) { EXPECT_TRUE(ten_lives_within(5, 8'000)); }

// 250 + 500 + 1,000 ms are over before the fifth attempt, at the least.
TEST_F(SessionLife, one_that_was_not_backs_off) { EXPECT_FALSE(ten_lives_within(60'000, 1'500)); }

}  // namespace
}  // namespace petrel::core::test
