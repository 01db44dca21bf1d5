// What frames mean, computed by hand: sides, contract sizes, inverse contracts, ids, times. Frames
// go in through the plugin boundary, as in the product.
#include <gtest/gtest.h>

#include "venue_test.hpp"

namespace petrel::okx {
namespace {

using OkxParse = ListedVenue;

constexpr std::int64_t kMs = 1'000'000;

TEST_F(OkxParse, trade_of_a_linear_contract_is_counted_in_coins) {
    ASSERT_EQ(frame(trade(R"("count":"3","source":"0","seqId":56000000123)")), PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_TRADE);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(0).price, 90'000.5);
    EXPECT_EQ(event(0).quantity, 12.5 * 0.01);
    EXPECT_EQ(event(0).notional_usd, 12.5 * 0.01 * 90'000.5);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'000'123 * kMs);
    EXPECT_EQ(event(0).receive_ts_ns, host.host().clock.now_ns());
    EXPECT_EQ(event(0).instrument, host.handle_of("BTC-USDT-SWAP"));
}

TEST_F(OkxParse, id_is_the_last_of_the_matches_that_a_trade_stands_for) {
    ASSERT_EQ(frame(trade(R"("count":"3")")), PETREL_OK);
    EXPECT_EQ(event(0).id, 1'500'000'042U);
    EXPECT_EQ(event(0).count, 3U);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_ID_SEQUENCE);
}

TEST_F(OkxParse, trade_without_a_count_is_no_part_of_a_sequence) {
    ASSERT_EQ(frame(trade(R"("source":"0")")), PETREL_OK);
    EXPECT_EQ(event(0).count, 1U);
    EXPECT_EQ(event(0).flags, 0U);
}

TEST_F(OkxParse, trade_of_an_inverse_contract_is_worth_its_dollars) {
    ASSERT_EQ(frame(channel("trades", "BTC-USD-SWAP",
                            R"({"instId":"BTC-USD-SWAP","tradeId":"7","px":"80000","sz":"4",)"
                            R"("side":"buy","ts":"1794000000123","count":"1"})")),
              PETREL_OK);
    EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(0).notional_usd, 400.0);
    EXPECT_EQ(event(0).quantity, 0.005);
    EXPECT_EQ(event(0).price, 80'000.0);
}

TEST_F(OkxParse, multiplier_and_size_prefix_are_taken_out) {
    ASSERT_EQ(frame(channel("trades", "1000PEPE-USDT-SWAP",
                            R"({"instId":"1000PEPE-USDT-SWAP","tradeId":"7","px":"0.0125",)"
                            R"("sz":"2","side":"buy","ts":"1794000000123","count":"1"})")),
              PETREL_OK);
    EXPECT_EQ(event(0).price, 0.0125 / 1000);
    EXPECT_EQ(event(0).quantity, 100'000.0);  // 2 contracts of 50 x 1000
    EXPECT_NEAR(event(0).notional_usd, 1.25, 1e-12);
    ASSERT_EQ(frame(channel("trades", "ETH-USDC-SWAP",
                            R"({"instId":"ETH-USDC-SWAP","tradeId":"7","px":"3000","sz":"5",)"
                            R"("side":"buy","ts":"1794000000123","count":"1"})")),
              PETREL_OK);
    EXPECT_EQ(event(0).quantity, 0.5);
    EXPECT_EQ(event(0).notional_usd, 1'500.0);
}

TEST_F(OkxParse, quote_that_is_no_dollar_has_no_value_in_dollars) {
    ASSERT_EQ(frame(channel("trades", "SOL-EUR-SWAP",
                            R"({"instId":"SOL-EUR-SWAP","tradeId":"7","px":"100","sz":"5",)"
                            R"("side":"buy","ts":"1794000000123","count":"1"})")),
              PETREL_OK);
    EXPECT_EQ(event(0).quantity, 10.0);
    EXPECT_EQ(event(0).notional_usd, 0.0);
}

TEST_F(OkxParse, keys_in_another_order_and_several_trades_are_read) {
    ASSERT_EQ(frame(R"({"data":[{"ts":"1794000000123","side":"buy","sz":"1","px":"90000",)"
                    R"("tradeId":"8","instId":"BTC-USDT-SWAP","new":[{}]},{"count":"1",)"
                    R"("instId":"BTC-USDT-SWAP","tradeId":"9","px":"90001","sz":"2",)"
                    R"("side":"sell","ts":"1794000000124"}],)"
                    R"("arg":{"instId":"BTC-USDT-SWAP","channel":"trades"}})"),
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).id, 8U);
    EXPECT_EQ(event(1).id, 9U);
    EXPECT_EQ(event(1).side, PETREL_SIDE_SELL);
}

TEST_F(OkxParse, sell_order_of_a_liquidation_is_a_long_that_died) {
    ASSERT_EQ(frame(liquidation("sell", "net")), PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_LIQUIDATION);
    EXPECT_EQ(event(0).side, PETREL_SIDE_LONG);
    EXPECT_EQ(event(0).price, 90'000.0);
    EXPECT_EQ(event(0).quantity, 0.5);
    EXPECT_EQ(event(0).notional_usd, 45'000.0);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'001'002 * kMs);
    EXPECT_EQ(event(0).id, 0U);
    ASSERT_EQ(frame(liquidation("buy", "short")), PETREL_OK);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SHORT);
}

TEST_F(OkxParse, first_liquidations_of_a_connection_are_history) {
    ASSERT_EQ(frame(liquidation("sell", "long")), PETREL_OK);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_LATE);
    ASSERT_EQ(frame(liquidation("sell", "long")), PETREL_OK);
    EXPECT_EQ(event(0).flags, 0U);
    host.open(0);
    ASSERT_EQ(frame(liquidation("sell", "long")), PETREL_OK);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_LATE);
}

TEST_F(OkxParse, liquidation_of_an_inverse_contract_is_worth_its_dollars) {
    ASSERT_EQ(frame(R"({"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":[)"
                    R"({"details":[{"bkPx":"80000","side":"buy","sz":"40","ts":"1794000001002"},)"
                    R"({"bkPx":"40000","side":"sell","sz":"2","ts":"1794000001003"}],)"
                    R"("instId":"BTC-USD-SWAP"}]})"),
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).notional_usd, 4'000.0);
    EXPECT_EQ(event(0).quantity, 0.05);
    EXPECT_EQ(event(1).quantity, 0.005);
}

TEST_F(OkxParse, liquidation_of_an_unlisted_contract_is_told_and_the_others_stand) {
    EXPECT_EQ(frame(R"({"arg":{"channel":"liquidation-orders","instType":"SWAP"},"data":[)"
                    R"({"details":[{"bkPx":"1","side":"buy","sz":"1","ts":"1794000001002"}],)"
                    R"("instId":"NEW-USDT-SWAP"},{"details":[{"bkPx":"90000","side":"sell",)"
                    R"("sz":"50","ts":"1794000001003"}],"instId":"BTC-USDT-SWAP"}]})"),
              PETREL_E_REJECTED);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).notional_usd, 45'000.0);
}

TEST_F(OkxParse, mark_price_comes_without_an_index) {
    ASSERT_EQ(frame(channel("mark-price", "BTC-USDT-SWAP",
                            R"({"instType":"SWAP","instId":"BTC-USDT-SWAP","markPx":"91248.7",)"
                            R"("ts":"1794000001200"})")),
              PETREL_OK);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_MARK_PRICE);
    EXPECT_EQ(event(0).price, 91'248.7);
    EXPECT_EQ(event(0).quantity, 0.0);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'001'200 * kMs);
}

TEST_F(OkxParse, funding_has_its_interval_and_the_time_when_it_is_due) {
    ASSERT_EQ(frame(channel("funding-rate", "BTC-USDT-SWAP",
                            R"({"fundingRate":"-0.00005","fundingTime":"1794009600000",)"
                            R"("instId":"BTC-USDT-SWAP","nextFundingRate":"",)"
                            R"("nextFundingTime":"1794038400000","ts":"1794000030000"})")),
              PETREL_OK);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_FUNDING);
    EXPECT_EQ(event(0).price, -0.00005);
    EXPECT_EQ(event(0).quantity, 8.0);
    EXPECT_EQ(event(0).id, 1'794'009'600'000U);
}

TEST_F(OkxParse, funding_without_a_figure_gives_no_event) {
    ASSERT_EQ(frame(channel("funding-rate", "BTC-USDT-SWAP",
                            R"({"fundingRate":"","fundingTime":"","instId":"BTC-USDT-SWAP",)"
                            R"("nextFundingTime":"","ts":"1794000030000"})")),
              PETREL_OK);
    EXPECT_TRUE(host.events().empty());
}

TEST_F(OkxParse, open_interest_is_taken_in_coins_and_dollars) {
    ASSERT_EQ(frame(channel("open-interest", "BTC-USDT-SWAP",
                            R"({"instId":"BTC-USDT-SWAP","instType":"SWAP","oi":"2900000.5",)"
                            R"("oiCcy":"29000.005","oiUsd":"2646250000","ts":"1794000003000"})")),
              PETREL_OK);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_OPEN_INTEREST);
    EXPECT_EQ(event(0).quantity, 29'000.005);
    EXPECT_EQ(event(0).notional_usd, 2'646'250'000.0);
    ASSERT_EQ(frame(channel("open-interest", "BTC-USD-SWAP",
                            R"({"instId":"BTC-USD-SWAP","oi":"1000","oiCcy":"1.25",)"
                            R"("ts":"1794000003000"})")),
              PETREL_OK);
    EXPECT_EQ(event(0).quantity, 1.25);
    EXPECT_EQ(event(0).notional_usd, 100'000.0);  // 1000 contracts of 100 dollars
}

TEST_F(OkxParse, best_prices_are_counted_in_coins) {
    ASSERT_EQ(frame(channel("bbo-tbt", "BTC-USDT-SWAP",
                            R"({"asks":[["91250.1","310","0","9"]],"bids":[["91250","128","0",)"
                            R"("6"]],"ts":"1794000003010","seqId":56000000200})")),
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_BEST_BID);
    EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(0).price, 91'250.0);
    EXPECT_EQ(event(0).quantity, 1.28);
    EXPECT_EQ(event(0).notional_usd, 1.28 * 91'250.0);
    EXPECT_EQ(event(0).id, 56'000'000'200U);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_BEST_ASK);
    EXPECT_EQ(event(1).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(1).price, 91'250.1);
    ASSERT_EQ(frame(channel("bbo-tbt", "BTC-USDT-SWAP",
                            R"({"asks":[],"bids":[["91250","128","0","6"]],)"
                            R"("ts":"1794000003010","seqId":56000000201})")),
              PETREL_OK);
    EXPECT_EQ(host.events().size(), 1U);
}

}  // namespace
}  // namespace petrel::okx
