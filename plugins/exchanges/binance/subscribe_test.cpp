// Plans: routes, stream names, messages, limits, polls.
#include "subscribe.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "binance.hpp"
#include "petrel/testing/fake_exchange_host.hpp"

namespace petrel::binance {
namespace {

using testing::entry_of;
using testing::FakeConnection;
using testing::FakeExchangeHost;

// A trade of each symbol, so that the adapter and the host know it.
void meet(FakeExchangeHost& host, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        ASSERT_NE(host.frame(R"({"e":"markPriceUpdate","E":1794000002000,"s":")" + name +
                             R"(","p":"10","i":"10","P":"10","r":"","T":0})")
                      .code,
                  PETREL_E_REJECTED)
            << name;
    }
}

TEST(binance_plan, market_and_book_streams_go_on_their_own_routes) {
    FakeExchangeHost host(entry_of<Binance>());
    meet(host, {"BTCUSDT"});
    ASSERT_TRUE(host.plan({"BTCUSDT"}, offered_channels()).ok());
    ASSERT_EQ(host.connections().size(), 2U);
    const FakeConnection& market = host.connections()[0];
    EXPECT_EQ(market.name, "market-1");
    EXPECT_EQ(market.path, "/market/stream");
    ASSERT_EQ(market.frames.size(), 1U);
    EXPECT_EQ(market.frames[0],
              R"({"method":"SUBSCRIBE","params":["btcusdt@forceOrder","btcusdt@aggTrade",)"
              R"("btcusdt@markPrice@1s"],"id":1})");
    ASSERT_EQ(market.streams.size(), 3U);
    EXPECT_EQ(market.streams[0].topic, "btcusdt@forceOrder");
    EXPECT_EQ(market.streams[0].kinds, kind_bit(EventKind::Liquidation));
    EXPECT_EQ(market.streams[0].instrument, host.handle_of("BTCUSDT"));
    EXPECT_EQ(market.streams[2].kinds,
              kind_bit(EventKind::MarkPrice) | kind_bit(EventKind::Funding));
    EXPECT_EQ(market.figures.frame_gap_ms, 300U);
    EXPECT_EQ(market.figures.keepalive_ms, 0U);
    EXPECT_TRUE(market.keepalive.empty());
    EXPECT_GT(market.figures.idle_ms_max, 0U);
    EXPECT_GT(market.figures.life_s_max, 0U);
    EXPECT_LT(market.figures.life_s_max, 24U * 3600U);
    const FakeConnection& book = host.connections()[1];
    EXPECT_EQ(book.path, "/public/stream");
    EXPECT_EQ(book.frames[0], R"({"method":"SUBSCRIBE","params":["btcusdt@bookTicker"],"id":1})");
}

TEST(binance_plan, only_what_is_wanted_is_asked_for) {
    FakeExchangeHost host(entry_of<Binance>());
    meet(host, {"BTCUSDT"});
    ASSERT_TRUE(host.plan({"BTCUSDT"}, kind_bit(EventKind::Funding)).ok());
    ASSERT_EQ(host.connections().size(), 1U);
    ASSERT_EQ(host.connections()[0].streams.size(), 1U);
    EXPECT_EQ(host.connections()[0].streams[0].topic, "btcusdt@markPrice@1s");
    EXPECT_EQ(host.connections()[0].streams[0].kinds, kind_bit(EventKind::Funding));
    EXPECT_TRUE(host.polls().empty());
    ASSERT_TRUE(host.plan({}, offered_channels()).ok());
    EXPECT_TRUE(host.connections().empty());
}

TEST(binance_plan, many_streams_are_split_over_messages_and_connections) {
    std::vector<std::string> names;
    for (int i = 0; i < 150; ++i) {
        names.push_back("C" + std::to_string(i) + "USDT");
    }
    FakeExchangeHost host(entry_of<Binance>());
    meet(host, names);
    ASSERT_TRUE(host.plan(names, offered_channels()).ok());
    std::size_t market = 0;
    std::size_t book = 0;
    for (const FakeConnection& connection : host.connections()) {
        EXPECT_LE(connection.streams.size(), 200U);
        std::size_t topics = 0;
        for (std::size_t i = 0; i < connection.frames.size(); ++i) {
            const std::string& frame = connection.frames[i];
            EXPECT_TRUE(frame.ends_with("],\"id\":" + std::to_string(i + 1) + "}")) << frame;
            const auto here = static_cast<std::size_t>(std::ranges::count(frame, '@')) -
                              static_cast<std::size_t>(frame.find("@1s") != std::string::npos);
            EXPECT_GT(here, 0U);
            topics += static_cast<std::size_t>(std::ranges::count(frame, ',')) - 1;
        }
        EXPECT_EQ(topics, connection.streams.size());
        (connection.path == kMarketPath ? market : book) += connection.streams.size();
    }
    EXPECT_EQ(host.connections().size(), 4U);  // 450 market streams, 150 of the book
    EXPECT_EQ(market, 450U);
    EXPECT_EQ(book, 150U);
}

TEST(binance_plan, polls_stay_within_half_of_the_weight_limit) {
    for (const int count : {1, 600}) {
        std::vector<std::string> names;
        for (int i = 0; i < count; ++i) {
            names.push_back("C" + std::to_string(i) + "USDT");
        }
        FakeExchangeHost host(entry_of<Binance>());
        meet(host, names);
        ASSERT_TRUE(host.plan(names, kind_bit(EventKind::OpenInterest)).ok());
        ASSERT_EQ(host.polls().size(), names.size());
        double weight_per_minute = 0;
        for (const auto& poll : host.polls()) {
            EXPECT_GE(poll.figures.interval_ms, 5'000U);
            weight_per_minute += poll.figures.weight * 60'000.0 / poll.figures.interval_ms;
        }
        EXPECT_LE(weight_per_minute, 1'200.0);
    }
}

TEST(binance_plan, a_quote_that_is_no_dollar_brings_the_mark_price_of_its_own_perpetual) {
    FakeExchangeHost host(entry_of<Binance>());
    meet(host, {"BTCUSDT", "ETHBTC"});
    ASSERT_TRUE(host.plan({"ETHBTC"}, kind_bit(EventKind::Trade)).ok());
    ASSERT_EQ(host.connections().size(), 1U);
    const auto& streams = host.connections()[0].streams;
    ASSERT_EQ(streams.size(), 2U);
    EXPECT_EQ(streams[0].topic, "btcusdt@markPrice@1s");
    EXPECT_EQ(streams[0].instrument, host.handle_of("BTCUSDT"));
    EXPECT_EQ(streams[1].topic, "ethbtc@aggTrade");
    ASSERT_TRUE(host.plan({"ETHBTC", "BTCUSDT"}, offered_channels()).ok());
    const auto& all = host.connections()[0].streams;
    EXPECT_EQ(
        std::ranges::count_if(all, [](const auto& s) { return s.topic == "btcusdt@markPrice@1s"; }),
        1);
}

TEST(binance_plan, a_name_that_would_break_out_of_its_message_is_refused) {
    FakeExchangeHost host(entry_of<Binance>());
    const Status status = host.plan({"BTC\"USDT"}, offered_channels());
    EXPECT_EQ(status.code(), PETREL_E_INVALID);
    EXPECT_NE(status.message().find("BTC\"USDT"), std::string::npos);
    EXPECT_TRUE(host.connections().empty());
}

}  // namespace
}  // namespace petrel::binance
