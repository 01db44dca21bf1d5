// What each frame of fixtures/frames.jsonl means, computed by hand: sides, contract sizes, values,
// times, ids, the state of the instrument table. Frames go in through the plugin boundary.
#include "parse.hpp"

#include <gtest/gtest.h>

#include "petrel/testing/fake_exchange_host.hpp"
#include "petrel/text_id.hpp"
#include "symbols.hpp"
#include "test_support.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::bitmex {
namespace {

using testing::FakeDecoded;
using testing::FakeExchangeHost;

constexpr std::int64_t kStart_ns = 1'794'000'000 * kNsPerSecond;  // 2026-11-06 21:20

class BitmexParse : public ::testing::Test {
protected:
    FakeDecoded line(std::size_t number) { return text(frames.at(number - 1)); }
    FakeDecoded text(std::string_view frame) {
        host.forget_output();
        return host.frame(frame);
    }
    void discover() {
        host.forget_output();
        ASSERT_TRUE(host.discover().ok());
        const testing::FakeRequest request = host.requests().at(0);
        ASSERT_EQ(host.reply(request, 200,
                             R"([{"symbol":"SOLUSDT","state":"Open","typ":"FFWCSX",)"
                             R"("underlying":"SOL","quoteCurrency":"USDT","multiplier":1000,)"
                             R"("settlCurrency":"USDt","underlyingToPositionMultiplier":10000,)"
                             R"("isQuanto":false,"isInverse":false},)"
                             R"({"symbol":"ETHUSD","state":"Open","typ":"FFWCSX",)"
                             R"("underlying":"ETH","quoteCurrency":"USD","multiplier":100,)"
                             R"("settlCurrency":"XBt","underlyingToPositionMultiplier":null,)"
                             R"("isQuanto":true,"isInverse":false,"volume24h":1000,)"
                             R"("homeNotional24h":40}])")
                      .code,
                  PETREL_OK);
    }
    const MarketEvent& event(std::size_t i) { return host.events().at(i); }
    const testing::FakeInstrument& instrument(std::size_t i) {
        return host.instruments().at(event(i).instrument);
    }

    std::vector<std::string> frames = fixture_frames();
    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(BitmexParse, inverse_contract_is_one_dollar) {
    ASSERT_EQ(line(1).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_TRADE);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_ID_HASHED);
    EXPECT_EQ(event(0).id, text_id("00000000-006d-1000-0000-000e8737d001"));
    EXPECT_EQ(event(0).exchange_ts_ns, kStart_ns + 704 * kNsPerMs);
    EXPECT_EQ(event(0).receive_ts_ns, host.host().clock.now_ns());
    EXPECT_EQ(event(0).price, 80000.0);
    EXPECT_EQ(event(0).quantity, 0.625);
    EXPECT_EQ(event(0).notional_usd, 50000.0);
    EXPECT_EQ(instrument(0).base, "BTC");
    EXPECT_EQ(instrument(0).quote, "USD");
    EXPECT_EQ(instrument(0).settle, "BTC");
    EXPECT_EQ(instrument(0).figures.quote_per_unit, 1.0);
    EXPECT_EQ(instrument(0).figures.base_per_unit, 0.0);
}

TEST_F(BitmexParse, linear_contract_has_the_size_of_the_list_and_quanto_that_of_the_trade) {
    discover();
    ASSERT_EQ(line(2).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
    EXPECT_DOUBLE_EQ(event(0).quantity, 0.3);  // 3000 contracts / 10000
    EXPECT_DOUBLE_EQ(event(0).notional_usd, 45.15);
    EXPECT_EQ(instrument(0).settle, "USDT");
    EXPECT_DOUBLE_EQ(event(1).quantity, 8.0);  // homeNotional
    EXPECT_DOUBLE_EQ(event(1).notional_usd, 24000.0);
    EXPECT_EQ(instrument(1).settle, "BTC");
}

TEST_F(BitmexParse, contract_that_was_never_listed_has_the_size_its_trades_tell) {
    ASSERT_EQ(line(2).code, PETREL_OK);
    EXPECT_DOUBLE_EQ(event(0).quantity, 3.0);
    EXPECT_DOUBLE_EQ(event(0).notional_usd, 451.5);
    EXPECT_EQ(instrument(0).base, "SOL");
    EXPECT_EQ(instrument(0).quote, "USDT");
}

TEST_F(BitmexParse, partial_of_trades_is_history) {
    ASSERT_EQ(line(3).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_ID_HASHED | PETREL_FLAG_LATE);
    EXPECT_EQ(event(0).quantity, 0.01);
}

TEST_F(BitmexParse, sell_order_liquidates_a_long_and_has_the_time_of_receipt) {
    ASSERT_EQ(line(4).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_LIQUIDATION);
    EXPECT_EQ(event(0).side, PETREL_SIDE_LONG);
    EXPECT_EQ(event(0).exchange_ts_ns, host.host().clock.now_ns());
    EXPECT_EQ(event(0).quantity, 0.5);
    EXPECT_EQ(event(0).notional_usd, 40000.0);
    EXPECT_EQ(event(0).id, text_id("550e8400-e29b-41d4-a716-446655440001"));
    EXPECT_EQ(event(0).flags, PETREL_FLAG_ID_HASHED);
}

TEST_F(BitmexParse, buy_order_liquidates_a_short_with_the_last_known_size_of_a_contract) {
    discover();
    ASSERT_EQ(line(5).code, PETREL_OK);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SHORT);
    EXPECT_DOUBLE_EQ(event(0).quantity, 8.0);  // 200 contracts x 40 / 1000, the day's average
    ASSERT_EQ(line(2).code, PETREL_OK);
    ASSERT_EQ(line(5).code, PETREL_OK);
    EXPECT_DOUBLE_EQ(event(0).quantity, 16.0);  // x 8 / 100, of the trade before
    EXPECT_DOUBLE_EQ(event(0).notional_usd, 48000.0);
}

TEST_F(BitmexParse, liquidation_of_unknown_size_is_told_without_a_value) {
    ASSERT_EQ(line(5).code, PETREL_OK);
    EXPECT_EQ(event(0).price, 3000.0);
    EXPECT_EQ(event(0).quantity, 0.0);
    EXPECT_EQ(event(0).notional_usd, 0.0);
}

TEST_F(BitmexParse, only_inserted_liquidations_count_and_standing_ones_are_late) {
    EXPECT_EQ(line(6).code, PETREL_IGNORED);
    EXPECT_EQ(line(7).code, PETREL_IGNORED);
    ASSERT_EQ(line(8).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SHORT);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_ID_HASHED | PETREL_FLAG_LATE);
}

TEST_F(BitmexParse, instrument_gives_mark_funding_and_open_interest) {
    ASSERT_EQ(line(9).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 3U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_MARK_PRICE);
    EXPECT_EQ(event(0).price, 80000.0);
    EXPECT_EQ(event(0).quantity, 80010.5);
    EXPECT_EQ(event(0).exchange_ts_ns, kStart_ns + 1'500 * kNsPerMs);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_FUNDING);
    EXPECT_EQ(event(1).price, -0.0001);
    EXPECT_EQ(event(1).quantity, 8.0);
    EXPECT_EQ(event(1).id, 1'794'024'000'000U);
    EXPECT_EQ(event(2).kind, PETREL_EVENT_OPEN_INTEREST);
    EXPECT_EQ(event(2).quantity, 5000.0);
    EXPECT_EQ(event(2).notional_usd, 4e8);
    EXPECT_EQ(event(2).side, PETREL_SIDE_NONE);
}

TEST_F(BitmexParse, update_emits_what_it_brings_and_takes_the_rest_from_state) {
    ASSERT_EQ(line(9).code, PETREL_OK);
    ASSERT_EQ(line(10).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).price, 81000.0);
    EXPECT_EQ(event(0).quantity, 80010.5);
    ASSERT_EQ(line(11).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).quantity, 5000.0);  // 405e6 / 81000
    EXPECT_EQ(event(0).notional_usd, 4.05e8);
    ASSERT_EQ(line(12).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).price, 0.0003);
    EXPECT_EQ(event(0).quantity, 8.0);
}

TEST_F(BitmexParse, updates_before_the_partial_and_after_a_new_connection_are_not_believed) {
    ASSERT_EQ(line(10).code, PETREL_OK);
    EXPECT_TRUE(host.events().empty());
    ASSERT_EQ(line(9).code, PETREL_OK);
    host.open(1);
    ASSERT_EQ(line(10).code, PETREL_OK);
    EXPECT_EQ(host.events().size(), 1U);  // another connection was opened
    host.open(0);
    ASSERT_EQ(line(10).code, PETREL_OK);
    EXPECT_TRUE(host.events().empty());
}

TEST_F(BitmexParse, two_sockets_of_one_plan_have_a_state_each) {
    const auto over = [&](std::uint32_t connection, std::size_t number) {
        host.forget_output();
        ASSERT_EQ(host.frame(frames.at(number - 1), connection).code, PETREL_OK);
    };
    over(0, 9);
    over(1, 9);
    over(0, 10);  // a mark of 81000, which the second socket has not brought yet
    over(1, 11);
    EXPECT_EQ(event(0).quantity, 5062.5);  // 405e6 / 80000
    over(0, 11);
    EXPECT_EQ(event(0).quantity, 5000.0);
    host.open(0);
    over(1, 11);
    EXPECT_EQ(event(0).quantity, 5062.5);
    over(0, 11);
    EXPECT_TRUE(host.events().empty());
}

TEST_F(BitmexParse, absurd_open_interest_is_handed_on_to_be_refused_and_counted) {
    std::string frame = frames.at(8);
    const std::string told = R"("openInterest":400000000)";
    frame.replace(frame.find(told), told.size(), R"("openInterest":900000000000000000)");
    ASSERT_EQ(text(frame).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 3U);
    EXPECT_EQ(event(2).kind, PETREL_EVENT_OPEN_INTEREST);
    EXPECT_EQ(event(2).notional_usd, 9e17);  // the host takes 1e15 at most
}

TEST_F(BitmexParse, quotes_give_best_prices_and_an_empty_side_gives_none) {
    ASSERT_EQ(line(13).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 3U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_BEST_BID);
    EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(0).quantity, 0.1);
    EXPECT_EQ(event(0).notional_usd, 8000.0);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_BEST_ASK);
    EXPECT_EQ(event(1).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(1).quantity, 0.05);
    EXPECT_EQ(event(2).kind, PETREL_EVENT_BEST_BID);
    EXPECT_EQ(event(2).quantity, 0.2);
}

TEST_F(BitmexParse, dated_contract_ends_on_the_last_friday_at_noon) {
    ASSERT_EQ(line(14).code, PETREL_OK);
    EXPECT_EQ(event(0).quantity, 0.1);
    EXPECT_EQ(event(0).notional_usd, 8000.0);
    EXPECT_EQ(instrument(0).figures.type, PETREL_INSTRUMENT_FUTURE);
    EXPECT_EQ(instrument(0).figures.expiry_ns, 1'798'200'000 * kNsPerSecond);  // 2026-12-25
}

TEST_F(BitmexParse, data_before_its_table_is_read_when_the_table_is_known) {
    ASSERT_EQ(text(R"({"data":[{"leavesQty":8000,"price":80000,"side":"Sell","symbol":"XBTUSD",)"
                   R"("orderID":"x"}],"action":"insert","table":"liquidation"})")
                  .code,
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).notional_usd, 8000.0);
}

TEST(bitmex_symbols, names_say_base_quote_and_settlement) {
    struct Case {
        const char *native, *base, *quote, *settle;
        double per_contract;
    };
    for (const Case& c :
         {Case{"XBTUSD", "BTC", "USD", "BTC", 1}, Case{"XBTEUR", "BTC", "EUR", "BTC", 1},
          Case{"XBTUSDT", "BTC", "USDT", "USDT", 0}, Case{"ETHUSD", "ETH", "USD", "BTC", 0},
          Case{"XBTM27", "BTC", "USD", "BTC", 1}, Case{"ETHH27", "ETH", "BTC", "BTC", 0},
          Case{"ETHUSDH27", "ETH", "USD", "BTC", 0},
          Case{"1000PEPEUSDT", "PEPE", "USDT", "USDT", 0}}) {
        const std::optional<Instrument> i = instrument_of(c.native);
        ASSERT_TRUE(i.has_value()) << c.native;
        EXPECT_EQ(i->base, c.base);
        EXPECT_EQ(i->quote, c.quote);
        EXPECT_EQ(i->settle, c.settle);
        EXPECT_EQ(i->quote_per_unit, c.per_contract);
    }
    for (const char* native : {"", ".BXBT", "XBT", "xbtusd", "USD", "A\"B", "H27"}) {
        EXPECT_FALSE(instrument_of(native).has_value()) << native;
    }
    EXPECT_EQ(usd_per_quote("USDT"), 1.0);
    EXPECT_EQ(usd_per_quote("EUR"), 0.0);
    EXPECT_EQ(usd_per_quote("BTC"), 0.0);
}

}  // namespace
}  // namespace petrel::bitmex
