// Stream names, routes and control messages of Binance.
#include "binance_streams.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "binance_sampler.hpp"

namespace petrel::sim::binance {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(BinanceEndpoint, path_says_route_and_framing) {
    EXPECT_EQ(parse_endpoint("/market/ws", "")->route, Route::Market);
    EXPECT_EQ(parse_endpoint("/market/ws", "")->framing, Framing::Bare);
    EXPECT_EQ(parse_endpoint("/public/stream", "")->route, Route::Public);
    EXPECT_EQ(parse_endpoint("/public/stream", "")->framing, Framing::Wrapped);
    EXPECT_EQ(parse_endpoint("/ws", "")->route, Route::Unrouted);
    EXPECT_FALSE(parse_endpoint("/market/wsx", ""));
    EXPECT_FALSE(parse_endpoint("/fapi/v1/ping", ""));
}

TEST(BinanceEndpoint, streams_come_from_the_query_or_the_path) {
    EXPECT_THAT(parse_endpoint("/market/stream", "x=1&streams=a@aggTrade/b@forceOrder")->streams,
                ElementsAre("a@aggTrade", "b@forceOrder"));
    EXPECT_THAT(parse_endpoint("/market/ws/a@aggTrade/b@aggTrade", "")->streams,
                ElementsAre("a@aggTrade", "b@aggTrade"));
    EXPECT_THAT(parse_endpoint("/market/stream", "")->streams, IsEmpty());
}

TEST(BinanceStreams, name_is_symbol_channel_and_suffix) {
    const auto mark = parse_stream("btcusdt@markPrice@1s");
    ASSERT_TRUE(mark);
    EXPECT_EQ(mark->symbol, "BTCUSDT");
    EXPECT_EQ(mark->channel, "markPrice");
    EXPECT_EQ(mark->suffix, "@1s");
    EXPECT_EQ(parse_stream("!forceOrder@arr")->channel, "forceOrder");
    EXPECT_EQ(parse_stream("!bookTicker")->channel, "bookTicker");
    EXPECT_FALSE(parse_stream("BTCUSDT@aggTrade"));
    EXPECT_FALSE(parse_stream("@aggTrade"));
    EXPECT_FALSE(parse_stream("btcusdt@"));
    EXPECT_FALSE(parse_stream(""));
}

TEST(BinanceStreams, each_channel_is_served_on_its_own_route) {
    EXPECT_TRUE(served_on("aggTrade", Route::Market));
    EXPECT_FALSE(served_on("aggTrade", Route::Public));
    EXPECT_FALSE(served_on("aggTrade", Route::Unrouted));
    EXPECT_TRUE(served_on("bookTicker", Route::Public));
    EXPECT_TRUE(served_on("bookTicker", Route::Unrouted));
    EXPECT_FALSE(served_on("bookTicker", Route::Market));
}

TEST(BinanceControl, request_keeps_its_id_as_it_came) {
    const auto request =
        parse_control(R"({"method":"SUBSCRIBE","params":["a@aggTrade"],"id":"x1"})");
    ASSERT_TRUE(request.ok());
    EXPECT_EQ(request.value().method, Method::Subscribe);
    EXPECT_THAT(request.value().params, ElementsAre("a@aggTrade"));
    EXPECT_EQ(request.value().id, "\"x1\"");
}

TEST(BinanceControl, mistakes_become_error_frames) {
    for (const auto* text :
         {"{", "[]", "7", R"({"method":"DANCE","id":4})", R"({"id":4})",
          R"({"method":"SUBSCRIBE","id":4})", R"({"method":"SUBSCRIBE","params":[1],"id":4})"}) {
        const auto request = parse_control(text);
        ASSERT_FALSE(request.ok()) << text;
        const auto frame = nlohmann::json::parse(request.message());
        EXPECT_TRUE(frame["error"]["code"].is_number()) << text;
        EXPECT_TRUE(frame.contains("id")) << text;
    }
}

MarketEvent order(std::int64_t ts_ms, double quantity) {
    return {.kind = EventKind::Liquidation, .ts_ms = ts_ms, .price = 100.0, .quantity = quantity};
}

TEST(LiquidationSampler, shows_the_largest_of_a_second_once) {
    LiquidationSampler sampler(1);
    std::vector<MarketEvent> shown;
    sampler.offer(order(1000, 1.0));
    sampler.offer(order(1400, 5.0));
    sampler.offer(order(1900, 2.0));
    sampler.collect(1999, shown);
    EXPECT_THAT(shown, IsEmpty());
    sampler.collect(2000, shown);
    ASSERT_EQ(shown.size(), 1U);
    EXPECT_DOUBLE_EQ(shown[0].quantity, 5.0);
    sampler.collect(9000, shown);
    EXPECT_EQ(shown.size(), 1U);
}

}  // namespace
}  // namespace petrel::sim::binance
