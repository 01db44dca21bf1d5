// Frames of both venues, read back by a JSON parser.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "binance_frames.hpp"
#include "bybit_frames.hpp"
#include "text.hpp"

namespace petrel::sim {
namespace {

using Json = nlohmann::json;
constexpr std::int64_t kNow_ms = 1'900'000'000'000;

SymbolSpec btc() { return choose_symbols("BTCUSDT").value()[0]; }

MarketEvent sold(EventKind kind) {
    return {.kind = kind,
            .venue = Venue::Binance,
            .side = Side::Sell,
            .symbol = 0,
            .ts_ms = kNow_ms,
            .price = 91'000.5,
            .quantity = 1.25,
            .id = 77,
            .first_trade = 150,
            .last_trade = 152};
}

Quote quote() {
    return {.bid = 91'000.0,
            .bid_quantity = 2.5,
            .ask = 91'000.1,
            .ask_quantity = 0.75,
            .last = 91'000.1,
            .mark = 90'999.25,
            .index = 91'001.5,
            .open_interest = 1'000.0,
            .update_id = 42};
}

TEST(BinanceFrames, taker_sell_is_a_buyer_who_was_maker) {
    const auto frame = Json::parse(binance::agg_trade(btc(), sold(EventKind::Trade)));
    EXPECT_EQ(frame["e"], "aggTrade");
    EXPECT_EQ(frame["s"], "BTCUSDT");
    EXPECT_EQ(frame["p"], "91000.5");
    EXPECT_EQ(frame["q"], "1.250");
    EXPECT_EQ(frame["a"], 77);
    EXPECT_EQ(frame["f"], 150);
    EXPECT_EQ(frame["l"], 152);
    EXPECT_EQ(frame["T"], kNow_ms);
    EXPECT_EQ(frame["m"], true);
    EXPECT_EQ(frame["st"], 1);
}

TEST(BinanceFrames, liquidated_long_is_a_sell_order_filled_at_its_average_price) {
    const auto frame =
        Json::parse(binance::force_order(btc(), sold(EventKind::Liquidation), kNow_ms + 1000));
    EXPECT_EQ(frame["E"], kNow_ms + 1000);
    const auto& order = frame["o"];
    EXPECT_EQ(order["S"], "SELL");
    EXPECT_EQ(order["X"], "FILLED");
    EXPECT_EQ(order["ap"], "91000.5");
    EXPECT_EQ(order["z"], "1.250");
    EXPECT_EQ(order["T"], kNow_ms);
    EXPECT_EQ(order["st"], 1);
    EXPECT_LT(std::stod(order["p"].get<std::string>()), 91'000.5);
}

TEST(BinanceFrames, mark_and_book_carry_the_quote) {
    const auto mark = Json::parse(binance::mark_price(btc(), quote(), kNow_ms));
    EXPECT_EQ(mark["p"], "90999.25000000");
    EXPECT_EQ(mark["i"], "91001.50000000");
    EXPECT_EQ(mark["r"], "0.00010000");
    EXPECT_GT(mark["T"], kNow_ms);
    const auto book = Json::parse(binance::book_ticker(btc(), quote(), kNow_ms));
    EXPECT_EQ(book["b"], "91000.0");
    EXPECT_EQ(book["A"], "0.750");
    EXPECT_EQ(book["u"], 42);
}

TEST(BinanceFrames, wrapped_frame_names_its_stream) {
    const auto frame = Json::parse(binance::wrapped("btcusdt@aggTrade", R"({"e":"aggTrade"})"));
    EXPECT_EQ(frame["stream"], "btcusdt@aggTrade");
    EXPECT_EQ(frame["data"]["e"], "aggTrade");
}

TEST(BinanceFrames, funding_is_due_at_the_next_eighth_hour) {
    constexpr std::int64_t kEightHours_ms = 8LL * 3600 * 1000;
    EXPECT_EQ(binance::next_funding_ms(0), kEightHours_ms);
    EXPECT_EQ(binance::next_funding_ms(kEightHours_ms - 1), kEightHours_ms);
    EXPECT_EQ(binance::next_funding_ms(kEightHours_ms), 2 * kEightHours_ms);
}

TEST(BybitFrames, liquidated_long_says_buy) {
    const std::array events{sold(EventKind::Liquidation), sold(EventKind::Liquidation)};
    const auto frame = Json::parse(bybit::all_liquidation(btc(), events, kNow_ms + 400));
    EXPECT_EQ(frame["topic"], "allLiquidation.BTCUSDT");
    ASSERT_EQ(frame["data"].size(), 2U);
    EXPECT_EQ(frame["data"][0]["S"], "Buy");
    EXPECT_EQ(frame["data"][0]["v"], "1.250");
    EXPECT_EQ(frame["data"][0]["T"], kNow_ms);
}

TEST(BybitFrames, trade_says_the_taker_side_and_has_a_uuid_of_its_own) {
    std::array events{sold(EventKind::Trade), sold(EventKind::Trade)};
    events[1].id = 78;
    const auto frame = Json::parse(bybit::public_trade(btc(), events, kNow_ms));
    EXPECT_EQ(frame["data"][0]["S"], "Sell");
    const auto id = frame["data"][0]["i"].get<std::string>();
    EXPECT_EQ(id.size(), 36U);
    EXPECT_EQ(id[14], '5');
    EXPECT_NE(id, frame["data"][1]["i"].get<std::string>());
}

TEST(BybitFrames, ticker_delta_holds_only_what_changed) {
    bybit::TickerDelta ticker;
    Quote now = quote();
    const auto full = Json::parse(bybit::TickerDelta::snapshot(btc(), now, kNow_ms));
    EXPECT_EQ(full["type"], "snapshot");
    EXPECT_EQ(full["data"]["openInterest"], "2000.000");
    EXPECT_EQ(full["data"]["singleOpenInterest"], "1000.000");
    EXPECT_TRUE(full["data"]["nextFundingTime"].is_string());
    ASSERT_TRUE(ticker.delta(btc(), now, kNow_ms));
    EXPECT_FALSE(ticker.delta(btc(), now, kNow_ms + 100));
    now.bid_quantity = 9.0;
    const auto delta = Json::parse(ticker.delta(btc(), now, kNow_ms + 200).value());
    EXPECT_EQ(delta["type"], "delta");
    EXPECT_EQ(delta["data"], (Json{{"symbol", "BTCUSDT"}, {"bid1Size", "9.000"}}));
}

TEST(BybitFrames, topics_are_split_at_their_channel) {
    EXPECT_EQ(bybit::parse_topic("orderbook.1.BTCUSDT")->symbol, "BTCUSDT");
    EXPECT_EQ(bybit::parse_topic("orderbook.1.BTCUSDT")->channel, "orderbook.1");
    EXPECT_FALSE(bybit::parse_topic("orderbook.200.BTCUSDT"));
    EXPECT_FALSE(bybit::parse_topic("publicTrade."));
    EXPECT_FALSE(bybit::parse_topic("publicTrade"));
}

TEST(BybitFrames, malformed_requests_are_refused_with_a_sentence) {
    EXPECT_FALSE(bybit::parse_control("not json").ok());
    EXPECT_FALSE(bybit::parse_control(R"({"op":"dance"})").ok());
    EXPECT_FALSE(bybit::parse_control(R"({"op":"subscribe","args":"publicTrade.X"})").ok());
    EXPECT_FALSE(bybit::parse_control(R"({"op":"subscribe","args":[1]})").ok());
    EXPECT_TRUE(bybit::parse_control(R"({"op":"ping"})").ok());
}

}  // namespace
}  // namespace petrel::sim
