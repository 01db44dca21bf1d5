// Several sockets for the same streams, over real ones: end points, numbers, and one that dies.
#include "feed/connection_group.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "core/feed/venue_support.hpp"
#include "core/net/mini_server_support.hpp"
#include "feed/exchange_feed.hpp"

namespace petrel::core::test {
namespace {

// One market that both servers show: each sends every trade, and forgets nothing.
class Market {
public:
    // Sends what has happened since the connection began, until it is gone or shall be cut.
    MiniServer::Script script(std::atomic<int>& cuts) {
        return [this, &cuts](MiniPeer& peer) {
            peer.upgrade();
            const int cuts_before = cuts;
            int sent = trades_;
            ++began_;
            while (!peer.gone_within(1)) {
                for (; sent < trades_; ++sent) {
                    if (!peer.send(text_frame("t BTCUSDT 100 1 " + std::to_string(sent + 1)))) {
                        return;
                    }
                }
                if (cuts != cuts_before) {
                    return peer.reset();
                }
            }
        };
    }
    void trade() { ++trades_; }
    [[nodiscard]] int trades() const { return trades_; }
    // Connections that hear of the next trade, and those that did before they ended.
    [[nodiscard]] std::size_t began() const { return began_; }

private:
    std::atomic<int> trades_{0};
    std::atomic<std::size_t> began_{0};
};

void serve_list(MiniPeer& peer) {
    while (!peer.read_head().empty()) {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nBTCUSDT");
    }
}

class ConnectionGroupTest : public testing::Test {
protected:
    void start(std::vector<std::string> urls, std::uint32_t redundancy = 2) {
        FeedOptions options;
        options.ws_endpoints = std::move(urls);
        options.rest_endpoints = {rest_.url("http", "")};
        options.channels = kind_bit(EventKind::Trade);
        options.redundancy = redundancy;
        options.stagger_ms = 0;
        instance_.venue().wish.frames.clear();
        feed_ = std::make_unique<ExchangeFeed>(FeedDesk{loop_, sink_, book_, {gaps_, ledger_}},
                                               instance_.handle(), 3, std::move(options));
        feed_->start();
    }
    FeedStatus status() {
        std::vector<FeedStatus> all;
        feed_->append_status(all);
        return all.at(0);
    }
    bool reach(const std::function<bool()>& seen) { return loop_.run_until(seen, 8'000); }
    bool both(FeedState state) {
        const FeedStatus now = status();
        return now.sockets.size() == 2 && now.sockets[0].state == state &&
               now.sockets[1].state == state;
    }
    // Goes out to all that are open here: the servers' threads may be behind.
    void trade(int count) {
        ASSERT_TRUE(reach([&] { return market_.began() >= instance_.venue().opened.size(); }));
        for (int i = 0; i < count; ++i) {
            market_.trade();
            loop_.run_for(1);
        }
    }
    // Every trade once, in the order in which they were made.
    void expect_all() {
        ASSERT_TRUE(reach(
            [&] { return sink_.events.size() >= static_cast<std::size_t>(market_.trades()); }));
        loop_.run_for(50);
        ASSERT_EQ(sink_.events.size(), static_cast<std::size_t>(market_.trades()));
        std::vector<std::uint64_t> ids;
        for (const MarketEvent& event : sink_.events) {
            ids.push_back(event.id);
        }
        for (std::size_t i = 0; i < ids.size(); ++i) {
            ASSERT_EQ(ids[i], i + 1);
        }
    }

    Market market_;
    std::atomic<int> cuts_a_{0};
    std::atomic<int> cuts_b_{0};
    MiniServer rest_{serve_list};
    VenueInstance instance_;
    RecordingSink sink_;
    TestBook book_;
    IoLoop loop_;
    TestGaps gaps_;
    CoverageLedger ledger_;
    std::unique_ptr<ExchangeFeed> feed_;
};

TEST_F(ConnectionGroupTest, keeps_to_different_end_points_under_numbers_of_their_own) {
    MiniServer a(market_.script(cuts_a_));
    MiniServer b(market_.script(cuts_b_));
    start({a.url("ws", ""), b.url("ws", "")});
    ASSERT_TRUE(reach([&] { return instance_.venue().opened.size() == 2; }));
    const std::vector<std::uint32_t> numbers = instance_.venue().opened;
    EXPECT_EQ(std::set<std::uint32_t>(numbers.begin(), numbers.end()).size(), 2U);
    EXPECT_EQ(a.connections(), 1);
    EXPECT_EQ(b.connections(), 1);
    trade(20);
    expect_all();
    ASSERT_TRUE(reach([&] { return both(FeedState::Healthy); }));
    const FeedStatus now = status();
    EXPECT_EQ(now.sockets[0].firsts + now.sockets[1].firsts, 20U);
    EXPECT_EQ(now.sockets[0].copies + now.sockets[1].copies, 20U);
    EXPECT_NEAR(now.sockets[0].share_of_firsts + now.sockets[1].share_of_firsts, 1.0, 1e-9);
    feed_.reset();
}

TEST_F(ConnectionGroupTest, a_socket_that_dies_loses_nothing_and_adds_nothing) {
    MiniServer a(market_.script(cuts_a_));
    MiniServer b(market_.script(cuts_b_));
    start({a.url("ws", ""), b.url("ws", "")});
    ASSERT_TRUE(reach([&] { return instance_.venue().opened.size() == 2; }));
    loop_.run_for(20);
    for (int round = 0; round < 6; ++round) {
        trade(30);
        ++(round % 2 == 0 ? cuts_a_ : cuts_b_);
        trade(30);
        EXPECT_NE(status().state, FeedState::Connecting) << "the other one is there";
        ASSERT_TRUE(reach([&] {
            market_.trade();
            return both(FeedState::Healthy) && status().reconnects > static_cast<unsigned>(round);
        }));
    }
    expect_all();
    EXPECT_EQ(status().reconnects, 6U);
    EXPECT_TRUE(gaps_.broken.empty()) << "the other socket saw everything";
    feed_.reset();
}

TEST_F(ConnectionGroupTest, only_the_last_socket_that_dies_is_blindness) {
    MiniServer a(market_.script(cuts_a_));
    MiniServer b(market_.script(cuts_b_));
    start({a.url("ws", ""), b.url("ws", "")});
    ASSERT_TRUE(reach([&] {
        market_.trade();
        return both(FeedState::Healthy);
    }));
    ++cuts_a_;
    ++cuts_b_;
    ASSERT_TRUE(reach([&] { return status().reconnects >= 2; }));
    ASSERT_EQ(gaps_.broken.size(), 1U) << "told once, when nothing flows any more";
    EXPECT_EQ(gaps_.broken[0].second, PETREL_EVENT_TRADE);
    feed_.reset();
}

// A venue that says what it left out: over the only socket that is blindness, beside another not.
TEST_F(ConnectionGroupTest, messages_that_are_missing_count_when_no_other_socket_brings_them) {
    std::atomic<bool> lose{false};
    const auto losing = [&](MiniPeer& peer) {
        peer.upgrade();
        peer.send(text_frame("t BTCUSDT 100 1 1"));
        while (!peer.gone_within(1)) {
            if (lose.exchange(false)) {
                peer.send(text_frame("lost 3"));
                peer.send(text_frame("t BTCUSDT 100 1 5"));
            }
        }
    };
    MiniServer alone(losing);
    start({alone.url("ws", "")}, 1);
    ASSERT_TRUE(reach([&] { return sink_.events.size() == 1; }));
    lose = true;
    ASSERT_TRUE(reach([&] { return sink_.events.size() == 2; }));
    EXPECT_EQ(gaps_.broken.size(), 1U);
    feed_.reset();

    gaps_.broken.clear();
    sink_.events.clear();
    MiniServer a(losing);
    MiniServer b(losing);
    start({a.url("ws", ""), b.url("ws", "")});
    ASSERT_TRUE(reach([&] { return both(FeedState::Healthy); }));
    lose = true;
    ASSERT_TRUE(reach([&] { return sink_.events.size() == 2; }));
    EXPECT_TRUE(gaps_.broken.empty());
    feed_.reset();
}

TEST_F(ConnectionGroupTest, shares_one_end_point_when_there_is_no_other) {
    MiniServer a(market_.script(cuts_a_));
    start({a.url("ws", "")});
    ASSERT_TRUE(reach([&] { return instance_.venue().opened.size() == 2; }));
    EXPECT_EQ(a.connections(), 2);
    loop_.run_for(20);
    trade(20);
    expect_all();
    feed_.reset();
}

}  // namespace
}  // namespace petrel::core::test
