// Plans within the limits of the venue, discovery of what is traded, and holes filled by time.
#include "subscribe.hpp"

#include <gtest/gtest.h>

#include <set>

#include "history.hpp"
#include "petrel/testing/fake_exchange_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::bitfinex {
namespace {

using testing::FakeConnection;
using testing::FakeExchangeHost;

class BitfinexPlan : public ::testing::Test {
protected:
    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(BitfinexPlan, one_contract_needs_one_connection_with_numbered_arrays) {
    ASSERT_TRUE(host.plan({"tBTCF0:USTF0"}, host.info().channels).ok());
    ASSERT_EQ(host.connections().size(), 1U);
    const FakeConnection& c = host.connections()[0];
    EXPECT_EQ(c.path, "/ws/2");
    ASSERT_EQ(c.frames.size(), 5U);
    EXPECT_EQ(c.frames[0], R"({"event":"conf","flags":98304})");
    EXPECT_EQ(c.frames[1], R"({"event":"subscribe","channel":"status","key":"liq:global"})");
    EXPECT_EQ(c.frames[2], R"({"event":"subscribe","channel":"trades","symbol":"tBTCF0:USTF0"})");
    EXPECT_EQ(c.frames[3],
              R"({"event":"subscribe","channel":"status","key":"deriv:tBTCF0:USTF0"})");
    EXPECT_EQ(c.frames[4], R"({"event":"subscribe","channel":"ticker","symbol":"tBTCF0:USTF0"})");
    EXPECT_EQ(c.keepalive, R"({"event":"ping","cid":1})");
    EXPECT_GT(c.figures.idle_ms_max, 2 * c.figures.keepalive_ms);
    ASSERT_EQ(c.streams.size(), 4U);
    EXPECT_EQ(c.streams[0].topic, "status liq:global");
    EXPECT_EQ(c.streams[0].kinds, kind_bit(EventKind::Liquidation));
    EXPECT_EQ(c.streams[2].topic, "status deriv:tBTCF0:USTF0");
    EXPECT_EQ(c.streams[3].topic, "ticker tBTCF0:USTF0");
}

TEST_F(BitfinexPlan, only_wanted_kinds_are_subscribed) {
    ASSERT_TRUE(host.plan({"tBTCF0:USTF0"}, kind_bit(EventKind::Trade)).ok());
    ASSERT_EQ(host.connections().size(), 1U);
    EXPECT_EQ(host.connections()[0].streams.size(), 1U);
    EXPECT_EQ(host.connections()[0].frames.size(), 2U);
    ASSERT_TRUE(host.plan({}, host.info().channels).ok());
    EXPECT_TRUE(host.connections().empty());
}

TEST_F(BitfinexPlan, liquidations_bring_the_mark_price_along) {
    ASSERT_TRUE(host.plan({"tBTCF0:USTF0"}, kind_bit(EventKind::Liquidation)).ok());
    ASSERT_EQ(host.connections().size(), 1U);
    const FakeConnection& c = host.connections()[0];
    ASSERT_EQ(c.streams.size(), 2U);
    EXPECT_EQ(c.streams[1].topic, "status deriv:tBTCF0:USTF0");
    EXPECT_EQ(c.streams[1].kinds, kind_bit(EventKind::MarkPrice));
}

TEST_F(BitfinexPlan, many_contracts_are_spread_over_connections) {
    std::vector<std::string> natives;
    for (int i = 0; i < 60; ++i) {
        natives.push_back("tCOIN" + std::to_string(i) + "F0:USTF0");
    }
    ASSERT_TRUE(host.plan(natives, host.info().channels).ok());
    EXPECT_EQ(host.connections().size(), 8U);  // 181 channels
    std::set<std::string> names;
    std::set<std::string> messages;
    std::size_t streams = 0;
    for (const FakeConnection& c : host.connections()) {
        EXPECT_LE(c.frames.size(), kChannelsMax + 1);
        names.insert(c.name);
        messages.insert(c.frames.begin() + 1, c.frames.end());
        streams += c.streams.size();
    }
    EXPECT_EQ(names.size(), 8U);
    EXPECT_EQ(messages.size(), 181U);
    EXPECT_EQ(streams, 240U);
}

TEST_F(BitfinexPlan, name_of_no_derivative_is_refused) {
    for (const char* native : {"tBTC\",\"x", "tBTCUSD"}) {
        const Status status = host.plan({native}, host.info().channels);
        EXPECT_FALSE(status.ok());
        EXPECT_NE(status.message().find(native), std::string::npos);
        EXPECT_TRUE(host.connections().empty());
    }
}

TEST_F(BitfinexPlan, discovery_announces_all_derivatives) {
    ASSERT_TRUE(host.discover().ok());
    ASSERT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(host.requests()[0].target, "/v2/conf/pub:list:pair:futures");
    ASSERT_EQ(
        host.reply(host.requests()[0], 200, R"([["BTCF0:USTF0","IOTF0:USTF0","ETHF0:BTCF0"]])")
            .code,
        PETREL_OK);
    ASSERT_EQ(host.instruments().size(), 3U);
    EXPECT_EQ(host.instruments()[0].native, "tBTCF0:USTF0");
    EXPECT_EQ(host.instruments()[1].base, "IOTA");
    EXPECT_EQ(host.instruments()[2].quote, "BTC");
}

TEST_F(BitfinexPlan, broken_lists_are_refused_and_announce_nothing) {
    ASSERT_TRUE(host.discover().ok());
    const testing::FakeRequest request = host.requests()[0];
    EXPECT_EQ(host.reply(request, 429, R"(["error",11010,"ratelimit: error"])").code,
              PETREL_E_REJECTED);
    EXPECT_NE(host.notices().back().text.find("429"), std::string::npos);
    for (const char* body : {"", "[]", "{}", "<html>", "[[]]", "[7]", "[[7]]", "[{}]",
                             R"([["BTCUSD"]])", R"(["error",11010,"ratelimit: error"])"}) {
        EXPECT_EQ(host.reply(request, 200, body).code, PETREL_E_REJECTED) << body;
    }
    EXPECT_TRUE(host.instruments().empty());
}

class BitfinexHistory : public BitfinexPlan {
protected:
    static petrel_gap gap(std::uint32_t kind) {
        petrel_gap hole{};
        hole.instrument = 5;
        hole.kind = kind;
        hole.native = text_of("tBTCF0:USTF0");
        hole.from_ns = 1'794'000'000'000 * kNsPerMs;
        hole.to_ns = 1'794'000'001'000 * kNsPerMs + 1;
        return hole;
    }
    testing::FakeRequest asked() { return host.requests().back(); }
};

TEST_F(BitfinexHistory, trades_are_asked_for_by_time_and_come_late) {
    ASSERT_TRUE(host.backfill(gap(PETREL_EVENT_TRADE)).ok());
    EXPECT_EQ(asked().target,
              "/v2/trades/tBTCF0:USTF0/hist?start=1794000000000&end=1794000001001&sort=1"
              "&limit=10000");
    EXPECT_EQ(asked().figures.purpose, PETREL_REQUEST_BACKFILL);
    EXPECT_EQ(asked().figures.instrument, 5U);
    const testing::FakeRequest request = asked();
    const std::string body = "[[7,1794000000100,-0.5,80000],[8,1794000000200,1,80001]]";
    ASSERT_EQ(host.reply(request, 200, body).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(host.events()[0].id, 7U);
    EXPECT_EQ(host.events()[0].flags, PETREL_FLAG_LATE);
    EXPECT_EQ(host.events()[0].side, PETREL_SIDE_SELL);
    EXPECT_EQ(host.events()[0].notional_usd, 40000.0);
    EXPECT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(host.reply(request, 200, body).code, PETREL_E_REJECTED);  // a reply counts once
}

TEST_F(BitfinexHistory, full_page_asks_for_the_next_up_to_a_limit) {
    std::string body = "[[1,1794000000100,1,80000]";
    for (std::size_t i = 1; i < kTradeRows; ++i) {
        body += ",[" + std::to_string(i + 1) + ",1794000000100,1,80000]";
    }
    body += "]";
    ASSERT_TRUE(host.backfill(gap(PETREL_EVENT_TRADE)).ok());
    std::size_t replies = 0;
    while (replies < host.requests().size() && replies < 100) {
        const testing::FakeRequest request = host.requests()[replies];
        ++replies;
        ASSERT_EQ(host.reply(request, 200, body).code, PETREL_OK);
    }
    EXPECT_NE(host.requests()[1].target.find("start=1794000000100&"), std::string::npos);
    EXPECT_NE(host.requests()[2].target.find("start=1794000000101&"), std::string::npos);
    EXPECT_EQ(replies, kHistoryPagesMax);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_GAP);
}

TEST_F(BitfinexHistory, liquidations_lie_in_lists_of_their_own) {
    ASSERT_TRUE(host.backfill(gap(PETREL_EVENT_LIQUIDATION)).ok());
    EXPECT_EQ(asked().target,
              "/v2/liquidations/hist?start=1794000000000&end=1794000001001&sort=1&limit=500");
    const std::string head = R"([["pos",)";
    const std::string tail = R"(,null,"tBTCF0:USTF0",-0.5,80000,null,0,0,null,null]])";
    ASSERT_EQ(host.reply(asked(), 200,
                         "[" + head + "9,1794000000900" + tail + "," + head + "8,1794000000800" +
                             tail + "]")
                  .code,
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(host.events()[0].id, 8U);  // oldest first
    EXPECT_EQ(host.events()[0].side, PETREL_SIDE_SHORT);
    EXPECT_EQ(host.events()[0].flags, PETREL_FLAG_LATE);
    EXPECT_EQ(host.events()[0].notional_usd, 40000.0);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_HISTORY_WHOLE);
}

TEST_F(BitfinexHistory, bad_holes_and_replies_are_refused) {
    petrel_gap hole = gap(PETREL_EVENT_TRADE);
    hole.from_ns = 0;
    EXPECT_FALSE(host.backfill(hole).ok());
    hole = gap(PETREL_EVENT_TRADE);
    hole.to_ns = hole.from_ns - kNsPerSecond;
    EXPECT_FALSE(host.backfill(hole).ok());
    hole = gap(PETREL_EVENT_TRADE);
    hole.native = text_of("tBTCUSD");
    EXPECT_FALSE(host.backfill(hole).ok());
    EXPECT_TRUE(host.requests().empty());
    for (const std::uint32_t kind : {PETREL_EVENT_TRADE, PETREL_EVENT_LIQUIDATION}) {
        for (const char* body :
             {"", "{}", "[7]", "[[7]]", "[[[7]]]", R"(["error",11010,"ratelimit: error"])",
              "[[7,1794000000100,-0.5,80000]"}) {
            ASSERT_TRUE(host.backfill(gap(kind)).ok());
            EXPECT_EQ(host.reply(asked(), 200, body).code, PETREL_E_REJECTED) << body;
        }
        ASSERT_TRUE(host.backfill(gap(kind)).ok());
        EXPECT_EQ(host.reply(asked(), 429, "[]").code, PETREL_E_REJECTED);
    }
    EXPECT_TRUE(host.events().empty());
}

}  // namespace
}  // namespace petrel::bitfinex
