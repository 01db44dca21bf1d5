// What each frame of fixtures/frames.jsonl means, computed by hand: sides, units of inverse and
// linear contracts, who was liquidated. Frames go in through the plugin boundary.
#include <gtest/gtest.h>

#include <fstream>

#include "petrel/testing/fake_exchange_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::deribit {
namespace {

using testing::FakeDecoded;
using testing::FakeExchangeHost;

std::string line_of(int number) {
    std::ifstream file(std::string(PETREL_FIXTURES) + "/frames.jsonl");
    std::string line;
    for (int i = 0; i < number; ++i) {
        std::getline(file, line);
    }
    return line;
}

class DeribitParse : public ::testing::Test {
protected:
    FakeDecoded line(int number) { return text(line_of(number)); }
    FakeDecoded text(std::string_view frame) {
        host.forget_output();
        return host.frame(frame);
    }
    const MarketEvent& event(std::size_t i) { return host.events().at(i); }
    const testing::FakeInstrument& instrument(std::size_t i) {
        return host.instruments().at(event(i).instrument);
    }

    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(DeribitParse, amount_of_an_inverse_trade_is_dollars) {
    ASSERT_EQ(line(1).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_TRADE);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'000'452 * kNsPerMs);
    EXPECT_EQ(event(0).receive_ts_ns, host.host().clock.now_ns());
    EXPECT_EQ(event(0).price, 80000.0);
    EXPECT_EQ(event(0).quantity, 0.05);
    EXPECT_EQ(event(0).notional_usd, 4000.0);
    EXPECT_EQ(event(0).id, 280'000'001U);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_ID_SEQUENCE);
    EXPECT_EQ(event(0).count, 1U);
    EXPECT_EQ(instrument(0).base, "BTC");
    EXPECT_EQ(instrument(0).quote, "USD");
    EXPECT_EQ(instrument(0).settle, "BTC");
    EXPECT_EQ(instrument(0).figures.base_per_unit, 0.0);
    EXPECT_EQ(instrument(0).figures.quote_per_unit, 1.0);
    EXPECT_EQ(instrument(0).figures.type, PETREL_INSTRUMENT_PERPETUAL);
}

TEST_F(DeribitParse, amount_of_a_linear_trade_is_base_currency) {
    ASSERT_EQ(line(2).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(0).quantity, 0.4);
    EXPECT_EQ(event(0).notional_usd, 2500.5 * 0.4);
    EXPECT_EQ(event(0).id, 7001U);
    EXPECT_EQ(event(1).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(1).notional_usd, 5002.0);
    EXPECT_EQ(event(1).id, 7002U);
    EXPECT_EQ(instrument(1).quote, "USDC");
    EXPECT_EQ(instrument(1).settle, "USDC");
    EXPECT_EQ(instrument(1).figures.base_per_unit, 1.0);
}

TEST_F(DeribitParse, taker_who_sold_was_liquidated_out_of_a_long) {
    ASSERT_EQ(line(3).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_TRADE);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_LIQUIDATION);
    EXPECT_EQ(event(1).side, PETREL_SIDE_LONG);
    EXPECT_EQ(event(1).price, 100000.0);
    EXPECT_EQ(event(1).quantity, 0.5);
    EXPECT_EQ(event(1).notional_usd, 50000.0);
    EXPECT_EQ(event(1).exchange_ts_ns, event(0).exchange_ts_ns);
    EXPECT_EQ(event(1).flags, PETREL_FLAG_ID_HASHED);
    EXPECT_NE(event(1).id, event(0).id);
    EXPECT_EQ(instrument(1).figures.type, PETREL_INSTRUMENT_FUTURE);
    EXPECT_EQ(instrument(1).figures.expiry_ns, 1'798'185'600 * kNsPerSecond);
}

TEST_F(DeribitParse, maker_stands_on_the_other_side_of_the_aggressor) {
    ASSERT_EQ(line(4).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(1).side, PETREL_SIDE_SHORT);
    EXPECT_EQ(event(1).quantity, 0.5);
    EXPECT_EQ(event(1).notional_usd, 50000.0);
    EXPECT_EQ(instrument(1).settle, "USDC");
}

TEST_F(DeribitParse, both_sides_of_a_trade_may_be_liquidated) {
    ASSERT_EQ(line(5).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 3U);
    EXPECT_EQ(event(1).side, PETREL_SIDE_SHORT);  // the taker bought
    EXPECT_EQ(event(2).side, PETREL_SIDE_LONG);
    EXPECT_EQ(event(1).notional_usd, 8000.0);
    EXPECT_EQ(event(2).notional_usd, 8000.0);
    EXPECT_NE(event(1).id, event(2).id);
    const std::uint64_t id = event(1).id;
    ASSERT_EQ(line(5).code, PETREL_OK);
    EXPECT_EQ(event(1).id, id);
}

TEST_F(DeribitParse, ticker_of_an_inverse_perpetual_gives_three_states) {
    ASSERT_EQ(line(6).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 3U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_MARK_PRICE);
    EXPECT_EQ(event(0).price, 80000.0);
    EXPECT_EQ(event(0).quantity, 80010.5);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'000'500 * kNsPerMs);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_FUNDING);
    EXPECT_EQ(event(1).price, -1.742e-05);
    EXPECT_EQ(event(1).quantity, 8.0);
    EXPECT_EQ(event(1).id, 0U);
    EXPECT_EQ(event(2).kind, PETREL_EVENT_OPEN_INTEREST);
    EXPECT_EQ(event(2).price, 80000.0);
    EXPECT_EQ(event(2).quantity, 15000.0);
    EXPECT_EQ(event(2).notional_usd, 1.2e9);
}

TEST_F(DeribitParse, open_interest_of_a_linear_contract_is_valued_at_the_mark) {
    ASSERT_EQ(line(7).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 3U);
    EXPECT_EQ(event(2).quantity, 4000.5);
    EXPECT_EQ(event(2).notional_usd, 4000.5 * 2500.0);
}

TEST_F(DeribitParse, dated_contract_has_no_funding) {
    ASSERT_EQ(line(8).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_MARK_PRICE);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_OPEN_INTEREST);
    EXPECT_EQ(event(1).quantity, 2.5);
}

TEST_F(DeribitParse, quotes_give_both_sides_in_units_of_the_contract) {
    ASSERT_EQ(line(9).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_BEST_BID);
    EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(0).price, 80000.0);
    EXPECT_EQ(event(0).quantity, 1.5);
    EXPECT_EQ(event(0).notional_usd, 120000.0);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_BEST_ASK);
    EXPECT_EQ(event(1).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(1).notional_usd, 40000.25);
}

TEST_F(DeribitParse, empty_side_of_a_quote_gives_no_event) {
    ASSERT_EQ(line(10).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_BEST_BID);
    EXPECT_EQ(event(0).quantity, 3.5);
    EXPECT_EQ(event(0).notional_usd, 8750.0);
}

TEST_F(DeribitParse, keys_may_stand_in_any_order) {
    ASSERT_EQ(text(R"({"params":{"data":[{"amount":10,"direction":"buy","price":20,"extra":[{}],)"
                   R"("instrument_name":"BTC-PERPETUAL","trade_seq":5,)"
                   R"("timestamp":1794000000452}],"channel":"trades.future.any.100ms"},)"
                   R"("method":"subscription","jsonrpc":"2.0"} )")
                  .code,
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).quantity, 0.5);
}

TEST_F(DeribitParse, frame_with_trades_of_several_contracts_keeps_only_futures) {
    const auto row = [](const std::string& name, int sequence) {
        return R"({"trade_seq":)" + std::to_string(sequence) +
               R"(,"timestamp":1794000000452,"price":20,"direction":"buy","amount":10,)"
               R"("instrument_name":")" +
               name + R"("})";
    };
    const std::string head = R"({"params":{"channel":"trades.any.any.100ms","data":[)";
    ASSERT_EQ(text(head + row("BTC-PERPETUAL", 1) + "," + row("BTC-25DEC26-90000-C", 2) + "," +
                   row("ETH-PERPETUAL", 3) + "]}}")
                  .code,
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(instrument(1).base, "ETH");
    EXPECT_EQ(text(head + row("BTC-25DEC26-90000-C", 2) + "]}}").code, PETREL_IGNORED);
}

}  // namespace
}  // namespace petrel::deribit
