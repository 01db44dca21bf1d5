// Plans within the limits of the venue, discovery of what is traded, and holes filled as far as the
// venue can tell.
#include "subscribe.hpp"

#include <gtest/gtest.h>

#include <set>

#include "petrel/testing/fake_exchange_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::hyperliquid {
namespace {

using testing::FakeConnection;
using testing::FakeExchangeHost;

class HyperliquidPlan : public ::testing::Test {
protected:
    static std::vector<std::string> coins(int count) {
        std::vector<std::string> natives;
        for (int i = 0; i < count; ++i) {
            natives.push_back("COIN" + std::to_string(i));
        }
        return natives;
    }
    testing::FakeRequest asked() { return host.requests().back(); }

    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(HyperliquidPlan, one_contract_needs_one_connection_and_three_messages) {
    EXPECT_EQ(host.info().channels & kind_bit(EventKind::Liquidation), 0U);
    EXPECT_EQ(host.info().completeness[PETREL_EVENT_LIQUIDATION], 0U);
    ASSERT_TRUE(host.plan({"kPEPE"}, host.info().channels).ok());
    ASSERT_EQ(host.connections().size(), 1U);
    const FakeConnection& c = host.connections()[0];
    EXPECT_EQ(c.path, "/ws");
    ASSERT_EQ(c.frames.size(), 3U);
    EXPECT_EQ(c.frames[0],
              R"({"method":"subscribe","subscription":{"type":"trades","coin":"kPEPE"}})");
    EXPECT_EQ(c.frames[1],
              R"({"method":"subscribe","subscription":{"type":"activeAssetCtx","coin":"kPEPE"}})");
    EXPECT_EQ(c.frames[2],
              R"({"method":"subscribe","subscription":{"type":"bbo","coin":"kPEPE"}})");
    EXPECT_EQ(c.keepalive, R"({"method":"ping"})");
    EXPECT_LT(c.figures.keepalive_ms, 60'000U);
    ASSERT_EQ(c.streams.size(), 3U);
    EXPECT_EQ(c.streams[1].topic, "activeAssetCtx kPEPE");
}

TEST_F(HyperliquidPlan, only_wanted_kinds_are_subscribed) {
    ASSERT_TRUE(host.plan({"BTC"}, kind_bit(EventKind::Funding)).ok());
    ASSERT_EQ(host.connections().size(), 1U);
    ASSERT_EQ(host.connections()[0].streams.size(), 1U);
    EXPECT_EQ(host.connections()[0].streams[0].kinds, kind_bit(EventKind::Funding));
    ASSERT_TRUE(host.plan({"BTC"}, kind_bit(EventKind::Liquidation)).ok());
    EXPECT_TRUE(host.connections().empty());
}

TEST_F(HyperliquidPlan, many_contracts_are_spread_over_connections) {
    ASSERT_TRUE(host.plan(coins(200), host.info().channels).ok());
    EXPECT_EQ(host.connections().size(), 3U);  // 600 subscriptions
    std::set<std::string> messages;
    for (const FakeConnection& c : host.connections()) {
        EXPECT_LE(c.frames.size(), kPerConnectionMax);
        messages.insert(c.frames.begin(), c.frames.end());
    }
    EXPECT_EQ(messages.size(), 600U);
}

TEST_F(HyperliquidPlan, more_subscriptions_than_the_venue_allows_are_refused) {
    const Status status = host.plan(coins(334), host.info().channels);
    EXPECT_FALSE(status.ok());
    EXPECT_NE(status.message().find("1002"), std::string::npos);
    EXPECT_TRUE(host.connections().empty());
}

TEST_F(HyperliquidPlan, name_that_could_break_out_of_a_message_is_refused) {
    const Status status = host.plan({"BTC\",\"x"}, host.info().channels);
    EXPECT_FALSE(status.ok());
    EXPECT_NE(status.message().find("BTC\",\"x"), std::string::npos);
    EXPECT_TRUE(host.connections().empty());
}

TEST_F(HyperliquidPlan, discovery_announces_what_is_not_delisted) {
    ASSERT_TRUE(host.discover().ok());
    ASSERT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(asked().method, "POST");
    EXPECT_EQ(asked().target, "/info");
    EXPECT_EQ(asked().headers, (testing::FakeHeaders{{"Content-Type", "application/json"}}));
    EXPECT_EQ(asked().body, R"({"type":"meta"})");
    ASSERT_EQ(host.reply(asked(), 200,
                         R"({"universe":[{"szDecimals":5,"name":"BTC","maxLeverage":40},)"
                         R"({"szDecimals":1,"name":"OLD","maxLeverage":3,"isDelisted":true},)"
                         R"({"szDecimals":0,"name":"kPEPE","maxLeverage":10}],"marginTables":[]})")
                  .code,
              PETREL_OK);
    ASSERT_EQ(host.instruments().size(), 2U);
    EXPECT_EQ(host.instruments()[0].native, "BTC");
    EXPECT_EQ(host.instruments()[1].base, "PEPE");
    EXPECT_EQ(host.instruments()[1].figures.base_per_unit, 1000.0);
}

TEST_F(HyperliquidPlan, broken_lists_are_refused_and_announce_nothing) {
    ASSERT_TRUE(host.discover().ok());
    const testing::FakeRequest request = asked();
    EXPECT_EQ(host.reply(request, 429, "null").code, PETREL_E_REJECTED);
    EXPECT_NE(host.notices().back().text.find("429"), std::string::npos);
    for (const char* body :
         {"", "[]", "<html>", "{}", R"({"universe":{}})", R"({"universe":[]})",
          R"({"universe":[1]})", R"({"universe":[{}]})", R"({"universe":[{"name":7}]})",
          R"({"universe":[{"isDelisted":1,"name":"BTC"}]})"}) {
        EXPECT_EQ(host.reply(request, 200, body).code, PETREL_E_REJECTED) << body;
    }
    EXPECT_TRUE(host.instruments().empty());
}

class HyperliquidHistory : public HyperliquidPlan {
protected:
    static petrel_gap gap() {
        petrel_gap hole{};
        hole.instrument = 5;
        hole.kind = PETREL_EVENT_TRADE;
        hole.native = text_of("BTC");
        hole.from_ns = 1'794'000'000'100 * kNsPerMs + 5;
        hole.to_ns = 1'794'000'000'200 * kNsPerMs;
        return hole;
    }
    static std::string row(int ms, const std::string& coin = "BTC") {
        return R"({"coin":")" + coin + R"(","side":"B","px":"80000","sz":"1","time":)" +
               std::to_string(1'794'000'000'000 + ms) + R"(,"hash":"0x0","tid":)" +
               std::to_string(ms) + "}";
    }
};

TEST_F(HyperliquidHistory, latest_trades_fill_the_hole_and_nothing_around_it) {
    ASSERT_TRUE(host.backfill(gap()).ok());
    EXPECT_EQ(asked().method, "POST");
    EXPECT_EQ(asked().body, R"({"type":"recentTrades","coin":"BTC"})");
    EXPECT_EQ(asked().figures.purpose, PETREL_REQUEST_BACKFILL);
    EXPECT_EQ(asked().figures.instrument, 5U);
    const testing::FakeRequest request = asked();
    const std::string body =
        "[" + row(300) + "," + row(200) + "," + row(150) + "," + row(100) + "," + row(99) + "]";
    ASSERT_EQ(host.reply(request, 200, body).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 3U);
    EXPECT_EQ(host.events()[0].id, 100U);
    EXPECT_EQ(host.events()[1].id, 150U);
    EXPECT_EQ(host.events()[2].id, 200U);
    EXPECT_EQ(host.events()[0].flags, PETREL_FLAG_LATE);
    EXPECT_TRUE(host.notices().empty());
    EXPECT_EQ(host.reply(request, 200, body).code, PETREL_E_REJECTED);  // a reply counts once
}

TEST_F(HyperliquidHistory, hole_that_is_too_old_stays_a_gap) {
    ASSERT_TRUE(host.backfill(gap()).ok());
    ASSERT_EQ(host.reply(asked(), 200, "[" + row(150) + "]").code, PETREL_OK);
    EXPECT_EQ(host.events().size(), 1U);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_GAP);
}

TEST_F(HyperliquidHistory, bad_holes_and_replies_are_refused) {
    petrel_gap hole = gap();
    hole.kind = PETREL_EVENT_LIQUIDATION;
    EXPECT_EQ(host.backfill(hole).code(), PETREL_E_UNSUPPORTED);
    hole = gap();
    hole.native = text_of("BTC\"x");
    EXPECT_FALSE(host.backfill(hole).ok());
    EXPECT_TRUE(host.requests().empty());
    for (const std::string& body : std::vector<std::string>{
             "", "{}", "[1]", "[" + row(150), "[" + row(150) + "," + row(160, "ETH") + "]"}) {
        ASSERT_TRUE(host.backfill(gap()).ok());
        EXPECT_EQ(host.reply(asked(), 200, body).code, PETREL_E_REJECTED) << body;
    }
    ASSERT_TRUE(host.backfill(gap()).ok());
    EXPECT_EQ(host.reply(asked(), 500, "[]").code, PETREL_E_REJECTED);
    EXPECT_TRUE(host.events().empty());
}

}  // namespace
}  // namespace petrel::hyperliquid
