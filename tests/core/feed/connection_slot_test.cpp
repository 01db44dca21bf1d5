// Make before break over real sockets: successors that speak, that stay silent, that never open.
#include "feed/connection_slot.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "core/feed/venue_support.hpp"
#include "core/net/mini_server_support.hpp"

namespace petrel::core::test {
namespace {

constexpr const char* kTrade = "t BTCUSDT 100 2 7";

void speak(MiniPeer& peer) {
    peer.upgrade();
    while (peer.send(text_frame(kTrade)) && !peer.gone_within(10)) {
    }
}

void stay_silent(MiniPeer& peer) {
    peer.upgrade();
    while (const auto got = peer.read_frame()) {
        if (got->opcode == 8) {
            peer.send(close_frame(1000));
            return;
        }
    }
}

// Of age after a tenth of a second; a thousand times that is the limit.
SuccessionLimits soon() { return {.share_of_life = 0.001, .patience_ms = 200, .again_ms = 100}; }
constexpr std::uint32_t kLife_s = 100;

class ConnectionSlotTest : public testing::Test {
protected:
    void start(const MiniServer& server, SuccessionLimits limits, std::uint32_t life_s) {
        ConnectionPlan plan;
        plan.name = "market-1";
        plan.path = "/stream";
        plan.life_s_max = life_s;
        SessionOptions options;
        EndpointOptions endpoints;
        endpoints.urls = {server.url("ws", "")};
        endpoints_ = std::make_unique<EndpointSet>(std::move(endpoints));
        options.endpoints = endpoints_.get();
        slot_ = std::make_unique<ConnectionSlot>(
            [this, plan, options](std::uint32_t) {
                return std::make_unique<FeedSession>(loop_, adapter_, plan, options);
            },
            limits);
        slot_->start(0);
    }
    bool reach(const std::function<bool(const FeedStatus&)>& seen, std::uint32_t ms = 8'000) {
        return loop_.run_until(
            [&] {
                slot_->look_after();
                return seen(slot_->status());
            },
            ms);
    }
    void stop() {
        slot_->stop();
        EXPECT_TRUE(loop_.run_until([&] { return slot_->stopped(); }, 5'000));
        slot_.reset();
    }

    std::atomic<int> round_{0};
    VenueInstance instance_;
    RecordingSink sink_;
    TestBook book_;
    IoLoop loop_;
    Adapter adapter_{instance_.handle(), 3, sink_, book_};
    std::unique_ptr<EndpointSet> endpoints_;
    std::unique_ptr<ConnectionSlot> slot_;
};

TEST_F(ConnectionSlotTest, hands_over_to_a_successor_that_has_shown_data) {
    MiniServer server(speak);
    start(server, soon(), kLife_s);
    std::uint64_t before = 0;
    ASSERT_TRUE(reach([&](const FeedStatus& status) {
        EXPECT_GE(status.events, before) << "a count went back";
        before = status.events;
        return status.successions >= 2;
    }));
    const FeedStatus status = slot_->status();
    EXPECT_EQ(status.state, FeedState::Healthy);
    EXPECT_EQ(status.reconnects, 0U);
    EXPECT_EQ(status.successions_failed, 0U);
    EXPECT_EQ(status.events, sink_.events.size());
    stop();
}

TEST_F(ConnectionSlotTest, the_old_socket_stays_until_the_successor_speaks) {
    std::atomic<bool> may_speak{false};
    std::atomic<bool> first_has_gone{false};
    MiniServer server([&](MiniPeer& peer) {
        const bool first = round_++ == 0;
        if (first) {
            speak(peer);
            first_has_gone = true;
            return;
        }
        peer.upgrade();
        while (!may_speak && !peer.gone_within(5)) {
        }
        while (peer.send(text_frame(kTrade)) && !peer.gone_within(10)) {
        }
    });
    SuccessionLimits limits = soon();
    limits.patience_ms = 60'000;
    start(server, limits, kLife_s);
    ASSERT_TRUE(reach([&](const FeedStatus&) { return server.connections() == 2; }));
    reach([](const FeedStatus&) { return false; }, 200);
    EXPECT_FALSE(first_has_gone);
    EXPECT_EQ(slot_->status().state, FeedState::Healthy);
    may_speak = true;
    ASSERT_TRUE(reach([](const FeedStatus& status) { return status.successions == 1; }));
    EXPECT_TRUE(reach([&](const FeedStatus&) { return first_has_gone.load(); }));
    stop();
}

TEST_F(ConnectionSlotTest, gives_a_silent_successor_up_and_tries_another_later) {
    MiniServer server([this](MiniPeer& peer) { round_++ == 1 ? stay_silent(peer) : speak(peer); });
    start(server, soon(), kLife_s);
    ASSERT_TRUE(reach([](const FeedStatus& status) { return status.successions_failed == 1; }));
    EXPECT_EQ(slot_->status().state, FeedState::Healthy);
    EXPECT_EQ(slot_->status().successions, 0U);
    ASSERT_TRUE(reach([](const FeedStatus& status) { return status.successions == 1; }));
    EXPECT_EQ(server.connections(), 3);
    stop();
}

TEST_F(ConnectionSlotTest, gives_a_successor_up_that_never_opens) {
    MiniServer server([this](MiniPeer& peer) {
        if (round_++ == 0) {
            return speak(peer);
        }
        peer.read_head();
        peer.send("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
    });
    start(server, soon(), kLife_s);
    ASSERT_TRUE(reach([](const FeedStatus& status) { return status.successions_failed >= 1; }));
    EXPECT_EQ(slot_->status().state, FeedState::Healthy);
    stop();
}

TEST_F(ConnectionSlotTest, waits_while_both_are_silent_and_nothing_tells_them_apart) {
    MiniServer server(stay_silent);
    SuccessionLimits limits = soon();
    limits.patience_ms = 1;
    start(server, limits, kLife_s);
    ASSERT_TRUE(reach([&](const FeedStatus&) { return server.connections() == 2; }));
    reach([](const FeedStatus&) { return false; }, 200);
    EXPECT_EQ(slot_->status().successions_failed, 0U);
    EXPECT_EQ(slot_->status().successions, 0U);
    EXPECT_EQ(server.connections(), 2);
    stop();
}

TEST_F(ConnectionSlotTest, takes_what_is_open_once_the_age_limit_has_come) {
    MiniServer server([this](MiniPeer& peer) { round_++ == 0 ? speak(peer) : stay_silent(peer); });
    start(server, {.share_of_life = 0.1, .patience_ms = 60'000, .again_ms = 60'000}, 1);
    ASSERT_TRUE(reach([](const FeedStatus& status) { return status.successions == 1; }));
    EXPECT_EQ(slot_->status().state, FeedState::Pending) << "nothing came over it yet";
    stop();
}

TEST_F(ConnectionSlotTest, needs_no_successor_when_the_venue_was_faster) {
    std::atomic<bool> cut{false};
    MiniServer server([&](MiniPeer& peer) {
        switch (round_++) {
            case 0:  // cut once the successor is there
                peer.upgrade();
                while (!cut && peer.send(text_frame(kTrade)) && !peer.gone_within(5)) {
                }
                return peer.reset();
            case 1:
                return stay_silent(peer);
            default:
                return speak(peer);
        }
    });
    SuccessionLimits limits = soon();
    limits.patience_ms = 60'000;
    start(server, limits, kLife_s);
    ASSERT_TRUE(reach([&](const FeedStatus&) { return server.connections() == 2; }));
    cut = true;
    ASSERT_TRUE(reach([](const FeedStatus& status) {
        return status.reconnects == 1 && status.state == FeedState::Healthy;
    }));
    EXPECT_EQ(slot_->status().successions_failed, 0U);
    stop();
}

TEST_F(ConnectionSlotTest, says_farewell_on_all_its_sockets) {
    std::atomic<int> farewells{0};
    MiniServer server([&](MiniPeer& peer) {
        peer.upgrade();
        if (round_++ == 0) {
            peer.send(text_frame(kTrade));
        }
        while (const auto got = peer.read_frame()) {
            if (got->opcode == 8) {
                ++farewells;
                peer.send(close_frame(1000));
                return;
            }
        }
    });
    SuccessionLimits limits = soon();
    limits.patience_ms = 60'000;
    start(server, limits, kLife_s);
    ASSERT_TRUE(reach([&](const FeedStatus&) { return instance_.venue().opened.size() == 2; }));
    stop();
    EXPECT_EQ(farewells, 2);
}

}  // namespace
}  // namespace petrel::core::test
