// One venue from the look-up of its instruments to live data, over real sockets.
#include "feed/exchange_feed.hpp"

#include <gtest/gtest.h>

#include "core/feed/venue_support.hpp"
#include "core/net/mini_server_support.hpp"
#include "feed/feed_supervisor.hpp"

namespace petrel::core::test {
namespace {

std::string reply(const std::string& body, const std::string& status = "200 OK") {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

void serve_rest(MiniPeer& peer) {
    for (std::string head; !(head = peer.read_head()).empty();) {
        const bool list = head.starts_with("GET /instruments ");
        peer.send(reply(list ? "BTCUSDT ETHUSDT" : "42.5"));
    }
}

void serve_trades(MiniPeer& peer) {
    peer.upgrade();
    peer.send(text_frame("t BTCUSDT 100 2 7"));
    while (const auto got = peer.read_frame()) {
        if (got->opcode == 8) {
            return;
        }
    }
}

class ExchangeFeedTest : public testing::Test {
protected:
    void start(const std::vector<std::string>& rest) {
        FeedOptions options;
        options.ws_endpoints = {stream_.url("ws", "")};
        options.rest_endpoints = rest;
        options.channels = kind_bit(EventKind::Trade);
        feeds_.add(instance_.handle(), 1, std::move(options));
        feeds_.start();
    }
    bool reach_events(std::size_t count) {
        return loop_.run_until([&] { return sink_.events.size() >= count; }, 8'000);
    }
    FeedStatus only_status() {
        const std::vector<FeedStatus> all = feeds_.status();
        EXPECT_EQ(all.size(), 1U);
        return all.at(0);
    }

    MiniServer rest_{serve_rest};
    MiniServer stream_{serve_trades};
    VenueInstance instance_;
    RecordingSink sink_;
    TestBook book_;
    IoLoop loop_;
    FeedSupervisor feeds_{loop_, sink_, book_};
};

TEST_F(ExchangeFeedTest, looks_up_connects_and_delivers) {
    start({rest_.url("http", "")});
    EXPECT_EQ(only_status().connection, "discovery");
    ASSERT_TRUE(reach_events(1));
    EXPECT_EQ(book_.count(), 2U);
    const FeedStatus status = only_status();
    EXPECT_EQ(status.venue, "words");
    EXPECT_EQ(status.connection, "market-1");
    EXPECT_EQ(status.state, FeedState::Healthy);
    EXPECT_EQ(status.streams, 2U);
    EXPECT_EQ(status.endpoint, stream_.url("ws", ""));
    feeds_.stop();
}

TEST_F(ExchangeFeedTest, subscribes_only_to_what_is_wanted) {
    book_.unwanted = "ETHUSDT";
    start({rest_.url("http", "")});
    ASSERT_TRUE(reach_events(1));
    EXPECT_EQ(only_status().streams, 1U);
    feeds_.stop();
}

TEST_F(ExchangeFeedTest, polls_what_the_venue_does_not_push) {
    instance_.venue().wish.poll_interval_ms = 80;
    start({rest_.url("http", "")});
    const auto polled = [&] {
        return std::count_if(sink_.events.begin(), sink_.events.end(), [](const MarketEvent& e) {
            return e.kind == PETREL_EVENT_OPEN_INTEREST && e.quantity == 42.5;
        });
    };
    EXPECT_TRUE(loop_.run_until([&] { return polled() >= 3; }, 8'000));
    feeds_.stop();
}

TEST_F(ExchangeFeedTest, turns_to_the_next_rest_end_point_when_one_fails) {
    MiniServer broken([](MiniPeer& peer) {
        peer.read_head();
        peer.send(reply("down", "503 Service Unavailable"));
    });
    start({broken.url("http", ""), rest_.url("http", "")});
    ASSERT_TRUE(loop_.run_until([&] { return !only_status().last_trouble.empty(); }, 5'000));
    EXPECT_NE(only_status().last_trouble.find("503"), std::string::npos);
    ASSERT_TRUE(reach_events(1));
    feeds_.stop();
}

TEST_F(ExchangeFeedTest, opens_the_successor_before_it_closes_a_connection_of_age) {
    instance_.venue().wish.life_s_max = 1;
    start({rest_.url("http", "")});
    ASSERT_TRUE(reach_events(1));
    ASSERT_TRUE(loop_.run_until(
        [&] {
            feeds_.look_after();
            return sink_.events.size() >= 2;
        },
        8'000));
    EXPECT_EQ(stream_.connections(), 2);
    EXPECT_EQ(only_status().state, FeedState::Healthy);
    EXPECT_EQ(only_status().reconnects, 0U);
    feeds_.stop();
}

TEST_F(ExchangeFeedTest, ends_its_connections_when_it_stops) {
    start({rest_.url("http", "")});
    ASSERT_TRUE(reach_events(1));
    feeds_.stop();
    EXPECT_TRUE(feeds_.status().empty());
    EXPECT_TRUE(loop_.run_until([&] { return stream_.idle() && rest_.idle(); }, 3'000));
}

}  // namespace
}  // namespace petrel::core::test
