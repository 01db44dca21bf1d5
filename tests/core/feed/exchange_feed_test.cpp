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
        start(std::move(options));
    }
    void start(FeedOptions options) {
        options.channels = kind_bit(EventKind::Trade);
        feeds_.add(instance_.handle(), 1, std::move(options));
        feeds_.start();
    }
    bool reach_events(std::size_t count) {
        return loop_.run_until([&] { return sink_.events.size() >= count; }, 8'000);
    }
    void stop() {
        bool stopped = false;
        feeds_.stop([&] { stopped = true; });
        EXPECT_TRUE(loop_.run_until([&] { return stopped; }, 5'000));
        EXPECT_TRUE(feeds_.status().empty());
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
    TestGaps gaps_;
    CoverageLedger ledger_;
    FeedSupervisor feeds_{FeedDesk{loop_, sink_, book_, {gaps_, ledger_}}};
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
    stop();
}

TEST_F(ExchangeFeedTest, subscribes_only_to_what_is_wanted) {
    book_.unwanted = "ETHUSDT";
    start({rest_.url("http", "")});
    ASSERT_TRUE(reach_events(1));
    EXPECT_EQ(only_status().streams, 1U);
    stop();
}

TEST_F(ExchangeFeedTest, adapter_that_sets_what_is_the_hosts_is_not_connected) {
    instance_.venue().wish.headers = {header_of("Host", "evil.example")};
    start({rest_.url("http", "")});
    ASSERT_TRUE(loop_.run_until([&] { return only_status().state == FeedState::Unusable; }, 8'000));
    EXPECT_NE(only_status().last_trouble.find("\"Host\" which only the host may set"),
              std::string::npos)
        << only_status().last_trouble;
    EXPECT_EQ(stream_.connections(), 0);
    stop();
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
    const std::vector<FeedStatus> all = feeds_.status();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[1].connection, "polls");
    EXPECT_EQ(all[1].state, FeedState::Healthy);
    EXPECT_EQ(all[1].endpoint, rest_.url("http", ""));
    EXPECT_GE(all[1].events, 3U);
    stop();
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
    stop();
}

TEST_F(ExchangeFeedTest, counts_polls_that_fail_and_is_not_healthy_by_them) {
    instance_.venue().wish.connects = false;
    instance_.venue().wish.poll_interval_ms = 20;
    MiniServer half([](MiniPeer& peer) {
        for (std::string head; !(head = peer.read_head()).empty();) {
            const bool list = head.starts_with("GET /instruments ");
            peer.send(list ? reply("BTCUSDT") : reply("<html>no</html>", "404 Not Found"));
        }
    });
    start({half.url("http", "")});
    const auto polled = [&] {
        const std::vector<FeedStatus> all = feeds_.status();
        return all[0].connection == "polls" && all[0].rejected >= 3;
    };
    ASSERT_TRUE(loop_.run_until(polled, 8'000));
    EXPECT_EQ(only_status().state, FeedState::Pending);
    EXPECT_EQ(only_status().rejected_by_reason.at("not 200"), only_status().rejected);
    EXPECT_NE(only_status().last_trouble.find("404"), std::string::npos);
    stop();
}

TEST_F(ExchangeFeedTest, says_what_is_missing_without_an_end_point_for_rest) {
    start(std::vector<std::string>{});
    ASSERT_TRUE(loop_.run_until([&] { return !only_status().last_trouble.empty(); }, 5'000));
    EXPECT_EQ(only_status().state, FeedState::Unusable);
    EXPECT_NE(only_status().last_trouble.find("add rest = "), std::string::npos);
    EXPECT_NE(only_status().last_trouble.find("[exchanges.words]"), std::string::npos);
    stop();
}

TEST_F(ExchangeFeedTest, says_what_is_missing_without_an_end_point_for_sockets) {
    FeedOptions options;
    options.rest_endpoints = {rest_.url("http", "")};
    start(std::move(options));
    ASSERT_TRUE(loop_.run_until([&] { return only_status().state == FeedState::Unusable; }, 5'000));
    EXPECT_EQ(only_status().connection, "market-1");
    EXPECT_NE(only_status().last_trouble.find("add ws = "), std::string::npos);
    stop();
}

TEST_F(ExchangeFeedTest, says_so_when_the_venue_lists_nothing_that_is_wanted) {
    MiniServer other([](MiniPeer& peer) {
        while (!peer.read_head().empty()) {
            peer.send(reply("ETHUSDT"));
        }
    });
    book_.unwanted = "ETHUSDT";
    start({other.url("http", "")});
    ASSERT_TRUE(loop_.run_until([&] { return only_status().state == FeedState::Unusable; }, 5'000));
    EXPECT_NE(only_status().last_trouble.find("none of the wanted symbols"), std::string::npos);
    stop();
}

TEST_F(ExchangeFeedTest, begins_no_look_up_while_answers_to_the_last_are_missing) {
    std::atomic<bool> late_may_come{false};
    MiniServer server([&](MiniPeer& peer) {
        for (std::string head; !(head = peer.read_head()).empty();) {
            if (head.starts_with("GET /late ")) {
                while (!late_may_come && !peer.gone_within(5)) {
                }
            }
            const bool fails = head.starts_with("GET /instruments ") && !late_may_come;
            peer.send(fails ? reply("down", "503 Service Unavailable") : reply("BTCUSDT"));
        }
    });
    instance_.venue().wish.discovery = {"/instruments", "/late"};
    start({server.url("http", "")});
    loop_.run_for(1'300);  // the first wait between look-ups is a second
    EXPECT_EQ(instance_.venue().discoveries, 1);
    late_may_come = true;
    EXPECT_TRUE(reach_events(1));
    EXPECT_EQ(instance_.venue().discoveries, 2);
    stop();
}

TEST_F(ExchangeFeedTest, gives_a_list_up_that_never_ends) {
    MiniServer endless([](MiniPeer& peer) {
        while (!peer.read_head().empty()) {
            peer.send(reply("/more"));
        }
    });
    FeedOptions options;
    options.rest_endpoints = {endless.url("http", "")};
    options.poll_gap_ms = 0;
    start(std::move(options));
    ASSERT_TRUE(loop_.run_until([&] { return !only_status().last_trouble.empty(); }, 20'000));
    EXPECT_NE(only_status().last_trouble.find("did not end after 1000"), std::string::npos);
    stop();
}

TEST_F(ExchangeFeedTest, sends_what_a_frame_asked_for) {
    std::atomic<bool> asked{false};
    MiniServer stream([](MiniPeer& peer) {
        peer.upgrade();
        peer.send(text_frame("ask /gap") + text_frame("t BTCUSDT 1 1 1"));
        while (peer.read_frame()) {
        }
    });
    MiniServer rest([&](MiniPeer& peer) {
        for (std::string head; !(head = peer.read_head()).empty();) {
            asked = asked || head.starts_with("GET /gap ");
            peer.send(reply(head.starts_with("GET /gap ") ? "1" : "BTCUSDT"));
        }
    });
    FeedOptions options;
    options.ws_endpoints = {stream.url("ws", "")};
    options.rest_endpoints = {rest.url("http", "")};
    start(std::move(options));
    ASSERT_TRUE(reach_events(1));
    feeds_.look_after();
    EXPECT_TRUE(loop_.run_until([&] { return asked.load(); }, 5'000));
    stop();
}

TEST_F(ExchangeFeedTest, ends_its_connections_when_it_stops) {
    start({rest_.url("http", "")});
    ASSERT_TRUE(reach_events(1));
    stop();
    EXPECT_TRUE(loop_.run_until([&] { return stream_.idle() && rest_.idle(); }, 3'000));
}

TEST_F(ExchangeFeedTest, drops_venues_that_do_not_answer_the_farewell) {
    std::atomic<bool> may_end{false};
    MiniServer deaf([&](MiniPeer& peer) {
        peer.upgrade();
        peer.send(text_frame("t BTCUSDT 1 1 1"));
        while (peer.read_frame()) {  // the close frame is not answered
        }
        may_end = true;
    });
    FeedOptions options;
    options.ws_endpoints = {deaf.url("ws", "")};
    options.rest_endpoints = {rest_.url("http", "")};
    start(std::move(options));
    ASSERT_TRUE(reach_events(1));
    stop();
    EXPECT_TRUE(loop_.run_until([&] { return may_end.load(); }, 3'000));
}

}  // namespace
}  // namespace petrel::core::test
