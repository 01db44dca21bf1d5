// Planning and discovery: messages and limits of a connection; what is taken from the instrument
// list and what is refused in it. Through the plugin boundary.
#include "subscribe.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "petrel/testing/fake_exchange_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::kraken {
namespace {

using testing::FakeConnection;
using testing::FakeExchangeHost;

class KrakenPlan : public ::testing::Test {
protected:
    testing::FakeDecoded list(const std::string& rows) {
        host.forget_output();
        EXPECT_TRUE(host.discover().ok());
        const testing::FakeRequest request = host.requests().at(0);
        return host.reply(request, 200, R"({"result":"success","instruments":[)" + rows + "]}");
    }

    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(KrakenPlan, venue_says_what_it_is) {
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    const petrel_exchange_info& info = host.info();
    EXPECT_EQ(view_of(info.aliases[0]), "kraken_futures");
    EXPECT_EQ(view_of(info.ws_endpoints[0]), "wss://futures.kraken.com");
    EXPECT_EQ(view_of(info.rest_endpoints[0]), "https://futures.kraken.com");
    EXPECT_EQ(info.completeness[PETREL_EVENT_LIQUIDATION], PETREL_COMPLETE);
    EXPECT_EQ(info.completeness[PETREL_EVENT_MARK_PRICE], PETREL_SAMPLED);
    for (std::uint32_t kind = 1; kind < PETREL_EVENT_KIND_END; ++kind) {
        EXPECT_EQ((info.channels & PETREL_KIND_BIT(kind)) != 0, info.completeness[kind] != 0);
    }
}

TEST_F(KrakenPlan, feeds_are_asked_for_with_lists_of_products) {
    ASSERT_TRUE(host.plan({"PF_XBTUSD", "PI_XBTUSD"}, host.info().channels).ok());
    ASSERT_EQ(host.connections().size(), 1U);
    const FakeConnection& c = host.connections()[0];
    EXPECT_EQ(c.path, "/ws/v1");
    EXPECT_EQ(c.keepalive, "");
    EXPECT_LE(c.figures.keepalive_ms, 60'000U);
    EXPECT_GT(c.figures.idle_ms_max, c.figures.keepalive_ms);
    ASSERT_EQ(c.frames.size(), 3U);
    EXPECT_EQ(c.frames[0], R"({"event":"subscribe","feed":"heartbeat"})");
    EXPECT_EQ(c.frames[1], R"({"event":"subscribe","feed":"trade",)"
                           R"("product_ids":["PF_XBTUSD","PI_XBTUSD"]})");
    EXPECT_EQ(c.frames[2], R"({"event":"subscribe","feed":"ticker",)"
                           R"("product_ids":["PF_XBTUSD","PI_XBTUSD"]})");
    ASSERT_EQ(c.streams.size(), 4U);
    EXPECT_EQ(c.streams[0].topic, "trade:PF_XBTUSD");
    EXPECT_EQ(c.streams[0].kinds, kind_bit(EventKind::Trade) | kind_bit(EventKind::Liquidation));
    EXPECT_EQ(c.streams[3].topic, "ticker:PI_XBTUSD");
}

TEST_F(KrakenPlan, only_wanted_kinds_are_subscribed) {
    ASSERT_TRUE(host.plan({"PF_XBTUSD"}, kind_bit(EventKind::Liquidation)).ok());
    ASSERT_EQ(host.connections().size(), 1U);
    ASSERT_EQ(host.connections()[0].frames.size(), 2U);
    ASSERT_EQ(host.connections()[0].streams.size(), 1U);
    EXPECT_EQ(host.connections()[0].streams[0].kinds, kind_bit(EventKind::Liquidation));
    ASSERT_TRUE(host.plan({}, host.info().channels).ok());
    EXPECT_TRUE(host.connections().empty());
}

TEST_F(KrakenPlan, many_products_are_spread_within_the_limits) {
    std::vector<std::string> natives;
    for (int i = 0; i < 350; ++i) {
        natives.push_back("PF_COIN" + std::to_string(i) + "USD");
    }
    ASSERT_TRUE(host.plan(natives, host.info().channels).ok());
    ASSERT_EQ(host.connections().size(), 4U);
    std::set<std::string> topics;
    std::set<std::string> names;
    for (const FakeConnection& c : host.connections()) {
        std::size_t asked = 0;
        for (const std::string& frame : c.frames) {
            const auto products = std::count(frame.begin(), frame.end(), '_') - 1;
            EXPECT_LE(products, 20);
            asked +=
                frame.find("PF_") != std::string::npos ? static_cast<std::size_t>(products) : 0;
            EXPECT_TRUE(frame.ends_with("}"));
        }
        EXPECT_EQ(asked, c.streams.size());
        EXPECT_LE(c.streams.size(), 200U);
        for (const FakeConnection::Stream& stream : c.streams) {
            topics.insert(stream.topic);
        }
        names.insert(c.name);
    }
    EXPECT_EQ(topics.size(), 700U);
    EXPECT_EQ(names.size(), 4U);
}

TEST_F(KrakenPlan, name_that_could_break_out_of_a_message_is_refused) {
    const Status status = host.plan({"PF\",\"x"}, host.info().channels);
    EXPECT_FALSE(status.ok());
    EXPECT_NE(status.message().find("PF\",\"x"), std::string::npos);
    EXPECT_TRUE(host.connections().empty());
}

TEST_F(KrakenPlan, discovery_announces_what_is_traded_with_its_contract_size) {
    ASSERT_EQ(
        list(R"({"symbol":"PI_XBTUSD","type":"futures_inverse","contractSize":1,"tradeable":true,)"
             R"("base":"BTC","quote":"USD"},)"
             R"({"symbol":"PF_PEPEUSD","type":"flexible_futures","contractSize":2,)"
             R"("marginLevels":[{"base":"X"}],"tradeable":true,"base":"PEPE","quote":"USD"},)"
             R"({"symbol":"FF_XBTUSD_261225","type":"flexible_futures","contractSize":1,)"
             R"("tradeable":true,"lastTradingTime":"2026-12-25T16:00:00.000Z","base":"XBT",)"
             R"("quote":"USD"},)"
             R"({"symbol":"PF_OLDUSD","type":"flexible_futures","contractSize":1,)"
             R"("tradeable":false,"base":"OLD","quote":"USD"},)"
             R"({"symbol":"PF_AAPLxUSD","type":"flexible_futures","contractSize":1,)"
             R"("tradeable":true,"base":"AAPLx","quote":"USD"},)"
             R"({"symbol":"PF_ODDUSD","type":"flexible_futures","contractSize":"1",)"
             R"("tradeable":true,"base":"ODD","quote":"USD"},)"
             R"({"symbol":"in_xbtusd","type":"spot index","tradeable":false})")
            .code,
        PETREL_OK);
    EXPECT_TRUE(host.notices().empty());
    const auto& all = host.instruments();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].native, "PI_XBTUSD");
    EXPECT_EQ(all[0].base, "BTC");
    EXPECT_EQ(all[0].settle, "BTC");
    EXPECT_EQ(all[0].figures.quote_per_unit, 1.0);
    EXPECT_EQ(all[1].base, "PEPE");
    EXPECT_EQ(all[1].figures.base_per_unit, 2.0);
    EXPECT_EQ(all[2].base, "BTC");
    EXPECT_EQ(all[2].figures.expiry_ns, 1'798'214'400'000 * kNsPerMs);
}

TEST_F(KrakenPlan, broken_lists_are_refused_and_announce_nothing) {
    ASSERT_TRUE(host.discover().ok());
    ASSERT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(host.requests()[0].target, "/derivatives/api/v3/instruments");
    const testing::FakeRequest request = host.requests()[0];
    EXPECT_EQ(host.reply(request, 503, "busy").code, PETREL_E_REJECTED);
    EXPECT_NE(host.notices().back().text.find("503"), std::string::npos);
    for (const char* body :
         {"", "[]", "<html>", "{}", R"({"result":7})", R"({"result":"success"})",
          R"({"result":"success","instruments":{}})", R"({"result":"success","instruments":[1]})",
          R"({"result":"success","instruments":[{"symbol":7}]})",
          R"({"result":"success","instruments":[{"symbol":"PF_XBTUSD"}]})",
          R"({"result":"error","error":"apiLimitExceeded"})"}) {
        EXPECT_EQ(host.reply(request, 200, body).code, PETREL_E_REJECTED) << body;
    }
    EXPECT_NE(host.notices().back().text.find("apiLimitExceeded"), std::string::npos);
    EXPECT_TRUE(host.instruments().empty());
}

}  // namespace
}  // namespace petrel::kraken
