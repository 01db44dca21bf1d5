// What frames mean, computed by hand: sides, coin-settled contracts, quote amounts of liquidations,
// ids, times. Frames go in through the plugin boundary, as in the product.
#include <gtest/gtest.h>

#include "venue_test.hpp"

namespace petrel::bitget {
namespace {

using BitgetParse = ListedVenue;

constexpr std::int64_t kMs = 1'000'000;

TEST_F(BitgetParse, trade_is_counted_in_coins) {
    ASSERT_EQ(frame(channel("trade", "BTCUSDT", good_row())), PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_TRADE);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(0).price, 90'000.5);
    EXPECT_EQ(event(0).quantity, 0.25);
    EXPECT_EQ(event(0).notional_usd, 90'000.5 * 0.25);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'000'123 * kMs);
    EXPECT_EQ(event(0).receive_ts_ns, host.host().clock.now_ns());
    EXPECT_EQ(event(0).id, 1'400'000'000'000'000'001U);
    EXPECT_EQ(event(0).flags, 0U);  // ids grow, but not by one
    EXPECT_EQ(event(0).count, 1U);
}

TEST_F(BitgetParse, snapshot_of_trades_is_history) {
    ASSERT_EQ(frame(channel("trade", "BTCUSDT", good_row() + "," + good_row(), "snapshot")),
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_LATE);
    EXPECT_EQ(event(1).flags, PETREL_FLAG_LATE);
}

TEST_F(BitgetParse, coin_settled_trade_is_counted_in_coins_too) {
    const std::string trade =
        row(R"("80000")", R"("0.5")", R"("buy")", R"("7")", R"("1794000000123")");
    for (const char* native : {"BTCUSD", "BTCUSDZ26"}) {
        ASSERT_EQ(frame(channel("trade", native, trade)), PETREL_OK);
        EXPECT_EQ(event(0).instrument, host.handle_of(native));
        EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
        EXPECT_EQ(event(0).quantity, 0.5);
        EXPECT_EQ(event(0).notional_usd, 40'000.0);
    }
}

TEST_F(BitgetParse, size_prefix_is_taken_out) {
    ASSERT_EQ(
        frame(channel("trade", "1000PEPEUSDT",
                      row(R"("0.0125")", R"("400")", R"("buy")", R"("7")", R"("1794000000123")"))),
        PETREL_OK);
    EXPECT_EQ(event(0).price, 0.0125 / 1000);
    EXPECT_EQ(event(0).quantity, 400'000.0);
    EXPECT_EQ(event(0).notional_usd, 5.0);
}

TEST_F(BitgetParse, perpetual_that_was_not_listed_is_understood_by_its_name) {
    ASSERT_EQ(frame(channel("trade", "SOLUSDT", good_row())), PETREL_OK);
    const testing::FakeInstrument& sol = host.instruments().at(event(0).instrument);
    EXPECT_EQ(sol.base, "SOL");
    EXPECT_EQ(sol.settle, "USDT");
    ASSERT_EQ(frame(channel("trade", "SOLUSD", good_row())), PETREL_OK);
    EXPECT_EQ(host.instruments().at(event(0).instrument).settle, "SOL");
    ASSERT_EQ(frame(channel("trade", "SOLPERP", good_row())), PETREL_OK);
    EXPECT_EQ(host.instruments().at(event(0).instrument).quote, "USDC");
}

TEST_F(BitgetParse, buy_in_a_liquidation_is_a_long_that_died) {
    ASSERT_EQ(frame(liquidation("BTCUSDT", "buy")), PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_LIQUIDATION);
    EXPECT_EQ(event(0).side, PETREL_SIDE_LONG);
    EXPECT_EQ(event(0).price, 90'000.0);
    EXPECT_EQ(event(0).quantity, 0.5);  // the amount is in quote currency
    EXPECT_EQ(event(0).notional_usd, 45'000.0);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'001'001 * kMs);
    EXPECT_EQ(event(0).id, 0U);
    EXPECT_EQ(event(0).flags, 0U);
    ASSERT_EQ(frame(liquidation("BTCUSDT", "sell")), PETREL_OK);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SHORT);
}

TEST_F(BitgetParse, snapshot_of_liquidations_is_history) {
    ASSERT_EQ(frame(liquidation("BTCUSDT", "sell", "snapshot")), PETREL_OK);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_LATE);
}

TEST_F(BitgetParse, liquidation_undoes_prefix_and_coin_margin_suffix) {
    ASSERT_EQ(frame(liquidation("1000PEPEUSDT", "buy")), PETREL_OK);
    EXPECT_EQ(event(0).price, 90.0);
    EXPECT_EQ(event(0).quantity, 500.0);
    EXPECT_EQ(event(0).notional_usd, 45'000.0);
    ASSERT_EQ(frame(liquidation("BTCUSD_CM", "buy")), PETREL_OK);
    EXPECT_EQ(event(0).instrument, host.handle_of("BTCUSD"));
    EXPECT_EQ(event(0).quantity, 0.5);
}

TEST_F(BitgetParse, liquidation_of_an_unknown_contract_is_told_and_the_others_stand) {
    const std::string text = liquidation("WEIRD", "buy");
    const std::string more = R"({"symbol":"BTCUSDT","side":"buy","price":"90000",)"
                             R"("amount":"9000","ts":"1794000001001"})";
    EXPECT_EQ(frame(text), PETREL_E_REJECTED);
    EXPECT_EQ(frame(std::string(text).replace(text.find("}],"), 1, "}," + more)),
              PETREL_E_REJECTED);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).notional_usd, 9'000.0);
}

TEST_F(BitgetParse, ticker_gives_mark_funding_and_open_interest) {
    ASSERT_EQ(
        frame(ticker("BTCUSDT",
                     R"("fundingRate":"-0.000116","nextFundingTime":"1794009600000",)"
                     R"("markPrice":"91248.5","indexPrice":"91251","holdingAmount":"40000",)")),
        PETREL_OK);
    ASSERT_EQ(host.events().size(), 3U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_MARK_PRICE);
    EXPECT_EQ(event(0).price, 91'248.5);
    EXPECT_EQ(event(0).quantity, 91'251.0);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'001'500 * kMs);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_FUNDING);
    EXPECT_EQ(event(1).price, -0.000116);
    EXPECT_EQ(event(1).quantity, 8.0);
    EXPECT_EQ(event(1).id, 1'794'009'600'000U);
    EXPECT_EQ(event(2).kind, PETREL_EVENT_OPEN_INTEREST);
    EXPECT_EQ(event(2).quantity, 40'000.0);
    EXPECT_EQ(event(2).price, 91'248.5);
    EXPECT_EQ(event(2).notional_usd, 40'000.0 * 91'248.5);
    EXPECT_EQ(event(2).flags, 0U);  // a snapshot of a state is how it is now
}

TEST_F(BitgetParse, dated_contract_has_no_funding) {
    ASSERT_EQ(
        frame(ticker("BTCUSDZ26", R"("fundingRate":"","nextFundingTime":"0","markPrice":"92000",)"
                                  R"("indexPrice":"","holdingAmount":"",)")),
        PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_MARK_PRICE);
    EXPECT_EQ(event(0).quantity, 0.0);
}

TEST_F(BitgetParse, best_prices_are_counted_in_coins) {
    ASSERT_EQ(frame(channel("books1", "BTCUSDT",
                            R"({"asks":[["91250.1","0.9"]],"bids":[["91250","2.5"]],"checksum":0,)"
                            R"("seq":1400000000000000100,"ts":"1794000001510"})",
                            "snapshot")),
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_BEST_BID);
    EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(0).quantity, 2.5);
    EXPECT_EQ(event(0).notional_usd, 2.5 * 91'250.0);
    EXPECT_EQ(event(0).id, 1'400'000'000'000'000'100U);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_BEST_ASK);
    EXPECT_EQ(event(1).price, 91'250.1);
    ASSERT_EQ(
        frame(channel("books1", "BTCUSDT",
                      R"({"asks":[],"bids":[["91250","2.5"]],"ts":"1794000001510"})", "snapshot")),
        PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).id, 0U);
}

}  // namespace
}  // namespace petrel::bitget
