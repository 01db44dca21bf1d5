// Planning, discovery and backfill: limits of a connection, what is listed, how a hole is filled.
#include "subscribe.hpp"

#include <gtest/gtest.h>

#include <set>

#include "backfill.hpp"
#include "symbols.hpp"
#include "venue_test.hpp"

namespace petrel::bitget {
namespace {

using testing::FakeConnection;
using testing::FakeInstrument;
using testing::FakeRequest;
using BitgetPlan = ListedVenue;

TEST_F(BitgetPlan, venue_says_what_it_is) {
    const petrel_exchange_info& info = host.info();
    EXPECT_EQ(view_of(info.ws_endpoints[0]), "wss://ws.bitget.com");
    EXPECT_EQ(view_of(info.rest_endpoints[0]), "https://api.bitget.com");
    EXPECT_EQ(info.completeness[PETREL_EVENT_TRADE], PETREL_COMPLETE);
    EXPECT_EQ(info.completeness[PETREL_EVENT_LIQUIDATION], PETREL_SAMPLED);
    for (std::uint32_t kind = 1; kind < PETREL_EVENT_KIND_END; ++kind) {
        EXPECT_EQ((info.channels & PETREL_KIND_BIT(kind)) != 0, info.completeness[kind] != 0);
    }
}

TEST_F(BitgetPlan, liquidations_have_a_connection_of_their_own) {
    ASSERT_TRUE(host.plan({"BTCUSDT", "BTCUSD", "BTCUSDZ26"},
                          kind_bit(EventKind::Liquidation) | kind_bit(EventKind::Trade))
                    .ok());
    ASSERT_EQ(host.connections().size(), 2U);
    const FakeConnection& liquidations = host.connections()[0];
    EXPECT_EQ(liquidations.path, "/v3/ws/public");
    ASSERT_EQ(liquidations.frames.size(), 1U);
    EXPECT_EQ(liquidations.frames[0],
              R"({"op":"subscribe","args":[{"instType":"usdt-futures","topic":"liquidation"},)"
              R"({"instType":"coin-futures","topic":"liquidation"}]})");
    ASSERT_EQ(liquidations.streams.size(), 3U);
    EXPECT_EQ(liquidations.streams[1].topic, "liquidation:coin-futures");
    const FakeConnection& c = host.connections()[1];
    EXPECT_EQ(c.path, "/v2/ws/public");
    EXPECT_EQ(c.keepalive, "ping");
    EXPECT_LE(c.figures.keepalive_ms, 30'000U);
    EXPECT_GT(c.figures.idle_ms_max, c.figures.keepalive_ms);
    EXPECT_GT(c.figures.frame_gap_ms, 100U);
    EXPECT_LT(c.figures.life_s_max, 86'400U);
    EXPECT_EQ(c.frames[0],
              R"({"op":"subscribe","args":[)"
              R"({"instType":"USDT-FUTURES","channel":"trade","instId":"BTCUSDT"},)"
              R"({"instType":"COIN-FUTURES","channel":"trade","instId":"BTCUSD"},)"
              R"({"instType":"COIN-FUTURES","channel":"trade","instId":"BTCUSDZ26"}]})");
    ASSERT_EQ(c.streams.size(), 3U);
    EXPECT_EQ(c.streams[0].topic, "trade:BTCUSDT");
    EXPECT_EQ(c.streams[0].kinds, kind_bit(EventKind::Trade));
}

TEST_F(BitgetPlan, many_contracts_are_spread_within_the_limits_of_a_connection) {
    std::vector<std::string> natives;
    for (int i = 0; i < 100; ++i) {
        natives.push_back("LONGNAME" + std::to_string(i) + "USDT");
    }
    ASSERT_TRUE(host.plan(natives, host.info().channels).ok());
    std::set<std::string> topics;
    for (const FakeConnection& c : host.connections()) {
        EXPECT_LE(c.frames.size(), kChannelsMax / kChannelsPerMessage);
        for (const FakeConnection::Stream& stream : c.streams) {
            topics.insert(stream.topic);
        }
        if (c.path == "/v2/ws/public") {
            EXPECT_LT(c.streams.size(), 50U);
        }
    }
    EXPECT_EQ(host.connections().size(), 8U);  // 300 channels and the liquidations
    EXPECT_EQ(topics.size(), 301U);
}

TEST_F(BitgetPlan, name_that_tells_no_product_is_refused) {
    for (const char* native : {"BTCEUR", "BTC\",\"xUSDT", "USDT", "btcusdt"}) {
        const Status status = host.plan({native}, host.info().channels);
        EXPECT_FALSE(status.ok()) << native;
        EXPECT_NE(status.message().find(native), std::string::npos);
    }
    EXPECT_TRUE(host.connections().empty());
}

TEST_F(BitgetPlan, discovery_asks_for_each_product_and_announces_what_is_traded) {
    ASSERT_TRUE(host.discover().ok());
    ASSERT_EQ(host.requests().size(), 3U);
    EXPECT_EQ(host.requests()[2].target, "/api/v2/mix/market/contracts?productType=COIN-FUTURES");
    const std::vector<FakeInstrument>& all = host.instruments();
    ASSERT_EQ(all.size(), 5U);
    EXPECT_EQ(all[0].native, "BTCUSDT");
    EXPECT_EQ(all[0].figures.base_per_unit, 1.0);
    EXPECT_EQ(all[1].base, "PEPE");
    EXPECT_EQ(all[1].figures.base_per_unit, 1'000.0);
    EXPECT_EQ(all[1].figures.price_divisor, 1'000.0);
    EXPECT_EQ(all[2].native, "ETHPERP");
    EXPECT_EQ(all[2].settle, "USDC");
    EXPECT_EQ(all[3].settle, "BTC");
    EXPECT_EQ(all[3].quote, "USD");
    EXPECT_EQ(all[4].figures.type, PETREL_INSTRUMENT_FUTURE);
    EXPECT_EQ(all[4].figures.expiry_ns, 1'798'185'600'000 * kNsPerMs);
}

TEST_F(BitgetPlan, broken_lists_are_refused) {
    ASSERT_TRUE(host.discover().ok());
    const FakeRequest request = host.requests()[0];
    EXPECT_EQ(host.reply(request, 429, "{}").code, PETREL_E_REJECTED);
    EXPECT_NE(host.notices().back().text.find("429"), std::string::npos);
    EXPECT_EQ(host.reply(request, 200, R"({"code":"429","msg":"Too Many","data":[]})").code,
              PETREL_E_REJECTED);
    EXPECT_NE(host.notices().back().text.find("Too Many"), std::string::npos);
    for (const char* body : {"", "[]", "<html>", "{}", R"({"code":0})", R"({"code":"00000"})",
                             R"({"code":"00000","data":{}})", R"({"code":"00000","data":[]})",
                             R"({"code":"00000","data":[1]})", R"({"code":"00000","data":[{}]})"}) {
        EXPECT_EQ(host.reply(request, 200, body).code, PETREL_E_REJECTED) << body;
    }
}

constexpr std::int64_t kStartMs = 1'794'000'000'000;

// Trades one millisecond apart, newest first, as the venue gives them.
std::string page(std::int64_t newest, std::size_t count) {
    std::string rows;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string at = std::to_string(newest - static_cast<std::int64_t>(i));
        rows += std::string(i == 0 ? "" : ",") + R"({"tradeId":")" + at +
                R"(","price":"90000","size":"1","side":"Sell","ts":")" +
                std::to_string(kStartMs + newest - static_cast<std::int64_t>(i)) +
                R"(","symbol":"BTCUSDT"})";
    }
    return R"({"code":"00000","msg":"success","requestTime":1,"data":[)" + rows + "]}";
}

petrel_gap gap_of(std::int64_t from, std::int64_t to) {
    petrel_gap gap{};
    gap.kind = PETREL_EVENT_TRADE;
    gap.native = text_of("BTCUSDT");
    gap.from_ns = (kStartMs + from) * kNsPerMs;
    gap.to_ns = (kStartMs + to) * kNsPerMs;
    return gap;
}

TEST_F(BitgetPlan, hole_is_filled_page_by_page_and_written_oldest_first) {
    ASSERT_TRUE(host.backfill(gap_of(2'001, 3'500)).ok());
    ASSERT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(host.requests()[0].target,
              "/api/v2/mix/market/fills-history?symbol=BTCUSDT&productType=USDT-FUTURES"
              "&limit=1000&endTime=1794000003501");
    ASSERT_EQ(host.reply(host.requests()[0], 200, page(3'501, 1'000)).code, PETREL_OK);
    EXPECT_TRUE(host.events().empty());
    ASSERT_EQ(host.requests().size(), 2U);
    EXPECT_TRUE(host.requests()[1].target.ends_with("&endTime=1794000003501&idLessThan=2502"));
    ASSERT_EQ(host.reply(host.requests()[1], 200, page(2'501, 1'000)).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1'500U);
    EXPECT_EQ(event(0).id, 2'001U);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_LATE);
    EXPECT_EQ(event(1'499).id, 3'500U);
    EXPECT_EQ(host.requests().size(), 2U);
    EXPECT_EQ(host.reply(host.requests()[1], 200, page(1, 1)).code, PETREL_IGNORED);
}

TEST_F(BitgetPlan, refused_page_ends_the_hole_with_what_was_found) {
    ASSERT_TRUE(host.backfill(gap_of(1, 3'500)).ok());
    ASSERT_EQ(host.reply(host.requests()[0], 200, page(3'500, 1'000)).code, PETREL_OK);
    EXPECT_EQ(host.reply(host.requests()[1], 429, "").code, PETREL_E_REJECTED);
    EXPECT_EQ(host.events().size(), 1'000U);
    EXPECT_EQ(host.requests().size(), 2U);
}

TEST_F(BitgetPlan, hole_that_is_too_long_is_told) {
    ASSERT_TRUE(host.backfill(gap_of(1, 100'000)).ok());
    for (std::size_t i = 0; i < kBackfillPagesMax; ++i) {
        ASSERT_EQ(host.requests().size(), i + 1);
        const auto newest = static_cast<std::int64_t>(100'000 - 1'000 * i);
        ASSERT_EQ(host.reply(host.requests()[i], 200, page(newest, 1'000)).code, PETREL_OK);
    }
    EXPECT_EQ(host.requests().size(), kBackfillPagesMax);
    EXPECT_EQ(host.events().size(), 10'000U);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_NE(host.notices()[0].text.find("BTCUSDT"), std::string::npos);
}

TEST_F(BitgetPlan, hole_that_cannot_be_filled_is_refused) {
    petrel_gap unlisted = gap_of(1, 2);
    unlisted.native = text_of("NEWUSDT");
    EXPECT_EQ(host.backfill(unlisted).code(), PETREL_E_UNSUPPORTED);
    EXPECT_EQ(host.backfill(gap_of(2, 1)).code(), PETREL_E_INVALID);
    EXPECT_TRUE(host.requests().empty());
}

}  // namespace
}  // namespace petrel::bitget
