// The list of instruments changes while the feed runs: what is new is connected, what is unchanged
// is left alone, what is gone is left.
#include <gmock/gmock.h>

#include "core/feed/venue_support.hpp"
#include "core/net/mini_server_support.hpp"
#include "feed/feed_supervisor.hpp"

namespace petrel::core::test {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

// A list that the test may change.
class ListServer {
public:
    void set(std::string list) {
        const std::lock_guard lock(mutex_);
        list_ = std::move(list);
    }
    [[nodiscard]] int asked() const { return asked_; }
    [[nodiscard]] std::string url() const { return server_.url("http", ""); }

private:
    void serve(MiniPeer& peer) {
        while (!peer.read_head().empty()) {
            std::string body;
            {
                const std::lock_guard lock(mutex_);
                body = list_;
            }
            ++asked_;
            const std::string status = body.empty() ? "503 Service Unavailable" : "200 OK";
            peer.send("HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
                      "\r\n\r\n" + body);
        }
    }

    std::mutex mutex_;
    std::string list_ = "BTCUSDT ETHUSDT";  // guarded by mutex_
    std::atomic<int> asked_{0};
    MiniServer server_{[this](MiniPeer& peer) { serve(peer); }};
};

// Each subscription is answered by one trade of its symbol.
void serve_one_trade_each(MiniPeer& peer) {
    peer.upgrade();
    while (const auto got = peer.read_frame()) {
        if (got->opcode == 8) {
            return;
        }
        if (got->payload.starts_with("sub ")) {
            peer.send(text_frame("t " + got->payload.substr(4) + " 100 2 7"));
        }
    }
}

class Relist : public testing::Test {
protected:
    void start() {
        instance_.venue().wish.one_connection_each = true;
        FeedOptions options;
        options.ws_endpoints = {stream_.url("ws", "")};
        options.rest_endpoints = {list_.url()};
        options.channels = kind_bit(EventKind::Trade);
        options.relist_ms = 50;
        options.stagger_ms = 0;
        options.poll_gap_ms = 1;
        feeds_.add(instance_.handle(), 1, std::move(options));
        feeds_.start();
        look_after();
    }
    void look_after() {
        feeds_.look_after();
        each_.after(20, [this] { look_after(); });
    }
    bool reach(const std::function<bool()>& done) { return loop_.run_until(done, 8'000); }
    bool read_again() {
        const int before = list_.asked();
        return reach([&] { return list_.asked() >= before + 2; });
    }
    std::vector<std::string> connected() {
        std::vector<std::string> names;
        for (const FeedStatus& status : feeds_.status()) {
            if (status.state == FeedState::Healthy) {
                names.push_back(status.connection);
            }
        }
        return names;
    }

    ListServer list_;
    MiniServer stream_{serve_one_trade_each};
    VenueInstance instance_;
    RecordingSink sink_;
    TestBook book_;
    IoLoop loop_;
    Timer each_{loop_};
    TestGaps gaps_;
    CoverageLedger ledger_;
    FeedSupervisor feeds_{FeedDesk{loop_, sink_, book_, {gaps_, ledger_}}};
};

TEST_F(Relist, new_listing_is_connected_and_the_others_are_left_alone) {
    start();
    ASSERT_TRUE(reach([&] { return connected().size() == 2; }));
    list_.set("BTCUSDT ETHUSDT SOLUSDT");
    ASSERT_TRUE(reach([&] { return connected().size() == 3; }));
    EXPECT_THAT(connected(), ElementsAre("BTCUSDT", "ETHUSDT", "SOLUSDT"));
    EXPECT_EQ(stream_.connections(), 3);
    EXPECT_THAT(instance_.venue().opened, UnorderedElementsAre(0, 8, 16));
}

TEST_F(Relist, list_that_stays_the_same_changes_nothing) {
    start();
    ASSERT_TRUE(reach([&] { return connected().size() == 2; }));
    ASSERT_TRUE(read_again());
    ASSERT_TRUE(read_again());
    EXPECT_EQ(stream_.connections(), 2);
}

TEST_F(Relist, delisted_one_is_left) {
    start();
    ASSERT_TRUE(reach([&] { return connected().size() == 2; }));
    list_.set("ETHUSDT");
    ASSERT_TRUE(reach([&] { return feeds_.status().size() == 1 && stream_.open() == 1; }));
    EXPECT_THAT(connected(), ElementsAre("ETHUSDT"));
    EXPECT_EQ(stream_.connections(), 2) << "what stays is not connected anew";
}

TEST_F(Relist, number_of_one_that_left_is_used_again) {
    start();
    ASSERT_TRUE(reach([&] { return connected().size() == 2; }));
    list_.set("ETHUSDT");
    ASSERT_TRUE(reach([&] { return feeds_.status().size() == 1 && stream_.open() == 1; }));
    ASSERT_TRUE(read_again());
    list_.set("ETHUSDT XRPUSDT");
    ASSERT_TRUE(reach([&] { return connected().size() == 2; }));
    EXPECT_EQ(instance_.venue().opened.back(), 0U) << "that of BTCUSDT";
}

TEST_F(Relist, list_that_cannot_be_read_or_names_nothing_wanted_changes_nothing) {
    book_.unwanted = "XRPUSDT";
    start();
    ASSERT_TRUE(reach([&] { return connected().size() == 2; }));
    for (const std::string list : {"", "XRPUSDT"}) {  // the first is answered with 503
        list_.set(list);
        // One answer may have been on its way; the second that follows is of this list.
        ASSERT_TRUE(reach([&, before = list_.asked()] { return list_.asked() >= before + 2; }));
        EXPECT_EQ(connected().size(), 2U) << list;
    }
    EXPECT_EQ(stream_.connections(), 2);
}

}  // namespace
}  // namespace petrel::core::test
