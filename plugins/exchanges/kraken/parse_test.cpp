// What each frame of fixtures/frames.jsonl means, computed by hand: sides, units, values, times,
// ids. Frames go in through the plugin boundary, as in the product.
#include "parse.hpp"

#include <gtest/gtest.h>

#include "petrel/testing/fake_exchange_host.hpp"
#include "petrel/text_id.hpp"
#include "test_support.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::kraken {
namespace {

using testing::FakeDecoded;
using testing::FakeExchangeHost;

constexpr std::int64_t kMs = 1'000'000;

class KrakenParse : public ::testing::Test {
protected:
    FakeDecoded line(std::size_t number) { return text(frames.at(number - 1)); }
    FakeDecoded text(std::string_view frame) {
        host.forget_output();
        return host.frame(frame);
    }
    const MarketEvent& event(std::size_t i) { return host.events().at(i); }
    const testing::FakeInstrument& instrument(std::size_t i) {
        return host.instruments().at(event(i).instrument);
    }

    std::vector<std::string> frames = fixture_frames();
    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(KrakenParse, flexible_perpetual_counts_in_base_currency) {
    ASSERT_EQ(line(1).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_TRADE);
    EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_ID_SEQUENCE);
    EXPECT_EQ(event(0).id, 653356U);
    EXPECT_EQ(event(0).count, 1U);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'000'519 * kMs);
    EXPECT_EQ(event(0).receive_ts_ns, host.host().clock.now_ns());
    EXPECT_EQ(event(0).price, 91250.5);
    EXPECT_EQ(event(0).quantity, 0.5);
    EXPECT_EQ(event(0).notional_usd, 45625.25);
    EXPECT_EQ(instrument(0).native, "PF_XBTUSD");
    EXPECT_EQ(instrument(0).base, "BTC");
    EXPECT_EQ(instrument(0).quote, "USD");
    EXPECT_EQ(instrument(0).settle, "USD");
    EXPECT_EQ(instrument(0).figures.type, PETREL_INSTRUMENT_PERPETUAL);
    EXPECT_EQ(instrument(0).figures.base_per_unit, 1.0);
}

TEST_F(KrakenParse, inverse_perpetual_counts_in_dollars) {
    ASSERT_EQ(line(2).code, PETREL_OK);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(0).price, 80000.0);
    EXPECT_EQ(event(0).quantity, 0.625);
    EXPECT_EQ(event(0).notional_usd, 50000.0);
    EXPECT_EQ(instrument(0).settle, "BTC");
    EXPECT_EQ(instrument(0).figures.base_per_unit, 0.0);
    EXPECT_EQ(instrument(0).figures.quote_per_unit, 1.0);
}

TEST_F(KrakenParse, sell_that_liquidates_is_a_trade_and_a_long_that_died) {
    ASSERT_EQ(line(3).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_TRADE);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(0).id, 17U);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_LIQUIDATION);
    EXPECT_EQ(event(1).side, PETREL_SIDE_LONG);
    EXPECT_EQ(event(1).flags, PETREL_FLAG_ID_HASHED);
    EXPECT_EQ(event(1).id, text_id("05af78ac-0000-478c-a50c-000000000003"));
    EXPECT_EQ(event(1).price, 3100.25);
    EXPECT_EQ(event(1).quantity, 2.0);
    EXPECT_EQ(event(1).notional_usd, 6200.5);
    EXPECT_EQ(event(1).exchange_ts_ns, 1'794'000'000'700 * kMs);
}

TEST_F(KrakenParse, buy_that_liquidates_is_a_short_that_died) {
    ASSERT_EQ(line(4).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(1).side, PETREL_SIDE_SHORT);
    EXPECT_EQ(event(1).quantity, 2.0);
    EXPECT_EQ(event(1).notional_usd, 6200.0);
}

TEST_F(KrakenParse, dated_contracts_have_their_expiry_and_unwinding_is_only_a_trade) {
    ASSERT_EQ(line(5).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).quantity, 0.5);
    EXPECT_EQ(event(0).notional_usd, 46000.0);
    EXPECT_EQ(instrument(0).figures.type, PETREL_INSTRUMENT_FUTURE);
    EXPECT_EQ(instrument(0).figures.expiry_ns, 1'798'214'400'000 * kMs);  // 2026-12-25 16:00
    ASSERT_EQ(line(6).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).quantity, 0.25);
    EXPECT_EQ(event(0).notional_usd, 23000.0);
    EXPECT_EQ(instrument(0).settle, "USD");
}

TEST_F(KrakenParse, id_of_a_liquidation_never_changes_between_versions) {
    EXPECT_EQ(text_id("05af78ac-0000-478c-a50c-000000000003"), 0x8b3bbeb2945449cdU);
    EXPECT_NE(text_id("a"), text_id("b"));
    EXPECT_NE(text_id(""), 0U);
}

TEST_F(KrakenParse, snapshot_is_history_and_comes_out_oldest_first) {
    ASSERT_EQ(line(7).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 4U);
    EXPECT_EQ(event(0).id, 101U);
    EXPECT_EQ(event(1).id, 102U);
    EXPECT_EQ(event(2).id, 103U);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_ID_SEQUENCE | PETREL_FLAG_LATE);
    EXPECT_EQ(event(3).kind, PETREL_EVENT_LIQUIDATION);
    EXPECT_EQ(event(3).flags, PETREL_FLAG_ID_HASHED | PETREL_FLAG_LATE);
    EXPECT_EQ(event(3).side, PETREL_SIDE_LONG);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'793'999'999'001 * kMs);
}

TEST_F(KrakenParse, ticker_gives_mark_hourly_funding_interest_and_best_prices) {
    ASSERT_EQ(line(8).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 5U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_MARK_PRICE);
    EXPECT_EQ(event(0).price, 91248.0);
    EXPECT_EQ(event(0).quantity, 91251.5);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'001'406 * kMs);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_FUNDING);
    EXPECT_EQ(event(1).price, -4.5e-6);  // the relative rate, not the absolute one
    EXPECT_EQ(event(1).quantity, 1.0);
    EXPECT_EQ(event(1).id, 1'794'002'400'000U);
    EXPECT_EQ(event(2).kind, PETREL_EVENT_OPEN_INTEREST);
    EXPECT_EQ(event(2).quantity, 1800.5);
    EXPECT_EQ(event(2).notional_usd, 164292024.0);
    EXPECT_EQ(event(3).kind, PETREL_EVENT_BEST_BID);
    EXPECT_EQ(event(3).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(3).notional_usd, 45624.5);
    EXPECT_EQ(event(4).kind, PETREL_EVENT_BEST_ASK);
    EXPECT_EQ(event(4).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(4).price, 91250.0);
    EXPECT_EQ(event(4).quantity, 1.5);
}

TEST_F(KrakenParse, inverse_ticker_turns_dollars_into_base_and_skips_an_empty_side) {
    ASSERT_EQ(line(9).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 4U);
    EXPECT_EQ(event(2).kind, PETREL_EVENT_OPEN_INTEREST);
    EXPECT_EQ(event(2).quantity, 400.0);
    EXPECT_EQ(event(2).notional_usd, 32e6);
    EXPECT_EQ(event(3).kind, PETREL_EVENT_BEST_BID);
    EXPECT_EQ(event(3).quantity, 0.5);
    EXPECT_EQ(event(3).notional_usd, 40000.0);
}

TEST_F(KrakenParse, dated_contract_has_no_funding) {
    ASSERT_EQ(line(10).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 3U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_MARK_PRICE);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_OPEN_INTEREST);
    EXPECT_EQ(event(1).quantity, 5.0);
    EXPECT_EQ(event(2).kind, PETREL_EVENT_BEST_ASK);
    EXPECT_EQ(event(2).quantity, 0.1);
}

TEST_F(KrakenParse, keys_in_another_order_unknown_keys_and_blanks_are_read) {
    ASSERT_EQ(text(R"({ "price" : 1e2 , "qty":2 ,"x":{"seq":[1]},"time":1794000000519,"seq":7,)"
                   R"("type":"termination","side":"sell","uid":"u","product_id":"PF_SOLUSD",)"
                   R"("feed":"trade" })")
                  .code,
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).notional_usd, 200.0);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SELL);
}

TEST_F(KrakenParse, size_prefix_is_taken_out_of_price_and_quantity_but_not_of_value) {
    ASSERT_EQ(text(R"({"feed":"trade","product_id":"PF_1000PEPEUSD","uid":"u","side":"buy",)"
                   R"("type":"fill","seq":1,"time":1794000000519,"qty":40000,"price":0.0125})")
                  .code,
              PETREL_OK);
    EXPECT_EQ(instrument(0).base, "PEPE");
    EXPECT_DOUBLE_EQ(event(0).price, 0.0000125);
    EXPECT_EQ(event(0).quantity, 40e6);
    EXPECT_DOUBLE_EQ(event(0).notional_usd, 500.0);
}

TEST_F(KrakenParse, quote_that_is_no_dollar_has_no_value_in_dollars) {
    ASSERT_EQ(text(R"({"feed":"trade","product_id":"PF_XBTEUR","uid":"u","side":"buy",)"
                   R"("type":"fill","seq":1,"time":1794000000519,"qty":2,"price":80000})")
                  .code,
              PETREL_OK);
    EXPECT_EQ(event(0).quantity, 2.0);
    EXPECT_EQ(event(0).notional_usd, 0.0);
}

}  // namespace
}  // namespace petrel::kraken
