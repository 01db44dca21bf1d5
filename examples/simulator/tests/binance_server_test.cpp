// Binance as a client meets it: routes, acknowledgements, limits, REST.
#include <gmock/gmock.h>

#include "world_fixture.hpp"

namespace petrel::sim {
namespace {

using ::testing::ElementsAre;
using testing::FakeClient;
using testing::silent_options;
using ::testing::SizeIs;

constexpr std::string_view kSubscribe =
    R"({"method":"SUBSCRIBE","params":["btcusdt@aggTrade","btcusdt@forceOrder"],"id":1})";
constexpr auto kLiquidate =
    R"({"kind":"liquidation","venue":"binance","symbol":"BTCUSDT","side":"long","usd":3000000,)"
    R"("events":3})";
constexpr auto kTrade =
    R"({"kind":"trade","venue":"binance","symbol":"BTCUSDT","side":"sell","usd":1000000})";

class BinanceServerTest : public testing::WorldTest {
protected:
    void SetUp() override { make(silent_options()); }
};

TEST_F(BinanceServerTest, subscriptions_on_the_market_route_are_acked_and_served) {
    FakeClient client("/market/stream");
    open(Venue::Binance, client);
    say(Venue::Binance, client, kSubscribe);
    EXPECT_THAT(client.frames, ElementsAre(R"({"result":null,"id":1})"));
    ASSERT_EQ(post("/burst", kTrade).status, 200U);
    ASSERT_EQ(post("/burst", kLiquidate).status, 200U);
    EXPECT_THAT(client.holding("aggTrade"), SizeIs(1));
    const auto orders = client.holding("forceOrder");
    ASSERT_THAT(orders, SizeIs(3));
    EXPECT_EQ(orders[0]["stream"], "btcusdt@forceOrder");
    EXPECT_EQ(orders[0]["data"]["o"]["S"], "SELL");
}

TEST_F(BinanceServerTest, wrong_and_old_routes_are_acked_and_mute) {
    for (const auto* target : {"/public/ws", "/ws", "/stream"}) {
        FakeClient client(target);
        open(Venue::Binance, client);
        say(Venue::Binance, client, kSubscribe);
        ASSERT_EQ(post("/burst", kTrade).status, 200U);
        EXPECT_THAT(client.frames, ElementsAre(R"({"result":null,"id":1})")) << target;
        world->server(Venue::Binance).on_close(client);
    }
}

TEST_F(BinanceServerTest, streams_in_the_url_need_no_message) {
    FakeClient client("/market/stream?streams=btcusdt%40aggTrade/ethusdt@aggTrade");
    open(Venue::Binance, client);
    ASSERT_EQ(post("/burst", kTrade).status, 200U);
    EXPECT_THAT(client.frames, SizeIs(1));
}

TEST_F(BinanceServerTest, list_holds_mute_streams_too_and_unsubscribe_ends_one) {
    FakeClient client("/market/ws");
    open(Venue::Binance, client);
    say(Venue::Binance, client,
        R"({"method":"SUBSCRIBE","params":["btcusdt@aggTrade","btcusdt@bookTicker"],"id":1})");
    say(Venue::Binance, client, R"({"method":"UNSUBSCRIBE","params":["btcusdt@aggTrade"],"id":2})");
    say(Venue::Binance, client, R"({"method":"LIST_SUBSCRIPTIONS","id":3})");
    EXPECT_EQ(client.frames.back(), R"({"result":["btcusdt@bookTicker"],"id":3})");
    ASSERT_EQ(post("/burst", kTrade).status, 200U);
    EXPECT_THAT(client.frames, SizeIs(3));
}

TEST_F(BinanceServerTest, eleventh_message_of_a_second_closes_with_1008) {
    FakeClient client("/market/ws");
    open(Venue::Binance, client);
    for (int count = 0; count < 10; ++count) {
        say(Venue::Binance, client, R"({"method":"LIST_SUBSCRIPTIONS","id":3})");
    }
    EXPECT_EQ(client.close_code, 0);
    world->server(Venue::Binance).on_control_frame(client);
    EXPECT_EQ(client.close_code, 1008);
}

TEST_F(BinanceServerTest, ten_messages_a_second_are_allowed_for_ever) {
    FakeClient client("/market/ws");
    open(Venue::Binance, client);
    for (int count = 0; count < 50; ++count) {
        say(Venue::Binance, client, R"({"method":"LIST_SUBSCRIPTIONS","id":3})");
        pass(0.12);
    }
    EXPECT_EQ(client.close_code, 0);
}

TEST_F(BinanceServerTest, marks_come_each_second_and_all_of_them_in_one_frame) {
    FakeClient client("/market/stream?streams=btcusdt@markPrice@1s/!markPrice@arr@1s");
    open(Venue::Binance, client);
    pass(5.0);
    EXPECT_THAT(client.holding("\"stream\":\"btcusdt@markPrice@1s\""), SizeIs(5));
    const auto all = client.holding("!markPrice@arr@1s");
    ASSERT_GE(all.size(), 4U);
    EXPECT_EQ(all[0]["data"].size(), 2U);
}

TEST_F(BinanceServerTest, server_pings_every_three_minutes) {
    FakeClient client("/market/ws");
    open(Venue::Binance, client);
    pass(179.0);
    EXPECT_EQ(client.pings, 0);
    pass(2.0);
    EXPECT_EQ(client.pings, 1);
}

TEST_F(BinanceServerTest, aggregate_trades_are_paged_by_id) {
    for (int count = 0; count < 5; ++count) {
        ASSERT_EQ(post("/burst", kTrade).status, 200U);
    }
    const auto all = get_json(Venue::Binance, "/fapi/v1/aggTrades?symbol=BTCUSDT");
    ASSERT_EQ(all.size(), 5U);
    const auto second = all[1]["a"].get<std::uint64_t>();
    const auto page = get_json(
        Venue::Binance, join("/fapi/v1/aggTrades?symbol=BTCUSDT&fromId=", second, "&limit=2"));
    ASSERT_EQ(page.size(), 2U);
    EXPECT_EQ(page[0]["a"], second);
    EXPECT_EQ(page[1]["a"], second + 1);
    EXPECT_EQ(get(Venue::Binance, "/fapi/v1/aggTrades?symbol=NOPEUSDT").status, 400U);
    EXPECT_EQ(get(Venue::Binance, "/fapi/v1/aggTrades?symbol=BTCUSDT&limit=2000").status, 400U);
    EXPECT_EQ(get(Venue::Binance, "/fapi/v1/aggTrades?symbol=BTCUSDT&limit=x").status, 400U);
}

TEST_F(BinanceServerTest, instruments_open_interest_and_premium_are_served) {
    const auto info = get_json(Venue::Binance, "/fapi/v1/exchangeInfo");
    ASSERT_EQ(info["symbols"].size(), 2U);
    EXPECT_EQ(info["symbols"][0]["symbol"], "BTCUSDT");
    EXPECT_EQ(info["symbols"][0]["filters"][0]["tickSize"], "0.1");
    EXPECT_EQ(info["rateLimits"][0]["limit"], 2400);
    const auto open = get_json(Venue::Binance, "/fapi/v1/openInterest?symbol=ETHUSDT");
    EXPECT_GT(std::stod(open["openInterest"].get<std::string>()), 0.0);
    EXPECT_EQ(get_json(Venue::Binance, "/fapi/v1/premiumIndex").size(), 2U);
    EXPECT_EQ(get_json(Venue::Binance, "/fapi/v1/premiumIndex?symbol=ETHUSDT")["symbol"],
              "ETHUSDT");
    EXPECT_EQ(get(Venue::Binance, "/fapi/v1/depth").status, 404U);
}

TEST_F(BinanceServerTest, weight_is_counted_and_its_limit_answered_with_429) {
    const auto weight = [](const HttpReply& reply) {
        for (const auto& [name, value] : reply.headers) {
            if (name == "X-MBX-USED-WEIGHT-1M") {
                return std::stoi(value);
            }
        }
        return -1;
    };
    EXPECT_EQ(weight(get(Venue::Binance, "/fapi/v1/ping")), 1);
    EXPECT_EQ(weight(get(Venue::Binance, "/fapi/v1/aggTrades?symbol=BTCUSDT")), 21);
    unsigned last = 200;
    for (int count = 0; count < 120; ++count) {
        last = get(Venue::Binance, "/fapi/v1/aggTrades?symbol=BTCUSDT").status;
    }
    EXPECT_EQ(last, 429U);
    pass(60.0);
    EXPECT_EQ(get(Venue::Binance, "/fapi/v1/ping").status, 200U);
}

TEST_F(BinanceServerTest, unknown_path_is_refused) {
    HttpRequest request{.method = "GET", .path = "/v5/public/linear"};
    EXPECT_EQ(world->server(Venue::Binance).refuse_upgrade(request)->status, 404U);
}

}  // namespace
}  // namespace petrel::sim
