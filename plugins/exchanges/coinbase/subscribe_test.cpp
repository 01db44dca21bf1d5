// Planning, discovery and backfill: messages and limits of a connection; what is taken from the
// lists of REST and what is refused in them. Through the plugin boundary.
#include "subscribe.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "petrel/testing/fake_exchange_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::coinbase {
namespace {

using testing::FakeConnection;
using testing::FakeExchangeHost;

class CoinbasePlan : public ::testing::Test {
protected:
    testing::FakeDecoded list(const std::string& rows) {
        host.forget_output();
        EXPECT_TRUE(host.discover().ok());
        const testing::FakeRequest request = host.requests().at(0);
        return host.reply(request, 200, "[" + rows + "]");
    }
    static std::string listed(const std::string& base, const std::string& quote,
                              const std::string& status) {
        return R"({"id":")" + base + "-" + quote + R"(","base_currency":")" + base +
               R"(","quote_currency":")" + quote + R"(","quote_increment":"0.01","status":")" +
               status + R"(","trading_disabled":false})";
    }
    Status fill(std::uint64_t first, std::uint64_t last) {
        host.forget_output();
        petrel_gap gap{};
        gap.kind = PETREL_EVENT_TRADE;
        gap.native = text_of("BTC-USD");
        gap.first_id = first;
        gap.last_id = last;
        return host.backfill(gap);
    }
    // Trades as the venue lists them, newest first.
    static std::string page(std::uint64_t first, std::uint64_t last) {
        std::string rows;
        for (std::uint64_t id = last; id >= first; --id) {
            rows += std::string(rows.empty() ? "" : ",") + R"({"trade_id":)" + std::to_string(id) +
                    R"(,"side":"buy","size":"0.5","price":"90000","time":"2026-11-06T21:20:00Z"})";
        }
        return "[" + rows + "]";
    }

    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(CoinbasePlan, venue_says_what_it_is) {
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    const petrel_exchange_info& info = host.info();
    EXPECT_EQ(view_of(info.ws_endpoints[0]), "wss://ws-feed.exchange.coinbase.com");
    EXPECT_EQ(view_of(info.rest_endpoints[0]), "https://api.exchange.coinbase.com");
    EXPECT_EQ(info.completeness[PETREL_EVENT_TRADE], PETREL_COMPLETE);
    EXPECT_EQ(info.completeness[PETREL_EVENT_LIQUIDATION], 0U);
    EXPECT_EQ(info.completeness[PETREL_EVENT_BEST_BID], PETREL_SAMPLED);
    for (std::uint32_t kind = 1; kind < PETREL_EVENT_KIND_END; ++kind) {
        EXPECT_EQ((info.channels & PETREL_KIND_BIT(kind)) != 0, info.completeness[kind] != 0);
    }
}

TEST_F(CoinbasePlan, products_and_channels_share_a_message) {
    ASSERT_TRUE(host.plan({"BTC-USD", "ETH-USD"}, host.info().channels).ok());
    ASSERT_EQ(host.connections().size(), 1U);
    const FakeConnection& c = host.connections()[0];
    EXPECT_EQ(c.path, "/");
    EXPECT_GT(c.figures.idle_ms_max, c.figures.keepalive_ms);
    ASSERT_EQ(c.frames.size(), 1U);
    EXPECT_EQ(c.frames[0], R"({"type":"subscribe","product_ids":["BTC-USD","ETH-USD"],)"
                           R"("channels":["matches","ticker","heartbeat"]})");
    ASSERT_EQ(c.streams.size(), 4U);
    EXPECT_EQ(c.streams[0].topic, "matches:BTC-USD");
    EXPECT_EQ(c.streams[0].kinds, kind_bit(EventKind::Trade));
    EXPECT_EQ(c.streams[1].topic, "ticker:BTC-USD");
}

TEST_F(CoinbasePlan, only_wanted_kinds_are_subscribed) {
    ASSERT_TRUE(host.plan({"BTC-USD"}, kind_bit(EventKind::Trade)).ok());
    EXPECT_EQ(
        host.connections().at(0).frames.at(0),
        R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["matches","heartbeat"]})");
    ASSERT_TRUE(host.plan({"BTC-USD"}, kind_bit(EventKind::BestAsk)).ok());
    EXPECT_EQ(
        host.connections().at(0).frames.at(0),
        R"({"type":"subscribe","product_ids":["BTC-USD"],"channels":["ticker","heartbeat"]})");
    ASSERT_EQ(host.connections()[0].streams.size(), 1U);
    EXPECT_EQ(host.connections()[0].streams[0].kinds, kind_bit(EventKind::BestAsk));
    ASSERT_TRUE(host.plan({"BTC-USD"}, kind_bit(EventKind::Funding)).ok());
    EXPECT_TRUE(host.connections().empty());
}

TEST_F(CoinbasePlan, many_products_are_spread_within_the_limits) {
    std::vector<std::string> natives;
    for (int i = 0; i < 350; ++i) {
        natives.push_back("COIN" + std::to_string(i) + "-USD");
    }
    ASSERT_TRUE(host.plan(natives, host.info().channels).ok());
    ASSERT_EQ(host.connections().size(), 4U);
    std::set<std::string> topics;
    for (const FakeConnection& c : host.connections()) {
        for (const std::string& frame : c.frames) {
            EXPECT_LE(std::count(frame.begin(), frame.end(), '-'), 10);
        }
        for (const FakeConnection::Stream& stream : c.streams) {
            topics.insert(stream.topic);
        }
    }
    EXPECT_EQ(topics.size(), 700U);
}

TEST_F(CoinbasePlan, name_that_could_break_out_of_a_message_is_refused) {
    const Status status = host.plan({"BTC-USD\",\"x"}, host.info().channels);
    EXPECT_FALSE(status.ok());
    EXPECT_NE(status.message().find("BTC-USD\",\"x"), std::string::npos);
    EXPECT_TRUE(host.connections().empty());
}

TEST_F(CoinbasePlan, discovery_announces_what_is_traded) {
    ASSERT_EQ(list(listed("BTC", "USD", "online") + "," + listed("OLD", "USD", "delisted") + "," +
                   listed("ETH", "EUR", "online"))
                  .code,
              PETREL_OK);
    ASSERT_EQ(host.instruments().size(), 2U);
    EXPECT_EQ(host.instruments()[0].native, "BTC-USD");
    EXPECT_EQ(host.instruments()[1].quote, "EUR");
    EXPECT_EQ(host.instruments()[1].figures.type, PETREL_INSTRUMENT_SPOT);
}

TEST_F(CoinbasePlan, broken_lists_are_refused_and_announce_nothing) {
    ASSERT_TRUE(host.discover().ok());
    ASSERT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(host.requests()[0].target, "/products");
    const testing::FakeRequest request = host.requests()[0];
    EXPECT_EQ(host.reply(request, 429, "slow down").code, PETREL_E_REJECTED);
    EXPECT_NE(host.notices().back().text.find("429"), std::string::npos);
    for (const char* body : {"", "{}", "<html>", "[1]", R"([{"id":7}])", R"([{}])",
                             R"([{"id":"BTC-USD"}])", R"([{"id":"BTC-USD")"}) {
        EXPECT_EQ(host.reply(request, 200, body).code, PETREL_E_REJECTED) << body;
    }
    EXPECT_TRUE(host.instruments().empty());
}

TEST_F(CoinbasePlan, hole_is_filled_page_by_page_oldest_first) {
    ASSERT_EQ(list(listed("BTC", "USD", "online")).code, PETREL_OK);
    ASSERT_TRUE(fill(5'001, 6'500).ok());
    ASSERT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(host.requests()[0].figures.purpose, PETREL_REQUEST_BACKFILL);
    EXPECT_EQ(host.requests()[0].target, "/products/BTC-USD/trades?limit=1000&after=6001");
    ASSERT_EQ(host.reply(host.requests()[0], 200, page(5'001, 6'000)).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1'000U);
    EXPECT_EQ(host.events()[0].id, 5'001U);
    EXPECT_EQ(host.events()[0].side, PETREL_SIDE_SELL);
    EXPECT_EQ(host.events()[0].flags, PETREL_FLAG_ID_SEQUENCE | PETREL_FLAG_LATE);
    EXPECT_EQ(host.events()[0].notional_usd, 45'000.0);
    ASSERT_EQ(host.requests().size(), 2U);
    EXPECT_EQ(host.requests()[1].target, "/products/BTC-USD/trades?limit=500&after=6501");
    ASSERT_EQ(host.reply(host.requests()[1], 200, page(6'001, 6'500)).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1'500U);
    EXPECT_EQ(host.events().back().id, 6'500U);
    EXPECT_EQ(host.requests().size(), 2U);
    EXPECT_EQ(host.reply(host.requests()[1], 200, page(6'001, 6'500)).code, PETREL_IGNORED);
}

TEST_F(CoinbasePlan, of_a_hole_without_end_the_latest_part_is_filled) {
    ASSERT_EQ(list(listed("BTC", "USD", "online")).code, PETREL_OK);
    ASSERT_TRUE(fill(1, 1'000'000).ok());
    EXPECT_EQ(host.requests().at(0).target, "/products/BTC-USD/trades?limit=1000&after=951001");
}

TEST_F(CoinbasePlan, holes_without_ids_and_broken_replies_are_refused) {
    ASSERT_EQ(list(listed("BTC", "USD", "online")).code, PETREL_OK);
    EXPECT_EQ(fill(0, 7).code(), PETREL_E_UNSUPPORTED);
    EXPECT_EQ(fill(8, 7).code(), PETREL_E_UNSUPPORTED);
    for (const std::string& body :
         {std::string(), std::string("{}"), std::string("[7]"), std::string("[]"), page(1, 3),
          std::string(R"([{"trade_id":11}])")}) {
        ASSERT_TRUE(fill(11, 13).ok());
        EXPECT_EQ(host.reply(host.requests().at(0), 200, body).code, PETREL_E_REJECTED) << body;
        EXPECT_TRUE(host.events().empty());
    }
    ASSERT_TRUE(fill(11, 13).ok());
    EXPECT_EQ(host.reply(host.requests().at(0), 503, page(11, 13)).code, PETREL_E_REJECTED);
}

}  // namespace
}  // namespace petrel::coinbase
