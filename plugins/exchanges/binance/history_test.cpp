// History: what is asked for a hole, and the answers as events.
#include "history.hpp"

#include <gtest/gtest.h>

#include "binance.hpp"
#include "petrel/testing/fake_exchange_host.hpp"

namespace petrel::binance {
namespace {

using testing::entry_of;
using testing::FakeExchangeHost;

constexpr std::int64_t kFrom = 1'794'000'000'000 * kNsPerMs;

std::string row(std::uint64_t id, std::uint64_t ms) {
    return R"({"a":)" + std::to_string(id) +
           R"(,"p":"90000.5","q":"0.010","nq":"0.010","f":1,"l":2,"T":)" + std::to_string(ms) +
           R"(,"m":true})";
}

class BinanceHistory : public ::testing::Test {
protected:
    BinanceHistory() {
        host_.frame(
            R"({"e":"markPriceUpdate","E":1794000002000,"s":"BTCUSDT","p":"91000","i":"10",)"
            R"("P":"10","r":"","T":0})");
        host_.forget_output();
    }
    petrel_gap gap(std::uint64_t first, std::uint64_t last) const {
        petrel_gap gap{};
        gap.size = sizeof(gap);
        gap.instrument = host_.handle_of("BTCUSDT");
        gap.kind = PETREL_EVENT_TRADE;
        gap.native = text_of("BTCUSDT");
        gap.first_id = first;
        gap.last_id = last;
        gap.from_ns = kFrom;
        gap.to_ns = kFrom + 2 * kNsPerSecond;
        return gap;
    }

    FakeExchangeHost host_{entry_of<Binance>()};
};

TEST_F(BinanceHistory, a_hole_of_known_ids_is_asked_for_by_them_and_read) {
    ASSERT_TRUE(host_.backfill(gap(5, 6)).ok());
    ASSERT_EQ(host_.requests().size(), 1U);
    EXPECT_EQ(host_.requests()[0].target, "/fapi/v1/aggTrades?symbol=BTCUSDT&fromId=5&limit=2");
    EXPECT_EQ(host_.requests()[0].figures.purpose, PETREL_REQUEST_BACKFILL);
    EXPECT_EQ(host_.requests()[0].figures.weight, 20U);
    const auto request = host_.requests()[0];
    const std::string body = "[" + row(5, 1794000000100) + "," + row(6, 1794000000200) + "]";
    EXPECT_EQ(host_.reply(request, 200, body).code, PETREL_OK);
    ASSERT_EQ(host_.events().size(), 2U);
    const MarketEvent& trade = host_.events()[0];
    EXPECT_EQ(trade.id, 5U);
    EXPECT_EQ(trade.side, PETREL_SIDE_SELL);
    EXPECT_EQ(trade.flags, PETREL_FLAG_ID_SEQUENCE);
    EXPECT_EQ(trade.exchange_ts_ns, kFrom + 100 * kNsPerMs);
    EXPECT_DOUBLE_EQ(trade.notional_usd, 900.005);
    EXPECT_EQ(host_.requests().size(), 1U) << "the hole is full";
}

TEST_F(BinanceHistory, a_short_page_is_followed_by_the_rest) {
    ASSERT_TRUE(host_.backfill(gap(5, 7)).ok());
    const auto request = host_.requests()[0];
    EXPECT_EQ(host_.reply(request, 200, "[" + row(5, 1794000000100) + "]").code, PETREL_OK);
    ASSERT_EQ(host_.requests().size(), 2U);
    EXPECT_EQ(host_.requests()[1].target, "/fapi/v1/aggTrades?symbol=BTCUSDT&fromId=6&limit=2");
    const auto next = host_.requests()[1];
    EXPECT_EQ(host_.reply(next, 200, "[]").code, PETREL_OK);
    EXPECT_EQ(host_.requests().size(), 2U) << "an empty page ends it";
}

TEST_F(BinanceHistory, a_hole_of_unknown_ids_is_asked_for_by_time) {
    ASSERT_TRUE(host_.backfill(gap(0, 0)).ok());
    EXPECT_EQ(host_.requests()[0].target,
              "/fapi/v1/aggTrades?symbol=BTCUSDT&startTime=1794000000000&endTime=1794000002000"
              "&limit=1000");
}

TEST_F(BinanceHistory, liquidations_have_none) {
    petrel_gap liquidations = gap(0, 0);
    liquidations.kind = PETREL_EVENT_LIQUIDATION;
    EXPECT_EQ(host_.backfill(liquidations).code(), PETREL_E_UNSUPPORTED);
    EXPECT_TRUE(host_.requests().empty());
}

TEST_F(BinanceHistory, bad_answers_are_refused_and_leave_no_event) {
    for (const std::string& body :
         {std::string("<html>"), std::string("{}"), std::string(R"([{"a":5}])"),
          "[" + row(5, 1794000000100), std::string()}) {
        ASSERT_TRUE(host_.backfill(gap(5, 6)).ok());
        const auto request = host_.requests().back();
        EXPECT_EQ(host_.reply(request, 200, body).code, PETREL_E_REJECTED) << body;
        ASSERT_TRUE(host_.backfill(gap(5, 6)).ok());
        const auto other = host_.requests().back();
        EXPECT_EQ(host_.reply(other, 503, body).code, PETREL_E_REJECTED) << body;
    }
    EXPECT_TRUE(host_.events().empty());
}

}  // namespace
}  // namespace petrel::binance
