// What frames mean, computed by hand: sides, contract sizes, inverse contracts, ids, times. Frames
// go in through the plugin boundary, as in the product.
#include <gtest/gtest.h>

#include "venue_test.hpp"

namespace petrel::gate {
namespace {

using GateParse = ListedVenue;

constexpr std::int64_t kMs = 1'000'000;

TEST_F(GateParse, trade_of_a_linear_contract_is_counted_in_coins) {
    ASSERT_EQ(frame(trades(good_row(27'753'479))), PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_TRADE);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SELL);  // negative: the aggressor sold
    EXPECT_EQ(event(0).price, 90'000.0);
    EXPECT_EQ(event(0).quantity, 108.5 * 0.0001);
    EXPECT_EQ(event(0).notional_usd, 108.5 * 0.0001 * 90'000.0);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'000'123 * kMs);
    EXPECT_EQ(event(0).receive_ts_ns, host.host().clock.now_ns());
    EXPECT_EQ(event(0).id, 27'753'479U);
    EXPECT_EQ(event(0).count, 1U);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_ID_SEQUENCE);
    EXPECT_EQ(event(0).instrument, host.handle_of("BTC_USDT"));
}

TEST_F(GateParse, sizes_may_be_numbers_and_rows_of_several_contracts) {
    ASSERT_EQ(frame(trades(row("20", "7", "1794000000123", "\"50000\"") + "," +
                           row("-400", "9", "1794000000124.0", "80000", "BTC_USD"))),
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(0).quantity, 0.002);
    EXPECT_EQ(event(0).notional_usd, 100.0);
    EXPECT_EQ(event(1).instrument, host.handle_of("BTC_USD"));
    EXPECT_EQ(event(1).notional_usd, 400.0);  // inverse: a contract is a dollar
    EXPECT_EQ(event(1).quantity, 0.005);
    EXPECT_EQ(event(1).exchange_ts_ns, 1'794'000'000'124 * kMs);
}

TEST_F(GateParse, size_prefix_is_taken_out_and_usd1_is_a_dollar) {
    ASSERT_EQ(frame(trades(row("4", "7", "1794000000123", "\"0.0125\"", "1000PEPE_USDT") + "," +
                           row("5", "7", "1794000000123", "\"3000\"", "ETH_USD1"))),
              PETREL_OK);
    EXPECT_EQ(event(0).price, 0.0125 / 1000);
    EXPECT_EQ(event(0).quantity, 40'000.0);  // 4 contracts of 10 x 1000
    EXPECT_NEAR(event(0).notional_usd, 0.5, 1e-12);
    EXPECT_EQ(event(1).quantity, 0.05);
    EXPECT_EQ(event(1).notional_usd, 150.0);
}

TEST_F(GateParse, internal_and_rounded_trades_are_left_out_and_counted_by_the_next) {
    ASSERT_EQ(frame(trades(good_row(100))), PETREL_OK);
    ASSERT_EQ(frame(trades(good_row(101, R"(,"is_internal":true)"))), PETREL_OK);
    EXPECT_TRUE(host.events().empty());
    ASSERT_EQ(frame(trades(row("0", "102", "1794000000123", "\"90000\""))), PETREL_OK);
    EXPECT_TRUE(host.events().empty());
    ASSERT_EQ(frame(trades(good_row(103, R"(,"is_internal":false)") + "," + good_row(104))),
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).count, 3U);  // 101 and 102 too: no id is missing
    EXPECT_EQ(event(1).count, 1U);
}

TEST_F(GateParse, what_two_sockets_leave_out_is_counted_for_each) {
    const auto over = [&](std::uint32_t connection, const std::string& rows) {
        host.forget_output();
        ASSERT_EQ(host.frame(trades(rows), connection).code, PETREL_OK);
    };
    const std::string internal = R"(,"is_internal":true)";
    over(0, good_row(101, internal));
    over(0, good_row(102, internal));
    over(1, good_row(101, internal));  // the slower socket is behind
    over(0, good_row(103));
    EXPECT_EQ(event(0).count, 3U);
    over(1, good_row(102, internal));
    over(1, good_row(103));
    EXPECT_EQ(event(0).count, 3U);
    over(1, good_row(104, internal));
    host.open(1);
    over(1, good_row(105));
    EXPECT_EQ(event(0).count, 1U);
}

TEST_F(GateParse, hole_before_a_trade_is_no_part_of_its_count) {
    ASSERT_EQ(frame(trades(good_row(101, R"(,"is_internal":true)"))), PETREL_OK);
    ASSERT_EQ(frame(trades(good_row(110))), PETREL_OK);
    EXPECT_EQ(event(0).count, 1U);
}

TEST_F(GateParse, negative_size_of_a_liquidation_is_a_short_that_died) {
    ASSERT_EQ(frame(update("public_liquidates", "[" + liquidation("\"-5000\"", "BTC_USDT") + "," +
                                                    liquidation("4000", "BTC_USD") + "]")),
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_LIQUIDATION);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SHORT);
    EXPECT_EQ(event(0).quantity, 0.5);
    EXPECT_EQ(event(0).notional_usd, 45'000.0);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'001'123 * kMs);
    EXPECT_NE(event(0).id, 0U);  // made of its content, see liquidation_ids.hpp
    EXPECT_EQ(event(1).side, PETREL_SIDE_LONG);
    EXPECT_EQ(event(1).notional_usd, 4'000.0);
}

TEST_F(GateParse, liquidation_may_stand_alone_and_be_timed_in_seconds) {
    ASSERT_EQ(
        frame(update("public_liquidates", R"({"price":90000,"size":5000,"time":1794000001,)"
                                          R"("time_ms":1794000001456,"contract":"BTC_USDT"})")),
        PETREL_OK);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'001'456 * kMs);
    EXPECT_EQ(event(0).side, PETREL_SIDE_LONG);
    ASSERT_EQ(frame(update("public_liquidates", R"({"price":90000,"size":5000,"time":1794000001,)"
                                                R"("contract":"BTC_USDT"})")),
              PETREL_OK);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'001'000 * kMs);
}

TEST(gate_config, sign_of_liquidations_can_be_turned_round) {
    testing::FakeConfig config;
    config.number("liquidation_size_is_order", 1.0);
    testing::FakeExchangeHost host(*petrel_plugin_entry_v1(), config);
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    ASSERT_TRUE(host.discover().ok());
    ASSERT_EQ(host.reply(host.requests()[0], 200, file_text("usdt.json")).code, PETREL_OK);
    const testing::FakeDecoded answer = host.frame(
        R"({"channel":"futures.public_liquidates","event":"update","result":[{"price":"90000",)"
        R"("size":"-5000","time":1794000001123,"contract":"BTC_USDT"}]})");
    ASSERT_EQ(answer.code, PETREL_OK) << answer.reason;
    EXPECT_EQ(host.events().at(0).side, PETREL_SIDE_LONG);
}

TEST_F(GateParse, ticker_gives_mark_funding_and_open_interest) {
    ASSERT_EQ(frame(update("tickers",
                           R"([{"contract":"BTC_USDT","last":"91250.1","funding_rate":"-0.00005",)"
                           R"("mark_price":"91248.5","index_price":"91251",)"
                           R"("total_size":"410000000","volume_24h":"9"}])")),
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 3U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_MARK_PRICE);
    EXPECT_EQ(event(0).price, 91'248.5);
    EXPECT_EQ(event(0).quantity, 91'251.0);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'000'130 * kMs);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_FUNDING);
    EXPECT_EQ(event(1).price, -0.00005);
    EXPECT_EQ(event(1).quantity, 8.0);
    EXPECT_EQ(event(1).id, 1'794'009'600'000U);
    EXPECT_EQ(event(2).kind, PETREL_EVENT_OPEN_INTEREST);
    EXPECT_EQ(event(2).quantity, 41'000.0);
    EXPECT_EQ(event(2).price, 91'248.5);
    EXPECT_EQ(event(2).notional_usd, 41'000.0 * 91'248.5);
}

TEST_F(GateParse, funding_that_was_due_is_due_again_an_interval_later) {
    ASSERT_EQ(frame(update("tickers", R"([{"contract":"BTC_USDT","funding_rate":"0.0001",)"
                                      R"("t":1794009600000}])")),
              PETREL_OK);
    EXPECT_EQ(event(0).id, 1'794'038'400'000U);
}

TEST_F(GateParse, best_prices_are_counted_in_coins) {
    ASSERT_EQ(frame(update("book_ticker",
                           R"({"t":1794000002055,"u":47511000001,"s":"BTC_USDT","b":"91250",)"
                           R"("B":"37000","a":"91250.5","A":47061})")),
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_BEST_BID);
    EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(0).quantity, 3.7);
    EXPECT_EQ(event(0).id, 47'511'000'001U);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'002'055 * kMs);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_BEST_ASK);
    EXPECT_EQ(event(1).price, 91'250.5);
    ASSERT_EQ(frame(update("book_ticker", R"({"t":1794000002055,"u":4,"s":"BTC_USDT","b":"",)"
                                          R"("B":0,"a":"91250.5","A":47061})")),
              PETREL_OK);
    EXPECT_EQ(host.events().size(), 1U);
}

}  // namespace
}  // namespace petrel::gate
