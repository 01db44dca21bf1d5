// The control port: bursts that say what they made, faults, frames, figures.
#include <gmock/gmock.h>

#include "world_fixture.hpp"

namespace petrel::sim {
namespace {

using testing::FakeClient;
using ::testing::HasSubstr;
using testing::silent_options;

class ControlTest : public testing::WorldTest {
protected:
    void SetUp() override { make(silent_options()); }
    HttpReply ask(std::string method, std::string path) {
        HttpRequest request{.method = std::move(method), .path = std::move(path)};
        return control->on_request(request);
    }
};

TEST_F(ControlTest, burst_reports_the_events_that_clients_then_see) {
    FakeClient client("/market/ws/btcusdt@forceOrder");
    open(Venue::Binance, client);
    const auto reply =
        post("/burst", R"({"kind":"liquidation","venue":"binance","symbol":"BTCUSDT",)"
                       R"("side":"short","usd":2500000,"events":2})");
    ASSERT_EQ(reply.status, 200U);
    const auto told = nlohmann::json::parse(reply.body);
    ASSERT_EQ(told["events"].size(), 2U);
    ASSERT_EQ(client.frames.size(), 2U);
    double seen_usd = 0.0;
    for (std::size_t index = 0; index < 2; ++index) {
        const auto order = nlohmann::json::parse(client.frames[index])["o"];
        EXPECT_EQ(order["S"], "BUY");
        EXPECT_EQ(order["ap"], told["events"][index]["price"]);
        EXPECT_EQ(order["z"], told["events"][index]["quantity"]);
        EXPECT_EQ(order["T"], told["events"][index]["ts_ms"]);
        seen_usd +=
            std::stod(order["ap"].get<std::string>()) * std::stod(order["z"].get<std::string>());
    }
    EXPECT_NEAR(seen_usd, told["usd"].get<double>(), 0.01);
}

TEST_F(ControlTest, mistaken_bursts_get_a_sentence) {
    const auto error = [this](const char* body) {
        const auto reply = post("/burst", body);
        EXPECT_EQ(reply.status, 400U) << body;
        return reply.body;
    };
    EXPECT_THAT(error("?"), HasSubstr("not JSON"));
    EXPECT_THAT(error(R"({"kind":"storm"})"), HasSubstr("storm"));
    EXPECT_THAT(error(R"({"kind":"trade","venue":"mars"})"), HasSubstr("mars"));
    EXPECT_THAT(error(R"({"kind":"trade","venue":"bybit","symbol":"XUSDT"})"), HasSubstr("XUSDT"));
    EXPECT_THAT(error(R"({"kind":"trade","venue":"bybit","symbol":"BTCUSDT","side":"long"})"),
                HasSubstr("buy or sell"));
    EXPECT_THAT(error(R"({"kind":"trade","venue":"bybit","symbol":"BTCUSDT","side":"buy"})"),
                HasSubstr("usd"));
    EXPECT_THAT(error(R"({"kind":"trade","venue":"bybit","symbol":"BTCUSDT","side":"buy",)"
                      R"("usd":"many"})"),
                HasSubstr("usd"));
    EXPECT_THAT(error(R"({"kind":"trade","venue":"bybit","symbol":"BTCUSDT","side":"buy",)"
                      R"("usd":5,"events":1e9})"),
                HasSubstr("10000"));
}

TEST_F(ControlTest, faults_are_added_listed_and_cleared) {
    EXPECT_EQ(post("/fault", R"({"kind":"stall","venue":"bybit","for_s":9})").status, 200U);
    EXPECT_THAT(ask("GET", "/fault").body, HasSubstr(R"("kind":"stall")"));
    EXPECT_EQ(post("/fault", R"({"kind":"nap"})").status, 400U);
    EXPECT_EQ(ask("DELETE", "/fault").status, 200U);
    EXPECT_TRUE(world->faults().empty());
}

TEST_F(ControlTest, frame_goes_to_subscribers_as_it_is) {
    FakeClient client("/v5/public/linear");
    open(Venue::Bybit, client);
    say(Venue::Bybit, client, R"({"op":"subscribe","args":["publicTrade.BTCUSDT"]})");
    EXPECT_EQ(
        post("/frame", R"({"venue":"bybit","topic":"publicTrade.BTCUSDT","raw":"{broken"})").status,
        200U);
    EXPECT_EQ(client.frames.back(), "{broken");
    EXPECT_EQ(post("/frame", R"({"venue":"bybit","topic":"*","raw":{"a":1}})").status, 200U);
    EXPECT_EQ(client.frames.back(), R"({"a":1})");
    EXPECT_EQ(post("/frame", R"({"venue":"bybit","topic":"nobody.asked","raw":""})").status, 400U);
    EXPECT_EQ(post("/frame", R"({"venue":"bybit"})").status, 400U);
}

TEST_F(ControlTest, state_counts_connections_and_frames) {
    FakeClient client("/market/ws/btcusdt@aggTrade");
    open(Venue::Binance, client);
    post("/burst",
         R"({"kind":"trade","venue":"binance","symbol":"BTCUSDT","side":"buy","usd":9000})");
    const auto state = nlohmann::json::parse(ask("GET", "/state").body);
    const auto& venue = state["venues"]["binance"];
    EXPECT_EQ(venue["connections"], 1);
    EXPECT_EQ(venue["frames_sent"], 1);
    EXPECT_EQ(venue["streams"]["btcusdt@aggTrade"]["sent"], 1);
    EXPECT_EQ(state["market"]["trades"], 1);
    EXPECT_EQ(ask("GET", "/nowhere").status, 404U);
}

TEST_F(ControlTest, refused_venue_takes_no_connection_until_the_fault_ends) {
    post("/fault", R"({"kind":"refuse","venue":"bybit","for_s":2})");
    EXPECT_FALSE(world->server(Venue::Bybit).accepts());
    EXPECT_TRUE(world->server(Venue::Binance).accepts());
    pass(2.1);
    EXPECT_TRUE(world->server(Venue::Bybit).accepts());
}

}  // namespace
}  // namespace petrel::sim
