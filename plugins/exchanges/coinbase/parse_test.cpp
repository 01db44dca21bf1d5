// What each frame of fixtures/frames.jsonl means, computed by hand: sides, values, times, ids, and
// what heartbeats tell of lost trades. Frames go in through the plugin boundary.
#include "parse.hpp"

#include <gtest/gtest.h>

#include "petrel/testing/fake_exchange_host.hpp"
#include "test_support.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::coinbase {
namespace {

using testing::FakeDecoded;
using testing::FakeExchangeHost;

constexpr std::int64_t kStart_ns = 1'794'000'000 * kNsPerSecond;  // 2026-11-06 21:20

class CoinbaseParse : public ::testing::Test {
protected:
    FakeDecoded line(std::size_t number) {
        host.forget_output();
        return host.frame(frames.at(number - 1));
    }
    // Notices of one heartbeat that names this last trade.
    std::size_t heartbeat(std::uint64_t last_id, std::uint32_t connection = 0) {
        host.forget_output();
        EXPECT_EQ(host.frame(R"({"type":"heartbeat","last_trade_id":)" + std::to_string(last_id) +
                                 R"(,"product_id":"BTC-USD","sequence":1,)"
                                 R"("time":"2026-11-06T21:20:01Z"})",
                             connection)
                      .code,
                  PETREL_OK);
        return host.notices().size();
    }
    const MarketEvent& event(std::size_t i) { return host.events().at(i); }
    const testing::FakeInstrument& instrument(std::size_t i) {
        return host.instruments().at(event(i).instrument);
    }

    std::vector<std::string> frames = fixture_frames();
    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(CoinbaseParse, resting_sell_means_that_the_taker_bought) {
    ASSERT_EQ(line(1).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_TRADE);
    EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_ID_SEQUENCE);
    EXPECT_EQ(event(0).id, 900000011U);
    EXPECT_EQ(event(0).exchange_ts_ns, kStart_ns + 123'456'000);
    EXPECT_EQ(event(0).receive_ts_ns, host.host().clock.now_ns());
    EXPECT_EQ(event(0).price, 91260.5);
    EXPECT_EQ(event(0).quantity, 0.5);
    EXPECT_EQ(event(0).notional_usd, 45630.25);
    EXPECT_EQ(instrument(0).native, "BTC-USD");
    EXPECT_EQ(instrument(0).base, "BTC");
    EXPECT_EQ(instrument(0).quote, "USD");
    EXPECT_EQ(instrument(0).figures.type, PETREL_INSTRUMENT_SPOT);
    EXPECT_EQ(instrument(0).figures.base_per_unit, 1.0);
}

TEST_F(CoinbaseParse, resting_buy_means_a_sell_and_other_quotes_have_no_value_in_dollars) {
    ASSERT_EQ(line(2).code, PETREL_OK);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(0).quantity, 2.0);
    EXPECT_EQ(event(0).notional_usd, 0.0);
    EXPECT_EQ(event(0).exchange_ts_ns, kStart_ns);
    EXPECT_EQ(instrument(0).quote, "BTC");
}

TEST_F(CoinbaseParse, last_match_is_history) {
    ASSERT_EQ(line(3).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_ID_SEQUENCE | PETREL_FLAG_LATE);
    EXPECT_EQ(event(0).id, 900000010U);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(0).exchange_ts_ns, kStart_ns - 29'500'000'000);
}

TEST_F(CoinbaseParse, ticker_gives_best_prices_only) {
    ASSERT_EQ(line(4).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_BEST_BID);
    EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(0).price, 91260.0);
    EXPECT_EQ(event(0).notional_usd, 45630.0);
    EXPECT_EQ(event(0).id, 120000000347U);
    EXPECT_EQ(event(0).exchange_ts_ns, kStart_ns + 1'000'001'000);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_BEST_ASK);
    EXPECT_EQ(event(1).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(1).quantity, 2.0);
}

TEST_F(CoinbaseParse, ticker_without_sizes_or_with_an_empty_side_is_read) {
    ASSERT_EQ(line(5).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_BEST_BID);
    EXPECT_EQ(event(0).quantity, 0.0);
    EXPECT_EQ(event(0).notional_usd, 0.0);
}

TEST_F(CoinbaseParse, trade_that_a_heartbeat_names_and_that_never_comes_is_a_gap_told_once) {
    EXPECT_EQ(heartbeat(900000020), 0U);  // no trade yet to compare with
    ASSERT_EQ(line(1).code, PETREL_OK);
    EXPECT_EQ(heartbeat(900000011), 0U);
    EXPECT_EQ(heartbeat(900000013), 0U);  // may still be on its way
    ASSERT_EQ(heartbeat(900000013), 1U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_GAP);
    EXPECT_EQ(host.notices()[0].text, "BTC-USD");
    EXPECT_EQ(heartbeat(900000013), 0U);
    EXPECT_EQ(heartbeat(900000013), 0U);
}

TEST_F(CoinbaseParse, trade_that_comes_after_its_heartbeat_is_no_gap) {
    ASSERT_EQ(line(3).code, PETREL_OK);  // ...10
    EXPECT_EQ(heartbeat(900000011), 0U);
    ASSERT_EQ(line(1).code, PETREL_OK);  // ...11
    EXPECT_EQ(heartbeat(900000011), 0U);
    EXPECT_EQ(heartbeat(900000011), 0U);
}

TEST_F(CoinbaseParse, new_connection_forgets_where_trades_stood) {
    ASSERT_EQ(line(1).code, PETREL_OK);
    EXPECT_EQ(heartbeat(900000013), 0U);
    host.open(0);
    EXPECT_EQ(heartbeat(900000013), 0U);
    EXPECT_EQ(heartbeat(900000013), 0U);
    ASSERT_EQ(line(1).code, PETREL_OK);
    EXPECT_EQ(heartbeat(900000013, 1), 0U);  // another connection's word says nothing of this one
    EXPECT_EQ(heartbeat(900000013, 1), 0U);
}

TEST_F(CoinbaseParse, loss_on_one_socket_is_told_while_another_brings_the_trade) {
    ASSERT_EQ(host.frame(frames[2], 0).code, PETREL_OK);  // ...10
    ASSERT_EQ(host.frame(frames[2], 1).code, PETREL_OK);
    ASSERT_EQ(host.frame(frames[0], 1).code, PETREL_OK);  // ...11 over the second socket alone
    EXPECT_EQ(heartbeat(900000011, 0), 0U);
    EXPECT_EQ(heartbeat(900000011, 1), 0U);
    EXPECT_EQ(heartbeat(900000011, 1), 0U);
    EXPECT_EQ(heartbeat(900000011, 0), 1U);
    host.open(0);
    EXPECT_EQ(heartbeat(900000013, 1), 0U);  // what the other one brought still stands
    EXPECT_EQ(heartbeat(900000013, 1), 1U);
}

TEST_F(CoinbaseParse, keys_in_another_order_unknown_keys_and_blanks_are_read) {
    host.forget_output();
    ASSERT_EQ(host.frame(R"({ "time" : "2026-11-06T21:20:00Z" ,"price":"1e2","size":"2",)"
                         R"("x":[{"type":"error"}],"side":"sell","trade_id":7,)"
                         R"("product_id":"SOL-USDC","type":"match" })")
                  .code,
              PETREL_OK);
    EXPECT_EQ(event(0).notional_usd, 200.0);
}

}  // namespace
}  // namespace petrel::coinbase
