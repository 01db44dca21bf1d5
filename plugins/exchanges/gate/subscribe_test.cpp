// Planning, discovery and backfill: limits of a connection, what is listed, how a hole is filled.
#include "subscribe.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "backfill.hpp"
#include "instruments.hpp"
#include "symbols.hpp"
#include "venue_test.hpp"

namespace petrel::gate {
namespace {

using testing::FakeConnection;
using testing::FakeInstrument;
using testing::FakeRequest;
using GatePlan = ListedVenue;

TEST_F(GatePlan, venue_says_what_it_is) {
    const petrel_exchange_info& info = host.info();
    EXPECT_EQ(view_of(info.ws_endpoints[0]), "wss://fx-ws.gateio.ws");
    EXPECT_EQ(view_of(info.rest_endpoints[0]), "https://api.gateio.ws");
    EXPECT_EQ(info.completeness[PETREL_EVENT_LIQUIDATION], PETREL_COMPLETE);
    EXPECT_EQ(info.completeness[PETREL_EVENT_MARK_PRICE], PETREL_SAMPLED);
    for (std::uint32_t kind = 1; kind < PETREL_EVENT_KIND_END; ++kind) {
        EXPECT_EQ((info.channels & PETREL_KIND_BIT(kind)) != 0, info.completeness[kind] != 0);
    }
}

TEST_F(GatePlan, each_settlement_has_a_connection_of_its_own) {
    ASSERT_TRUE(host.plan({"BTC_USDT", "BTC_USD", "SOL_USDT", "ETH_USD1"},
                          kind_bit(EventKind::Liquidation) | kind_bit(EventKind::Trade))
                    .ok());
    ASSERT_EQ(host.connections().size(), 3U);
    const FakeConnection& c = host.connections()[0];
    EXPECT_EQ(c.path, "/v4/ws/usdt");
    EXPECT_EQ(c.headers, (testing::FakeHeaders{{"X-Gate-Size-Decimal", "1"}}));
    EXPECT_TRUE(c.keepalive.empty());  // a ping frame
    EXPECT_GT(c.figures.keepalive_ms, 0U);
    EXPECT_GT(c.figures.idle_ms_max, c.figures.keepalive_ms);
    ASSERT_EQ(c.frames.size(), 2U);
    EXPECT_EQ(c.frames[0], R"({"time":1700000000,"channel":"futures.public_liquidates",)"
                           R"("event":"subscribe","payload":["BTC_USDT","SOL_USDT"]})");
    EXPECT_EQ(c.frames[1], R"({"time":1700000000,"channel":"futures.trades",)"
                           R"("event":"subscribe","payload":["BTC_USDT","SOL_USDT"]})");
    ASSERT_EQ(c.streams.size(), 4U);
    EXPECT_EQ(c.streams[0].topic, "futures.public_liquidates:BTC_USDT");
    EXPECT_EQ(c.streams[0].kinds, kind_bit(EventKind::Liquidation));
    EXPECT_EQ(host.connections()[1].path, "/v4/ws/btc");
    EXPECT_EQ(host.connections()[2].path, "/v4/ws/usd1");
}

TEST_F(GatePlan, many_contracts_share_messages) {
    std::vector<std::string> natives;
    for (int i = 0; i < 120; ++i) {
        natives.push_back("NAME" + std::to_string(i) + "_USDT");
    }
    ASSERT_TRUE(host.plan(natives, host.info().channels).ok());
    ASSERT_EQ(host.connections().size(), 1U);
    const FakeConnection& c = host.connections()[0];
    EXPECT_EQ(c.frames.size(), 12U);  // four channels, three messages each
    EXPECT_EQ(c.streams.size(), 480U);
    for (const std::string& text : c.frames) {
        EXPECT_TRUE(text.ends_with("\"]}")) << text;
        EXPECT_LE(std::count(text.begin(), text.end(), '_'),
                  static_cast<std::ptrdiff_t>(kContractsPerMessage) + 1);
    }
}

TEST_F(GatePlan, name_that_tells_no_settlement_is_refused) {
    for (const char* native : {"BTC_EUR", "BTC\",\"x_USDT", "_USDT", "BTCUSDT", "A_B_USDT"}) {
        const Status status = host.plan({native}, host.info().channels);
        EXPECT_FALSE(status.ok()) << native;
        EXPECT_NE(status.message().find(native), std::string::npos);
    }
    EXPECT_TRUE(host.connections().empty());
}

TEST_F(GatePlan, discovery_announces_what_is_traded_with_its_size) {
    ASSERT_TRUE(host.discover().ok());
    ASSERT_EQ(host.requests().size(), 3U);
    EXPECT_EQ(host.requests()[2].headers, (testing::FakeHeaders{{"X-Gate-Size-Decimal", "1"}}));
    EXPECT_EQ(host.requests()[1].target, "/api/v4/futures/btc/contracts?limit=1000&offset=0");
    const std::vector<FakeInstrument>& all = host.instruments();
    ASSERT_EQ(all.size(), 4U);
    EXPECT_EQ(all[0].native, "BTC_USDT");
    EXPECT_EQ(all[0].figures.base_per_unit, 0.0001);
    EXPECT_EQ(all[1].base, "PEPE");
    EXPECT_EQ(all[1].figures.base_per_unit, 10'000.0);
    EXPECT_EQ(all[1].figures.price_divisor, 1'000.0);
    EXPECT_EQ(all[2].native, "BTC_USD");  // the quanto contract beside it is not listed
    EXPECT_EQ(all[2].figures.base_per_unit, 0.0);
    EXPECT_EQ(all[2].figures.quote_per_unit, 1.0);
    EXPECT_EQ(all[2].settle, "BTC");
    EXPECT_EQ(all[3].quote, "USD1");
}

TEST_F(GatePlan, full_page_asks_for_the_next_one_up_to_a_limit) {
    ASSERT_TRUE(host.discover().ok());
    std::string body = "[";
    for (std::size_t i = 0; i < kContractsPerPage; ++i) {
        body +=
            std::string(i == 0 ? "" : ",") +
            R"({"name":"BTC_USDT","type":"direct","quanto_multiplier":"1","in_delisting":false})";
    }
    body += "]";
    std::size_t last = 0;
    for (std::size_t page = 1; page < kPagesMax; ++page) {
        ASSERT_EQ(host.reply(host.requests()[last], 200, body).code, PETREL_OK);
        last = host.requests().size() - 1;
        EXPECT_EQ(host.requests()[last].target,
                  "/api/v4/futures/usdt/contracts?limit=1000&offset=" +
                      std::to_string(page * kContractsPerPage));
    }
    EXPECT_EQ(host.reply(host.requests()[last], 200, body).code, PETREL_E_REJECTED);
}

TEST_F(GatePlan, broken_lists_are_refused) {
    ASSERT_TRUE(host.discover().ok());
    const FakeRequest request = host.requests()[0];
    EXPECT_EQ(host.reply(request, 429, R"({"label":"TOO_MANY","message":"Slow down"})").code,
              PETREL_E_REJECTED);
    EXPECT_NE(host.notices().back().text.find("429, Slow down"), std::string::npos);
    for (const char* body : {"", "{}", "<html>", "[1]", "[{}]", R"([{"name":"BTC_USDT"}])",
                             R"([{"name":"X_EUR","type":"direct","in_delisting":false}])"}) {
        EXPECT_EQ(host.reply(request, 200, body).code, PETREL_E_REJECTED) << body;
    }
}

constexpr std::int64_t kStartMs = 1'794'000'000'000;

// Trades one millisecond apart, newest first, as the venue gives them.
std::string page(std::uint64_t newest, std::size_t count) {
    std::string rows;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t id = newest - i;
        const std::uint64_t ms = id % 1'000;
        rows += std::string(i == 0 ? "" : ",") + R"({"id":)" + std::to_string(id) +
                R"(,"create_time":1794000001,"create_time_ms":)" +
                std::to_string(1'794'000'000 + id / 1'000) + "." +
                std::to_string(1'000 + ms).substr(1) +
                R"(,"contract":"BTC_USDT","size":-5,"price":"90000"})";
    }
    return "[" + rows + "]";
}

petrel_gap gap_of(std::uint64_t first, std::uint64_t last) {
    petrel_gap gap{};
    gap.kind = PETREL_EVENT_TRADE;
    gap.native = text_of("BTC_USDT");
    gap.first_id = first;
    gap.last_id = last;
    gap.from_ns = (kStartMs + 2'000) * kNsPerMs;
    gap.to_ns = (kStartMs + 3'500) * kNsPerMs;
    return gap;
}

TEST_F(GatePlan, hole_is_filled_page_by_page_and_written_oldest_first) {
    ASSERT_TRUE(host.backfill(gap_of(2'001, 3'499)).ok());
    ASSERT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(host.requests()[0].target,
              "/api/v4/futures/usdt/trades?contract=BTC_USDT&from=1794000002&to=1794000004"
              "&limit=1000&offset=0");
    ASSERT_EQ(host.reply(host.requests()[0], 200, page(3'600, 1'000)).code, PETREL_OK);
    EXPECT_TRUE(host.events().empty());
    ASSERT_EQ(host.requests().size(), 2U);
    EXPECT_EQ(host.requests()[0].headers, host.requests()[1].headers);
    EXPECT_EQ(host.requests()[1].headers.size(), 1U);
    EXPECT_TRUE(host.requests()[1].target.ends_with("&limit=1000&offset=1000"));
    ASSERT_EQ(host.reply(host.requests()[1], 200, page(2'600, 601)).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1'499U);
    EXPECT_EQ(event(0).id, 2'001U);
    EXPECT_EQ(event(0).side, PETREL_SIDE_SELL);
    EXPECT_EQ(event(0).exchange_ts_ns, (kStartMs + 2'001) * kNsPerMs);  // seconds with decimals
    EXPECT_EQ(event(0).flags, PETREL_FLAG_LATE | PETREL_FLAG_ID_SEQUENCE);
    EXPECT_EQ(event(1'498).id, 3'499U);
    EXPECT_EQ(host.reply(host.requests()[1], 200, "[]").code, PETREL_IGNORED);
}

TEST_F(GatePlan, hole_without_ids_is_filled_by_time) {
    ASSERT_TRUE(host.backfill(gap_of(0, 0)).ok());
    ASSERT_EQ(host.reply(host.requests()[0], 200, page(2'100, 200)).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 101U);
    EXPECT_EQ(event(0).id, 2'000U);
}

TEST_F(GatePlan, refused_page_ends_the_hole_with_what_was_found) {
    ASSERT_TRUE(host.backfill(gap_of(2'001, 3'499)).ok());
    ASSERT_EQ(host.reply(host.requests()[0], 200, page(3'499, 1'000)).code, PETREL_OK);
    EXPECT_EQ(host.reply(host.requests()[1], 429, "").code, PETREL_E_REJECTED);
    EXPECT_EQ(host.events().size(), 1'000U);
    EXPECT_EQ(host.requests().size(), 2U);
}

TEST_F(GatePlan, hole_that_is_too_long_is_told) {
    ASSERT_TRUE(host.backfill(gap_of(1, 1'000'000)).ok());
    for (std::size_t i = 0; i < kBackfillPagesMax; ++i) {
        ASSERT_EQ(host.requests().size(), i + 1);
        ASSERT_EQ(host.reply(host.requests()[i], 200, page(100'000 - 1'000 * i, 1'000)).code,
                  PETREL_OK);
    }
    EXPECT_EQ(host.requests().size(), kBackfillPagesMax);
    EXPECT_EQ(host.events().size(), 10'000U);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_NE(host.notices()[0].text.find("BTC_USDT"), std::string::npos);
}

TEST_F(GatePlan, hole_that_cannot_be_filled_is_refused) {
    petrel_gap unlisted = gap_of(1, 2);
    unlisted.native = text_of("NEW_USDT");
    EXPECT_EQ(host.backfill(unlisted).code(), PETREL_E_UNSUPPORTED);
    petrel_gap timeless = gap_of(1, 2);
    timeless.from_ns = 0;
    EXPECT_EQ(host.backfill(timeless).code(), PETREL_E_INVALID);
    EXPECT_TRUE(host.requests().empty());
}

}  // namespace
}  // namespace petrel::gate
