// Planning and discovery: topics, batches and limits of a connection; pages of the instrument list
// and what is refused in it. Through the plugin boundary.
#include "subscribe.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "instruments.hpp"
#include "petrel/testing/fake_exchange_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::bybit {
namespace {

using testing::FakeConnection;
using testing::FakeExchangeHost;
using testing::FakeInstrument;

std::string file_text(const std::string& name) {
    std::ifstream in(std::string(PETREL_FIXTURES) + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

class BybitPlan : public ::testing::Test {
protected:
    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(BybitPlan, venue_says_what_it_is) {
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    const petrel_exchange_info& info = host.info();
    EXPECT_EQ(view_of(info.aliases[0]), "bybit_linear");
    EXPECT_EQ(view_of(info.ws_endpoints[0]), "wss://stream.bybit.com");
    ASSERT_EQ(info.rest_endpoint_count, 2U);
    EXPECT_EQ(view_of(info.rest_endpoints[1]), "https://api.bytick.com");
    EXPECT_EQ(info.completeness[PETREL_EVENT_LIQUIDATION], PETREL_COMPLETE);
    EXPECT_EQ(info.completeness[PETREL_EVENT_TRADE], PETREL_COMPLETE);
    EXPECT_EQ(info.completeness[PETREL_EVENT_MARK_PRICE], PETREL_SAMPLED);
    for (std::uint32_t kind = 1; kind < PETREL_EVENT_KIND_END; ++kind) {
        EXPECT_EQ((info.channels & PETREL_KIND_BIT(kind)) != 0, info.completeness[kind] != 0);
    }
}

TEST_F(BybitPlan, one_symbol_needs_one_connection_with_its_topics) {
    ASSERT_TRUE(host.plan({"BTCUSDT"}, host.info().channels).ok());
    ASSERT_EQ(host.connections().size(), 1U);
    const FakeConnection& c = host.connections()[0];
    EXPECT_EQ(c.path, "/v5/public/linear");
    EXPECT_EQ(c.keepalive, R"({"op":"ping","req_id":"ping"})");
    EXPECT_EQ(c.figures.keepalive_ms, 20'000U);
    EXPECT_GT(c.figures.idle_ms_max, c.figures.keepalive_ms);
    EXPECT_GT(c.figures.frame_gap_ms, 0U);
    ASSERT_EQ(c.frames.size(), 1U);
    EXPECT_EQ(c.frames[0], R"({"req_id":"1","op":"subscribe","args":["allLiquidation.BTCUSDT",)"
                           R"("publicTrade.BTCUSDT","tickers.BTCUSDT","orderbook.1.BTCUSDT"]})");
    ASSERT_EQ(c.streams.size(), 4U);
    EXPECT_EQ(c.streams[0].topic, "allLiquidation.BTCUSDT");
    EXPECT_EQ(c.streams[0].kinds, kind_bit(EventKind::Liquidation));
    EXPECT_EQ(c.streams[2].kinds, kind_bit(EventKind::MarkPrice) | kind_bit(EventKind::Funding) |
                                      kind_bit(EventKind::OpenInterest));
}

TEST_F(BybitPlan, only_wanted_kinds_are_subscribed) {
    ASSERT_TRUE(host.plan({"BTCUSDT"}, kind_bit(EventKind::Funding)).ok());
    ASSERT_EQ(host.connections().size(), 1U);
    ASSERT_EQ(host.connections()[0].streams.size(), 1U);
    EXPECT_EQ(host.connections()[0].streams[0].topic, "tickers.BTCUSDT");
    EXPECT_EQ(host.connections()[0].streams[0].kinds, kind_bit(EventKind::Funding));
    ASSERT_TRUE(host.plan({}, host.info().channels).ok());
    EXPECT_TRUE(host.connections().empty());
}

TEST_F(BybitPlan, many_symbols_are_spread_within_the_limits_of_a_connection) {
    std::vector<std::string> natives;
    for (int i = 0; i < 800; ++i) {
        natives.push_back("1000000LONGNAME" + std::to_string(i) + "USDT-25DEC26");
    }
    ASSERT_TRUE(host.plan(natives, host.info().channels).ok());
    std::set<std::string> topics;
    std::set<std::string> names;
    for (const FakeConnection& c : host.connections()) {
        std::size_t characters = 0;
        std::size_t asked = 0;
        for (const std::string& frame : c.frames) {
            characters += frame.size();
            asked += static_cast<std::size_t>(std::count(frame.begin(), frame.end(), '.'));
            EXPECT_LE(std::count(frame.begin(), frame.end(), '.'), 20);  // orderbook.1. has two
        }
        EXPECT_LE(characters, kArgsCharactersMax);
        EXPECT_LE(c.streams.size(), kTopicsMax);
        EXPECT_GE(asked, c.streams.size());
        for (const FakeConnection::Stream& stream : c.streams) {
            topics.insert(stream.topic);
        }
        names.insert(c.name);
    }
    EXPECT_EQ(topics.size(), 3'200U);
    EXPECT_EQ(host.connections().size(), 16U);
    EXPECT_EQ(names.size(), 16U);
}

TEST_F(BybitPlan, name_that_could_break_out_of_a_message_is_refused) {
    const Status status = host.plan({"BTC\",\"x"}, host.info().channels);
    EXPECT_FALSE(status.ok());
    EXPECT_NE(status.message().find("BTC\",\"x"), std::string::npos);
    EXPECT_TRUE(host.connections().empty());
}

TEST_F(BybitPlan, discovery_announces_what_is_traded_and_follows_the_pages) {
    ASSERT_TRUE(host.discover().ok());
    ASSERT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(host.requests()[0].target, "/v5/market/instruments-info?category=linear&limit=1000");
    ASSERT_EQ(host.reply(host.requests()[0], 200, file_text("instruments_1.json")).code, PETREL_OK);
    ASSERT_EQ(host.requests().size(), 2U);
    EXPECT_EQ(host.requests()[1].target,
              "/v5/market/instruments-info?category=linear&limit=1000"
              "&cursor=first%3DBTC%2526%20next%2F2");
    ASSERT_EQ(host.reply(host.requests()[1], 200, file_text("instruments_2.json")).code, PETREL_OK);
    EXPECT_EQ(host.requests().size(), 2U);

    const std::vector<FakeInstrument>& all = host.instruments();
    ASSERT_EQ(all.size(), 6U);
    EXPECT_EQ(all[0].native, "BTCUSDT");
    EXPECT_EQ(all[1].base, "PEPE");
    EXPECT_EQ(all[1].figures.base_per_unit, 1000.0);
    EXPECT_EQ(all[2].base, "SHIB");
    EXPECT_EQ(all[2].settle, "USDC");
    EXPECT_EQ(all[3].figures.type, PETREL_INSTRUMENT_FUTURE);
    EXPECT_EQ(all[3].figures.expiry_ns, 1'798'185'600'000 * kNsPerMs);
    EXPECT_EQ(all[4].native, "BTCEUR");
    EXPECT_EQ(all[5].native, "ETHPERP");
    EXPECT_TRUE(host.notices().empty());
}

TEST_F(BybitPlan, refusal_of_the_venue_is_reported_in_its_words) {
    ASSERT_TRUE(host.discover().ok());
    const auto answer = host.reply(host.requests()[0], 200,
                                   R"({"retCode":10006,"retMsg":"Too many visits!","result":{}})");
    EXPECT_EQ(answer.code, PETREL_E_REJECTED);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_VENUE_ERROR);
    EXPECT_NE(host.notices()[0].text.find("Too many visits!"), std::string::npos);
}

TEST_F(BybitPlan, broken_lists_are_refused_and_announce_nothing_more) {
    ASSERT_TRUE(host.discover().ok());
    const testing::FakeRequest request = host.requests()[0];
    EXPECT_EQ(host.reply(request, 403, "access too frequent").code, PETREL_E_REJECTED);
    EXPECT_NE(host.notices().back().text.find("403"), std::string::npos);
    for (const char* body :
         {"", "[]", "<html>", "{}", R"({"retCode":"0"})", R"({"retCode":0})",
          R"({"retCode":0,"result":{}})", R"({"retCode":0,"result":{"list":{}}})",
          R"({"retCode":0,"result":{"list":[1]}})",
          R"({"retCode":0,"result":{"list":[{"symbol":7}]}})",
          R"({"retCode":0,"result":{"list":[{"symbol":"BTCUSDT","status":"Closed"}]}})"}) {
        EXPECT_EQ(host.reply(request, 200, body).code, PETREL_E_REJECTED) << body;
    }
    EXPECT_TRUE(host.instruments().empty());
}

TEST_F(BybitPlan, list_that_never_ends_is_given_up) {
    ASSERT_TRUE(host.discover().ok());
    const std::string body = file_text("instruments_1.json");
    std::size_t replies = 0;
    while (replies < host.requests().size() && replies < 100) {
        const testing::FakeRequest request = host.requests()[replies];
        ++replies;
        (void)host.reply(request, 200, body);
    }
    EXPECT_EQ(replies, kPagesMax);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_VENUE_ERROR);
}

}  // namespace
}  // namespace petrel::bybit
