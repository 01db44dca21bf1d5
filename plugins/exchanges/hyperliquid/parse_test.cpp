// What each frame of fixtures/frames.jsonl means, computed by hand: sides, sizes, history. Frames
// go in through the plugin boundary.
#include <gtest/gtest.h>

#include <fstream>

#include "petrel/testing/fake_exchange_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::hyperliquid {
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

class HyperliquidParse : public ::testing::Test {
protected:
    FakeDecoded line(int number, std::uint32_t connection = 0) {
        host.forget_output();
        return host.frame(line_of(number), connection);
    }
    const MarketEvent& event(std::size_t i) { return host.events().at(i); }
    const testing::FakeInstrument& instrument(std::size_t i) {
        return host.instruments().at(event(i).instrument);
    }

    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(HyperliquidParse, trade_carries_aggressor_value_and_nanoseconds) {
    ASSERT_EQ(line(1).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_TRADE);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(0).price, 80000.0);
    EXPECT_EQ(event(0).quantity, 0.25);
    EXPECT_EQ(event(0).notional_usd, 20000.0);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'000'321 * kNsPerMs);
    EXPECT_EQ(event(0).receive_ts_ns, host.host().clock.now_ns());
    EXPECT_EQ(event(0).id, 812'345'678'901'234U);
    EXPECT_EQ(instrument(0).base, "BTC");
    EXPECT_EQ(instrument(0).quote, "USDC");
    EXPECT_EQ(instrument(0).settle, "USDC");
    EXPECT_EQ(instrument(0).figures.type, PETREL_INSTRUMENT_PERPETUAL);
}

TEST_F(HyperliquidParse, first_trades_of_a_contract_on_a_connection_are_history) {
    ASSERT_EQ(line(1).code, PETREL_OK);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_LATE);
    ASSERT_EQ(line(2).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).flags, 0U);
    EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(1).side, PETREL_SIDE_SELL);
    ASSERT_EQ(line(3).code, PETREL_OK);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_LATE);  // of another contract
    host.open(0);
    ASSERT_EQ(line(2).code, PETREL_OK);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_LATE);
    EXPECT_EQ(event(1).flags, PETREL_FLAG_LATE);
    ASSERT_EQ(line(2).code, PETREL_OK);
    EXPECT_EQ(event(0).flags, 0U);
    host.open(3);
    ASSERT_EQ(line(2).code, PETREL_OK);
    EXPECT_EQ(event(0).flags, 0U);
    ASSERT_EQ(line(2, 3).code, PETREL_OK);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_LATE);
}

TEST_F(HyperliquidParse, two_sockets_of_one_plan_have_a_history_each) {
    for (const std::uint32_t connection : {0U, 1U}) {
        ASSERT_EQ(line(1, connection).code, PETREL_OK);
        EXPECT_EQ(event(0).flags & PETREL_FLAG_LATE, PETREL_FLAG_LATE);
    }
    for (const std::uint32_t connection : {0U, 1U, 0U, 1U}) {
        ASSERT_EQ(line(2, connection).code, PETREL_OK);
        EXPECT_EQ(event(0).flags & PETREL_FLAG_LATE, 0) << connection;
    }
    host.open(1);
    ASSERT_EQ(line(1, 1).code, PETREL_OK);
    EXPECT_EQ(event(0).flags & PETREL_FLAG_LATE, PETREL_FLAG_LATE);
    ASSERT_EQ(line(2, 0).code, PETREL_OK);
    EXPECT_EQ(event(0).flags & PETREL_FLAG_LATE, 0);
}

TEST_F(HyperliquidParse, history_that_comes_newest_first_is_turned_round) {
    const auto row = [](const std::string& time, const std::string& id) {
        return R"({"coin":"BTC","side":"A","px":"8","sz":"1","time":)" + time + R"(,"tid":)" + id +
               "}";
    };
    ASSERT_EQ(host.frame(R"({"channel":"trades","data":[)" + row("1794000000002", "2") + "," +
                         row("1794000000001", "1") + "]}")
                  .code,
              PETREL_OK);
    EXPECT_EQ(event(0).id, 1U);
    EXPECT_EQ(event(1).id, 2U);
}

TEST_F(HyperliquidParse, thousands_are_taken_out_of_price_and_size) {
    ASSERT_EQ(line(3).code, PETREL_OK);
    EXPECT_EQ(event(0).price, 0.0125 / 1000);
    EXPECT_EQ(event(0).quantity, 40'000'000.0);
    EXPECT_EQ(event(0).notional_usd, 500.0);
    EXPECT_EQ(instrument(0).native, "kPEPE");
    EXPECT_EQ(instrument(0).base, "PEPE");
    EXPECT_EQ(instrument(0).figures.base_per_unit, 1000.0);
    EXPECT_EQ(instrument(0).figures.price_divisor, 1000.0);
}

TEST_F(HyperliquidParse, context_is_of_the_moment_of_its_receipt) {
    ASSERT_EQ(line(4).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 3U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_MARK_PRICE);
    EXPECT_EQ(event(0).price, 80000.0);
    EXPECT_EQ(event(0).quantity, 80010.0);
    EXPECT_EQ(event(0).exchange_ts_ns, host.host().clock.now_ns());
    EXPECT_EQ(event(1).kind, PETREL_EVENT_FUNDING);
    EXPECT_EQ(event(1).price, 0.0000125);
    EXPECT_EQ(event(1).quantity, 1.0);
    EXPECT_EQ(event(2).kind, PETREL_EVENT_OPEN_INTEREST);
    EXPECT_EQ(event(2).price, 80000.0);
    EXPECT_EQ(event(2).quantity, 27353.5);
    EXPECT_EQ(event(2).notional_usd, 27353.5 * 80000.0);
}

TEST_F(HyperliquidParse, context_of_thousands_keeps_its_value) {
    ASSERT_EQ(line(5).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 3U);
    EXPECT_EQ(event(0).price, 0.0125 / 1000);
    EXPECT_EQ(event(1).price, -0.0001);
    EXPECT_EQ(event(2).quantity, 1e9);
    EXPECT_EQ(event(2).notional_usd, 12500.0);
}

TEST_F(HyperliquidParse, best_prices_give_both_sides_or_the_one_there_is) {
    ASSERT_EQ(line(6).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_BEST_BID);
    EXPECT_EQ(event(0).side, PETREL_SIDE_BUY);
    EXPECT_EQ(event(0).price, 79999.0);
    EXPECT_EQ(event(0).quantity, 3.5);
    EXPECT_EQ(event(0).notional_usd, 79999.0 * 3.5);
    EXPECT_EQ(event(0).exchange_ts_ns, 1'794'000'000'400 * kNsPerMs);
    EXPECT_EQ(event(1).kind, PETREL_EVENT_BEST_ASK);
    EXPECT_EQ(event(1).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(1).notional_usd, 100000.0);
    ASSERT_EQ(line(7).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_BEST_ASK);
    EXPECT_EQ(event(0).quantity, 1e6);
    EXPECT_EQ(event(0).notional_usd, 12.5);
}

}  // namespace
}  // namespace petrel::hyperliquid
