// Planning, discovery and backfill: limits of a connection, what is listed, how a hole is filled.
#include "subscribe.hpp"

#include <gtest/gtest.h>

#include <set>

#include "backfill.hpp"
#include "symbols.hpp"
#include "venue_test.hpp"

namespace petrel::okx {
namespace {

using testing::FakeConnection;
using testing::FakeInstrument;
using testing::FakeRequest;
using OkxPlan = ListedVenue;

TEST_F(OkxPlan, venue_says_what_it_is) {
    const petrel_exchange_info& info = host.info();
    EXPECT_EQ(view_of(info.ws_endpoints[0]), "wss://ws.okx.com");
    EXPECT_EQ(view_of(info.rest_endpoints[0]), "https://www.okx.com");
    EXPECT_EQ(info.completeness[PETREL_EVENT_TRADE], PETREL_COMPLETE);
    EXPECT_EQ(info.completeness[PETREL_EVENT_LIQUIDATION], PETREL_SAMPLED);
    for (std::uint32_t kind = 1; kind < PETREL_EVENT_KIND_END; ++kind) {
        EXPECT_EQ((info.channels & PETREL_KIND_BIT(kind)) != 0, info.completeness[kind] != 0);
    }
}

TEST_F(OkxPlan, two_swaps_share_one_channel_of_liquidations) {
    ASSERT_TRUE(host.plan({"BTC-USDT-SWAP", "BTC-USD-SWAP"},
                          kind_bit(EventKind::Liquidation) | kind_bit(EventKind::Trade))
                    .ok());
    ASSERT_EQ(host.connections().size(), 1U);
    const FakeConnection& c = host.connections()[0];
    EXPECT_EQ(c.path, "/ws/v5/public");
    EXPECT_EQ(c.keepalive, "ping");
    EXPECT_LT(c.figures.keepalive_ms, 30'000U);
    EXPECT_GT(c.figures.idle_ms_max, c.figures.keepalive_ms);
    ASSERT_EQ(c.frames.size(), 1U);
    EXPECT_EQ(c.frames[0], R"({"id":"1","op":"subscribe","args":[)"
                           R"({"channel":"liquidation-orders","instType":"SWAP"},)"
                           R"({"channel":"trades","instId":"BTC-USDT-SWAP"},)"
                           R"({"channel":"trades","instId":"BTC-USD-SWAP"}]})");
    ASSERT_EQ(c.streams.size(), 4U);
    EXPECT_EQ(c.streams[0].topic, "liquidation-orders:SWAP");
    EXPECT_EQ(c.streams[1].instrument, host.handle_of("BTC-USD-SWAP"));
    EXPECT_EQ(c.streams[2].topic, "trades:BTC-USDT-SWAP");
    EXPECT_EQ(c.streams[2].kinds, kind_bit(EventKind::Trade));
}

TEST_F(OkxPlan, many_swaps_are_spread_within_the_limits_of_a_connection) {
    std::vector<std::string> natives;
    for (int i = 0; i < 300; ++i) {
        natives.push_back("LONGNAME" + std::to_string(i) + "-USDT-SWAP");
    }
    ASSERT_TRUE(host.plan(natives, host.info().channels).ok());
    std::set<std::string> topics;
    for (const FakeConnection& c : host.connections()) {
        std::size_t bytes = 0;
        for (const std::string& text : c.frames) {
            bytes += text.size();
        }
        EXPECT_LE(bytes, 64U << 10U);
        EXPECT_LE(c.frames.size(), kChannelsMax / kChannelsPerMessage);
        for (const FakeConnection::Stream& stream : c.streams) {
            topics.insert(stream.topic);
        }
    }
    EXPECT_EQ(host.connections().size(), 8U);  // 1501 channels
    EXPECT_EQ(topics.size(), 1'501U);
}

TEST_F(OkxPlan, name_that_is_no_swap_is_refused) {
    for (const char* native : {"BTC-USDT", "BTC\",\"x-USDT-SWAP", "-USDT-SWAP", "BTC--SWAP",
                               "A-B-C-SWAP", "btc-usdt-SWAP"}) {
        const Status status = host.plan({native}, host.info().channels);
        EXPECT_FALSE(status.ok()) << native;
        EXPECT_NE(status.message().find(native), std::string::npos);
    }
    EXPECT_TRUE(host.connections().empty());
}

TEST_F(OkxPlan, discovery_announces_what_is_traded_with_its_size) {
    const std::vector<FakeInstrument>& all = host.instruments();
    ASSERT_EQ(all.size(), 5U);
    EXPECT_EQ(all[0].native, "BTC-USDT-SWAP");
    EXPECT_EQ(all[0].base, "BTC");
    EXPECT_EQ(all[0].settle, "USDT");
    EXPECT_EQ(all[0].figures.base_per_unit, 0.01);
    EXPECT_EQ(all[1].figures.base_per_unit, 0.0);
    EXPECT_EQ(all[1].figures.quote_per_unit, 100.0);
    EXPECT_EQ(all[1].settle, "BTC");
    EXPECT_EQ(all[2].figures.base_per_unit, 0.1);  // 0.01 x 10
    EXPECT_EQ(all[3].base, "PEPE");
    EXPECT_EQ(all[3].figures.base_per_unit, 50'000.0);
    EXPECT_EQ(all[3].figures.price_divisor, 1'000.0);
    EXPECT_EQ(all[4].figures.base_per_unit, 2.0);
}

TEST_F(OkxPlan, broken_lists_are_refused) {
    ASSERT_TRUE(host.discover().ok());
    const FakeRequest request = host.requests()[0];
    EXPECT_EQ(request.target, "/api/v5/public/instruments?instType=SWAP");
    EXPECT_EQ(host.reply(request, 429, "{}").code, PETREL_E_REJECTED);
    EXPECT_NE(host.notices().back().text.find("429"), std::string::npos);
    EXPECT_EQ(host.reply(request, 200, R"({"code":"50011","msg":"Too Many","data":[]})").code,
              PETREL_E_REJECTED);
    EXPECT_NE(host.notices().back().text.find("Too Many"), std::string::npos);
    for (const char* body : {"", "[]", "<html>", "{}", R"({"code":0})", R"({"code":"0"})",
                             R"({"code":"0","data":{}})", R"({"code":"0","data":[]})",
                             R"({"code":"0","data":[1]})", R"({"code":"0","data":[{}]})"}) {
        EXPECT_EQ(host.reply(request, 200, body).code, PETREL_E_REJECTED) << body;
    }
}

std::string page(std::uint64_t newest, std::size_t count) {
    std::string rows;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t id = newest - i;
        rows += std::string(i == 0 ? "" : ",") +
                R"({"instId":"BTC-USDT-SWAP","side":"buy","sz":"1","px":"90000","tradeId":")" +
                std::to_string(id) + R"(","ts":")" + std::to_string(1'794'000'000'000 + id) +
                R"("})";
    }
    return R"({"code":"0","msg":"","data":[)" + rows + "]}";
}

petrel_gap gap_of(std::uint64_t first, std::uint64_t last) {
    petrel_gap gap{};
    gap.kind = PETREL_EVENT_TRADE;
    gap.native = text_of("BTC-USDT-SWAP");
    gap.first_id = first;
    gap.last_id = last;
    gap.from_ns = (1'794'000'000'000 + 1'000) * kNsPerMs;
    gap.to_ns = (1'794'000'000'000 + 1'150) * kNsPerMs;
    return gap;
}

TEST_F(OkxPlan, hole_is_filled_page_by_page_and_written_oldest_first) {
    ASSERT_TRUE(host.backfill(gap_of(1'001, 1'150)).ok());
    ASSERT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(host.requests()[0].target,
              "/api/v5/market/history-trades?instId=BTC-USDT-SWAP&type=1&after=1151&limit=100");
    ASSERT_EQ(host.reply(host.requests()[0], 200, page(1'150, 100)).code, PETREL_OK);
    EXPECT_TRUE(host.events().empty());
    ASSERT_EQ(host.requests().size(), 2U);
    EXPECT_EQ(host.requests()[1].target,
              "/api/v5/market/history-trades?instId=BTC-USDT-SWAP&type=1&after=1051&limit=100");
    ASSERT_EQ(host.reply(host.requests()[1], 200, page(1'050, 100)).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 150U);
    EXPECT_EQ(event(0).id, 1'001U);
    EXPECT_EQ(event(149).id, 1'150U);
    EXPECT_EQ(event(0).quantity, 0.01);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_LATE | PETREL_FLAG_ID_SEQUENCE);
    EXPECT_EQ(host.requests().size(), 2U);
    EXPECT_EQ(host.reply(host.requests()[1], 200, page(1'050, 100)).code, PETREL_IGNORED);
}

TEST_F(OkxPlan, hole_without_ids_is_filled_by_time) {
    ASSERT_TRUE(host.backfill(gap_of(0, 0)).ok());
    EXPECT_EQ(host.requests()[0].target,
              "/api/v5/market/history-trades?instId=BTC-USDT-SWAP&type=2&after=1794000001151"
              "&limit=100");
    ASSERT_EQ(host.reply(host.requests()[0], 200, page(1'050, 100)).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 51U);
    EXPECT_EQ(event(0).id, 1'000U);
}

TEST_F(OkxPlan, refused_page_ends_the_hole_with_what_was_found) {
    ASSERT_TRUE(host.backfill(gap_of(1, 1'150)).ok());
    ASSERT_EQ(host.reply(host.requests()[0], 200, page(1'150, 100)).code, PETREL_OK);
    EXPECT_EQ(host.reply(host.requests()[1], 429, "").code, PETREL_E_REJECTED);
    EXPECT_EQ(host.events().size(), 100U);
    EXPECT_EQ(host.requests().size(), 2U);
}

TEST_F(OkxPlan, hole_that_is_too_long_is_told) {
    ASSERT_TRUE(host.backfill(gap_of(1, 1'000'000)).ok());
    for (std::size_t i = 0; i < kBackfillPagesMax; ++i) {
        ASSERT_EQ(host.requests().size(), i + 1);
        ASSERT_EQ(host.reply(host.requests()[i], 200, page(1'000'000 - 100 * i, 100)).code,
                  PETREL_OK);
    }
    EXPECT_EQ(host.requests().size(), kBackfillPagesMax);
    EXPECT_EQ(host.events().size(), 2'000U);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_NE(host.notices()[0].text.find("BTC-USDT-SWAP"), std::string::npos);
}

TEST_F(OkxPlan, hole_that_cannot_be_filled_is_refused) {
    petrel_gap unlisted = gap_of(1, 2);
    unlisted.native = text_of("NEW-USDT-SWAP");
    EXPECT_EQ(host.backfill(unlisted).code(), PETREL_E_UNSUPPORTED);
    EXPECT_TRUE(host.requests().empty());
}

}  // namespace
}  // namespace petrel::okx
