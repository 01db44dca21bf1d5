// What each frame of fixtures/frames.jsonl means, computed by hand: sides, units, who was
// liquidated, sequence numbers. Frames go in through the plugin boundary, one after another.
#include <gtest/gtest.h>

#include <fstream>

#include "petrel/testing/fake_exchange_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::bitfinex {
namespace {

using testing::FakeDecoded;
using testing::FakeExchangeHost;

constexpr int kConfirmations = 6;  // lines of the fixture before the data

class BitfinexParse : public ::testing::Test {
protected:
    BitfinexParse() {
        std::ifstream file(std::string(PETREL_FIXTURES) + "/frames.jsonl");
        for (std::string line; std::getline(file, line);) {
            lines_.push_back(line);
        }
    }
    // The confirmations, then the lines of data up to that number; the output is that of the last.
    FakeDecoded upto(int number) {
        FakeDecoded answer{};
        for (int i = 0; i < number; ++i) {
            host.forget_output();
            answer = host.frame(lines_.at(static_cast<std::size_t>(i)));
            EXPECT_TRUE(answer.code >= 0) << answer.reason;
        }
        return answer;
    }
    FakeDecoded text(std::string_view frame) {
        host.forget_output();
        return host.frame(frame);
    }
    const MarketEvent& event(std::size_t i) { return host.events().at(i); }
    const testing::FakeInstrument& instrument(std::size_t i) {
        return host.instruments().at(event(i).instrument);
    }

    std::vector<std::string> lines_;
    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(BitfinexParse, history_on_subscribing_is_late_and_oldest_first) {
    ASSERT_EQ(upto(7).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).id, 1'800'000'001U);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_LATE);
    EXPECT_EQ(event(1).id, 1'800'000'003U);
    EXPECT_EQ(event(1).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(1).flags, PETREL_FLAG_LATE);
}

TEST_F(BitfinexParse, sign_of_a_trade_is_the_aggressor) {
    ASSERT_EQ(upto(8).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_TRADE);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(0).price, 80000.0);
    EXPECT_EQ(event(0).quantity, 0.25);
    EXPECT_EQ(event(0).notional_usd, 20000.0);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'000'456 * kNsPerMs);
    EXPECT_EQ(event(0).receive_ts_ns, host.host().clock.now_ns());
    EXPECT_EQ(event(0).id, 1'800'000'004U);
    EXPECT_EQ(event(0).flags, 0U);
    EXPECT_EQ(instrument(0).native, "tBTCF0:USTF0");
    EXPECT_EQ(instrument(0).base, "BTC");
    EXPECT_EQ(instrument(0).quote, "USDT");
    EXPECT_EQ(instrument(0).settle, "USDT");
    EXPECT_EQ(instrument(0).figures.type, PETREL_INSTRUMENT_PERPETUAL);
    EXPECT_EQ(instrument(0).figures.base_per_unit, 1.0);
}

TEST_F(BitfinexParse, the_same_trade_told_again_counts_once) {
    EXPECT_EQ(upto(9).code, PETREL_IGNORED);
    EXPECT_TRUE(host.events().empty());
    EXPECT_TRUE(host.notices().empty());
}

TEST_F(BitfinexParse, status_gives_mark_funding_and_open_interest) {
    ASSERT_EQ(upto(10).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 3U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_MARK_PRICE);
    EXPECT_EQ(event(0).price, 80000.0);
    EXPECT_EQ(event(0).quantity, 80010.25);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'002'000 * kNsPerMs);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_FUNDING);
    EXPECT_EQ(event(1).price, -0.00004);
    EXPECT_EQ(event(1).quantity, 8.0);
    EXPECT_EQ(event(1).id, 1'794'009'600'000U);
    EXPECT_EQ(event(2).kind, PETREL_EVENT_OPEN_INTEREST);
    EXPECT_EQ(event(2).quantity, 5000.5);
    EXPECT_EQ(event(2).notional_usd, 5000.5 * 80000.0);
}

TEST_F(BitfinexParse, ticker_gives_best_prices_at_the_time_of_the_frame) {
    ASSERT_EQ(upto(11).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_BEST_BID);
    EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(0).price, 79999.0);
    EXPECT_EQ(event(0).quantity, 12.0);
    EXPECT_EQ(event(0).notional_usd, 79999.0 * 12.0);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'002'100 * kNsPerMs);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_BEST_ASK);
    EXPECT_EQ(event(1).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(1).quantity, 0.5);
}

TEST_F(BitfinexParse, liquidation_counts_when_triggered_at_the_mark_price) {
    ASSERT_EQ(upto(12).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);  // the execution of the first is the same event
    EXPECT_EQ(event(0).kind, PETREL_EVENT_LIQUIDATION);
    EXPECT_EQ(event(0).side, PETREL_SIDE_LONG);
    EXPECT_EQ(event(0).price, 80000.0);
    EXPECT_EQ(event(0).quantity, 0.5);
    EXPECT_EQ(event(0).notional_usd, 40000.0);
    EXPECT_EQ(event(0).id, 171'000'001U);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'001'400 * kNsPerMs);
    EXPECT_EQ(event(1).side, PETREL_SIDE_SHORT);
    EXPECT_EQ(event(1).notional_usd, 160000.0);
}

TEST_F(BitfinexParse, liquidation_without_a_mark_is_valued_at_the_last_trade_then_at_its_entry) {
    const std::string row =
        R"([1002,[["pos",7,1794000001400,null,"tBTCF0:USTF0",0.5,93500,null,0,0,null,null]],)";
    (void)upto(kConfirmations);
    ASSERT_EQ(text(row + "1,1794000001401]").code, PETREL_OK);
    EXPECT_EQ(event(0).price, 93500.0);
    ASSERT_EQ(text(R"([1001,"te",[9,1794000000456,1,81000],2,1794000000460])").code, PETREL_OK);
    ASSERT_EQ(text(row + "3,1794000001401]").code, PETREL_OK);
    EXPECT_EQ(event(0).price, 81000.0);
}

TEST_F(BitfinexParse, liquidations_of_margin_pairs_are_ignored) {
    (void)upto(kConfirmations);
    EXPECT_EQ(text(R"([1002,[["pos",7,1794000001400,null,"tBTCUSD",0.5,93500,null,0,0,null,null]],)"
                   R"(1,1794000001401])")
                  .code,
              PETREL_IGNORED);
}

TEST_F(BitfinexParse, quote_that_is_no_dollar_has_no_value_in_dollars) {
    ASSERT_EQ(upto(13).code, PETREL_OK);
    EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(0).price, 0.03125);
    EXPECT_EQ(event(0).quantity, 4.0);
    EXPECT_EQ(event(0).notional_usd, 0.0);
    EXPECT_EQ(instrument(0).settle, "BTC");
}

TEST_F(BitfinexParse, missing_arrays_are_a_gap_of_the_connection) {
    EXPECT_EQ(upto(14).code, PETREL_IGNORED);  // heartbeats count
    EXPECT_TRUE(host.notices().empty());
    ASSERT_EQ(text(R"([1001,"hb",10,1794000015461])").code, PETREL_IGNORED);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_GAP);
    EXPECT_EQ(host.notices()[0].text, "sequence went from 8 to 10");
    EXPECT_EQ(text(R"([1001,"hb",11,1794000015461])").code, PETREL_IGNORED);
    EXPECT_TRUE(host.notices().empty());
}

TEST_F(BitfinexParse, connections_know_nothing_of_each_other_nor_of_their_past) {
    (void)upto(8);
    const std::string trade =
        R"([1001,"te",[1800000009,1794000000456,-0.25,80000],9,1794000000460])";
    host.forget_output();
    EXPECT_EQ(host.frame(trade, 1).code, PETREL_IGNORED);
    EXPECT_TRUE(host.notices().empty());
    host.open(0);
    EXPECT_EQ(text(trade).code, PETREL_IGNORED);
    EXPECT_TRUE(host.notices().empty());
    ASSERT_EQ(text(lines_[1]).code, PETREL_OK);
    EXPECT_EQ(text(trade).code, PETREL_OK);  // neither flags nor a sequence were agreed upon
    EXPECT_EQ(host.events().size(), 1U);
}

}  // namespace
}  // namespace petrel::bitfinex
