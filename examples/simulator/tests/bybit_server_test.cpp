// Bybit as a client meets it: acknowledgements, the odd pong, batches, REST pages.
#include <gmock/gmock.h>

#include "world_fixture.hpp"

namespace petrel::sim {
namespace {

using testing::FakeClient;
using ::testing::IsEmpty;
using testing::silent_options;
using ::testing::SizeIs;

constexpr auto kLiquidateOnBybit =
    R"({"kind":"liquidation","venue":"bybit","symbol":"BTCUSDT","side":"short","usd":900000,)"
    R"("events":3})";

class BybitServerTest : public testing::WorldTest {
protected:
    void SetUp() override {
        make(silent_options());
        open(Venue::Bybit, client);
    }
    FakeClient client{"/v5/public/linear"};
};

TEST_F(BybitServerTest, ping_is_answered_with_pong_under_the_name_of_ping) {
    say(Venue::Bybit, client, R"({"req_id":"p1","op":"ping"})");
    const auto reply = nlohmann::json::parse(client.frames.at(0));
    EXPECT_EQ(reply["ret_msg"], "pong");
    EXPECT_EQ(reply["op"], "ping");
    EXPECT_EQ(reply["req_id"], "p1");
    EXPECT_EQ(reply["success"], true);
}

TEST_F(BybitServerTest, one_bad_topic_fails_the_whole_request) {
    say(Venue::Bybit, client,
        R"({"req_id":"s2","op":"subscribe","args":["allLiquidation.BTCUSDT","publicTrade.NOPE"]})");
    const auto reply = nlohmann::json::parse(client.frames.at(0));
    EXPECT_EQ(reply["success"], false);
    EXPECT_EQ(reply["ret_msg"], "Invalid topic :[publicTrade.NOPE]");
    EXPECT_EQ(reply["op"], "subscribe");
    ASSERT_EQ(post("/burst", kLiquidateOnBybit).status, 200U);
    pass(1.0);
    EXPECT_THAT(client.frames, SizeIs(1));
}

TEST_F(BybitServerTest, liquidations_of_half_a_second_come_in_one_frame) {
    say(Venue::Bybit, client,
        R"({"req_id":"s1","op":"subscribe","args":["allLiquidation.BTCUSDT"]})");
    pass(0.1);
    ASSERT_EQ(post("/burst", kLiquidateOnBybit).status, 200U);
    EXPECT_THAT(client.holding("\"topic\""), IsEmpty());
    pass(0.5);
    const auto batches = client.holding("\"topic\"");
    ASSERT_THAT(batches, SizeIs(1));
    EXPECT_THAT(batches[0]["data"], SizeIs(3));
    EXPECT_EQ(batches[0]["data"][0]["S"], "Sell");
}

TEST_F(BybitServerTest, ticker_begins_with_a_snapshot_and_goes_on_with_deltas) {
    say(Venue::Bybit, client, R"({"op":"subscribe","args":["tickers.BTCUSDT"]})");
    pass(1.0);
    ASSERT_EQ(post("/burst", kLiquidateOnBybit).status, 200U);
    pass(0.2);
    const auto frames = client.holding("\"topic\":\"tickers");
    ASSERT_GE(frames.size(), 2U);
    EXPECT_EQ(frames.front()["type"], "snapshot");
    EXPECT_EQ(frames.back()["type"], "delta");
    EXPECT_TRUE(frames.back()["data"].contains("openInterest"));
    EXPECT_FALSE(frames.back()["data"].contains("fundingCap"));
}

TEST_F(BybitServerTest, tickers_can_be_slowed) {
    auto options = silent_options("BTCUSDT");
    options.events_per_s = 1'000.0;  // so that every ticker differs from the last
    const auto tickers_of_two_seconds = [&](double states_every_s) {
        options.states_every_s = states_every_s;
        now_s = 0.0;
        FakeClient watcher("/v5/public/linear");
        make(options);
        open(Venue::Bybit, watcher);
        say(Venue::Bybit, watcher, R"({"op":"subscribe","args":["tickers.BTCUSDT"]})");
        pass(2.05);
        return watcher.holding("\"topic\":\"tickers").size();
    };
    EXPECT_GE(tickers_of_two_seconds(0.0), 15U);
    EXPECT_THAT(tickers_of_two_seconds(1.0),
                ::testing::AllOf(::testing::Ge(2U), ::testing::Le(4U)));
}

TEST_F(BybitServerTest, unchanged_book_is_sent_again_after_three_seconds_with_the_same_id) {
    say(Venue::Bybit, client, R"({"op":"subscribe","args":["orderbook.1.BTCUSDT"]})");
    pass(7.0);
    const auto books = client.holding("orderbook.1.BTCUSDT");
    ASSERT_GE(books.size(), 2U);
    EXPECT_LE(books.size(), 4U);
    EXPECT_EQ(books[0]["data"]["u"], books[1]["data"]["u"]);
}

TEST_F(BybitServerTest, unsubscribed_topic_is_silent) {
    say(Venue::Bybit, client, R"({"op":"subscribe","args":["publicTrade.BTCUSDT"]})");
    say(Venue::Bybit, client, R"({"op":"unsubscribe","args":["publicTrade.BTCUSDT"]})");
    ASSERT_EQ(post("/burst",
                   R"({"kind":"trade","venue":"bybit","symbol":"BTCUSDT","side":"buy","usd":5000})")
                  .status,
              200U);
    pass(0.1);
    EXPECT_THAT(client.frames, SizeIs(2));
}

TEST_F(BybitServerTest, too_long_a_list_of_topics_is_refused) {
    std::string args;
    for (int count = 0; count < 1100; ++count) {
        args += join(args.empty() ? "" : ",", "\"publicTrade.BTCUSDT\"");
    }
    say(Venue::Bybit, client, join(R"({"op":"subscribe","args":[)", args, "]}"));
    EXPECT_EQ(nlohmann::json::parse(client.frames.at(0))["success"], false);
}

TEST_F(BybitServerTest, instruments_are_paged_by_cursor) {
    make(silent_options("25"));
    std::size_t seen = 0;
    std::string cursor;
    int pages = 0;
    do {
        const auto page =
            get_json(Venue::Bybit,
                     join("/v5/market/instruments-info?category=linear&limit=10&cursor=",
                          cursor.empty() ? "" : "first%3D", cursor.substr(cursor.empty() ? 0 : 6)));
        ASSERT_EQ(page["retCode"], 0);
        seen += page["result"]["list"].size();
        cursor = page["result"]["nextPageCursor"];
        ++pages;
    } while (!cursor.empty() && pages < 10);
    EXPECT_EQ(seen, 25U);
    EXPECT_EQ(pages, 3);
    EXPECT_EQ(get_json(Venue::Bybit,
                       "/v5/market/instruments-info?category=linear&cursor=junk")["retCode"],
              10001);
}

TEST_F(BybitServerTest, recent_trades_are_newest_first_and_share_ids_with_the_stream) {
    say(Venue::Bybit, client, R"({"op":"subscribe","args":["publicTrade.BTCUSDT"]})");
    ASSERT_EQ(post("/burst", R"({"kind":"trade","venue":"bybit","symbol":"BTCUSDT","side":"buy",)"
                             R"("usd":50000,"events":4})")
                  .status,
              200U);
    pass(0.1);
    const auto rest =
        get_json(Venue::Bybit, "/v5/market/recent-trade?category=linear&symbol=BTCUSDT&limit=3");
    ASSERT_EQ(rest["result"]["list"].size(), 3U);
    const auto frames = client.holding("\"topic\":\"publicTrade");
    ASSERT_THAT(frames, SizeIs(1));
    EXPECT_EQ(rest["result"]["list"][0]["execId"], frames[0]["data"][3]["i"]);
}

TEST_F(BybitServerTest, open_interest_counts_both_sides) {
    const auto open = get_json(
        Venue::Bybit, "/v5/market/open-interest?category=linear&symbol=BTCUSDT&intervalTime=5min");
    const auto& row = open["result"]["list"][0];
    EXPECT_NEAR(std::stod(row["openInterest"].get<std::string>()),
                2.0 * std::stod(row["singleOpenInterest"].get<std::string>()), 0.01);
    EXPECT_EQ(get_json(Venue::Bybit, "/v5/market/tickers?category=linear")["result"]["list"].size(),
              2U);
    EXPECT_EQ(get_json(Venue::Bybit, "/v5/market/tickers?category=spot")["retCode"], 10001);
    EXPECT_EQ(get(Venue::Bybit, "/v5/market/kline?category=linear").status, 404U);
}

}  // namespace
}  // namespace petrel::sim
