// Delivery of frames to clients, in good order and under each fault.
#include "hub.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_client.hpp"

namespace petrel::sim {
namespace {

using ::testing::ElementsAre;
using testing::FakeClient;
using ::testing::IsEmpty;

class HubTest : public ::testing::Test {
protected:
    HubTest() {
        trades = hub.stream({"btcusdt@aggTrade", "BTCUSDT", "aggTrade"}).value();
        hub.open(client, Hub::Form::Bare);
        hub.subscribe(client, trades);
    }
    void fault(std::string_view text) {
        ASSERT_TRUE(faults.add(parse_fault(text).value(), hub.now_s()).ok());
    }
    void at(double now_s) {
        hub.set_now(now_s);
        for (const auto& rule : faults.connection_faults(now_s)) {
            hub.apply(rule);
        }
        hub.tick();
    }

    FaultPlan faults{1};
    Hub hub{Venue::Binance, faults,
            [](std::string_view stream, std::string_view data) { return join(stream, '=', data); }};
    FakeClient client{"/market/ws"};
    Hub::StreamId trades = 0;
};

TEST_F(HubTest, subscribers_get_frames_in_the_form_they_asked_for) {
    FakeClient other("/market/stream");
    hub.open(other, Hub::Form::Wrapped);
    hub.subscribe(other, trades);
    hub.publish(trades, "1");
    EXPECT_THAT(client.frames, ElementsAre("1"));
    EXPECT_THAT(other.frames, ElementsAre("btcusdt@aggTrade=1"));
    EXPECT_EQ(hub.streams()[trades].sent, 2U);
}

TEST_F(HubTest, unsubscribed_and_closed_clients_get_nothing) {
    hub.unsubscribe(client, trades);
    hub.publish(trades, "1");
    hub.subscribe(client, trades);
    hub.closed(client);
    hub.publish(trades, "2");
    EXPECT_THAT(client.frames, IsEmpty());
    EXPECT_EQ(hub.connections(), 0U);
    EXPECT_FALSE(hub.wanted(trades));
}

TEST_F(HubTest, subscribing_twice_sends_once) {
    hub.subscribe(client, trades);
    hub.publish(trades, "1");
    EXPECT_THAT(client.frames, ElementsAre("1"));
}

TEST_F(HubTest, duplicate_sends_twice) {
    fault("kind=duplicate");
    hub.publish(trades, "1");
    EXPECT_THAT(client.frames, ElementsAre("1", "1"));
}

TEST_F(HubTest, reorder_sends_a_frame_after_the_next) {
    fault("kind=reorder");
    hub.publish(trades, "1");
    hub.publish(trades, "2");
    hub.publish(trades, "3");
    hub.publish(trades, "4");
    EXPECT_THAT(client.frames, ElementsAre("2", "1", "4", "3"));
}

TEST_F(HubTest, slow_holds_frames_back_and_keeps_their_order) {
    fault("kind=slow,delay_ms=100,for_s=1");
    hub.publish(trades, "1");
    at(0.05);
    hub.publish(trades, "2");
    at(0.09);
    EXPECT_THAT(client.frames, IsEmpty());
    at(0.10);
    EXPECT_THAT(client.frames, ElementsAre("1"));
    at(0.16);
    EXPECT_THAT(client.frames, ElementsAre("1", "2"));
}

TEST_F(HubTest, frames_after_a_slow_spell_wait_behind_those_held_back) {
    fault("kind=slow,delay_ms=500,for_s=0.1");
    hub.publish(trades, "1");
    at(0.2);
    hub.publish(trades, "2");
    EXPECT_THAT(client.frames, IsEmpty());
    at(0.5);
    EXPECT_THAT(client.frames, ElementsAre("1", "2"));
}

TEST_F(HubTest, stall_swallows_and_counts) {
    fault("kind=stall");
    hub.publish(trades, "1");
    hub.answer(client, "ack");
    EXPECT_THAT(client.frames, IsEmpty());
    EXPECT_EQ(hub.counters().frames_swallowed, 2U);
}

TEST_F(HubTest, garbage_comes_before_the_real_frame) {
    fault("kind=garbage");
    hub.publish(trades, "{\"real\":1}");
    ASSERT_EQ(client.frames.size(), 2U);
    EXPECT_NE(client.frames[0], client.frames[1]);
    EXPECT_EQ(client.frames[1], "{\"real\":1}");
}

TEST_F(HubTest, drop_cuts_and_close_sends_its_code) {
    FakeClient other("/public/ws");
    hub.open(other, Hub::Form::Bare);
    fault("kind=drop,path=/market,after_s=1");
    fault("kind=close,code=1012,path=/public,after_s=2");
    at(0.5);
    EXPECT_FALSE(client.was_cut);
    at(1.0);
    EXPECT_TRUE(client.was_cut);
    EXPECT_FALSE(other.was_cut);
    at(2.0);
    EXPECT_EQ(other.close_code, 1012);
    EXPECT_EQ(faults.applied()[static_cast<std::size_t>(FaultKind::Drop)], 1U);
}

TEST_F(HubTest, drop_for_a_symbol_spares_clients_of_others) {
    FakeClient other("/market/ws");
    hub.open(other, Hub::Form::Bare);
    fault("kind=drop,symbol=BTCUSDT");
    at(0.1);
    EXPECT_TRUE(client.was_cut);
    EXPECT_FALSE(other.was_cut);
}

TEST_F(HubTest, client_with_too_much_held_back_is_cut_and_counted) {
    fault("kind=slow,delay_ms=60000");
    const std::string frame(1024UL * 1024UL, 'x');
    for (int count = 0; count < 9; ++count) {
        hub.publish(trades, frame);
    }
    EXPECT_TRUE(client.was_cut);
    EXPECT_EQ(hub.counters().slow_clients_cut, 1U);
}

TEST_F(HubTest, raw_frames_pass_all_faults) {
    fault("kind=stall");
    EXPECT_EQ(hub.send_raw(trades, "raw"), 1U);
    hub.broadcast("all");
    EXPECT_THAT(client.frames, ElementsAre("raw", "all"));
}

}  // namespace
}  // namespace petrel::sim
