// Planning, discovery and backfill: messages and limits of a connection; what is taken from the
// lists of REST and what is refused in them. Through the plugin boundary.
#include "subscribe.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "kit/iso_time.hpp"
#include "petrel/testing/fake_exchange_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::bitmex {
namespace {

using testing::FakeConnection;
using testing::FakeExchangeHost;

constexpr std::int64_t kHistoryStart_ns = 1'794'000'000 * kNsPerSecond;  // 2026-11-06 21:20

class BitmexPlan : public ::testing::Test {
protected:
    testing::FakeDecoded list(const std::string& rows) {
        host.forget_output();
        EXPECT_TRUE(host.discover().ok());
        const testing::FakeRequest request = host.requests().at(0);
        return host.reply(request, 200, "[" + rows + "]");
    }
    static std::string listed(const std::string& symbol, const std::string& fields) {
        return R"({"symbol":")" + symbol + R"(","state":"Open",)" + fields + "}";
    }
    Status fill(std::int64_t from_ns, std::int64_t to_ns) {
        host.forget_output();
        petrel_gap gap{};
        gap.instrument = host.handle_of("XBTUSD");
        gap.kind = PETREL_EVENT_TRADE;
        gap.native = text_of("XBTUSD");
        gap.from_ns = from_ns;
        gap.to_ns = to_ns;
        return host.backfill(gap);
    }
    static std::string page(int count) {
        std::string rows;
        for (int i = 0; i < count; ++i) {
            rows += std::string(rows.empty() ? "" : ",") + R"({"timestamp":")" +
                    kit::iso_text(kHistoryStart_ns / kNsPerMs + i) +
                    R"(","symbol":"XBTUSD","side":"Buy","size":100,"price":80000,"trdMatchID":"t)" +
                    std::to_string(i) + R"(","homeNotional":0.00125,"foreignNotional":100})";
        }
        return "[" + rows + "]";
    }
    void know_xbtusd() {
        ASSERT_EQ(list(listed("XBTUSD",
                              R"("typ":"FFWCSX","expiry":null,"underlying":"XBT",)"
                              R"("quoteCurrency":"USD","multiplier":-100000000,)"
                              R"("settlCurrency":"XBt","underlyingToSettleMultiplier":-100000000,)"
                              R"("isQuanto":false,"isInverse":true)"))
                      .code,
                  PETREL_OK);
    }

    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(BitmexPlan, venue_says_what_it_is) {
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    const petrel_exchange_info& info = host.info();
    EXPECT_EQ(view_of(info.ws_endpoints[0]), "wss://ws.bitmex.com");
    EXPECT_EQ(view_of(info.rest_endpoints[0]), "https://www.bitmex.com");
    EXPECT_EQ(info.completeness[PETREL_EVENT_LIQUIDATION], PETREL_COMPLETE);
    EXPECT_EQ(info.completeness[PETREL_EVENT_BEST_BID], PETREL_SAMPLED);
    for (std::uint32_t kind = 1; kind < PETREL_EVENT_KIND_END; ++kind) {
        EXPECT_EQ((info.channels & PETREL_KIND_BIT(kind)) != 0, info.completeness[kind] != 0);
    }
}

TEST_F(BitmexPlan, one_symbol_needs_one_connection_with_its_topics) {
    ASSERT_TRUE(host.plan({"XBTUSD"}, host.info().channels).ok());
    ASSERT_EQ(host.connections().size(), 1U);
    const FakeConnection& c = host.connections()[0];
    EXPECT_EQ(c.path, "/realtime");
    EXPECT_EQ(c.keepalive, "ping");
    EXPECT_EQ(c.figures.keepalive_ms, 5'000U);
    EXPECT_GT(c.figures.idle_ms_max, 2 * c.figures.keepalive_ms);
    ASSERT_EQ(c.frames.size(), 1U);
    EXPECT_EQ(c.frames[0], R"({"op":"subscribe","args":["liquidation:XBTUSD","trade:XBTUSD",)"
                           R"("instrument:XBTUSD","quote:XBTUSD"]})");
    ASSERT_EQ(c.streams.size(), 4U);
    EXPECT_EQ(c.streams[0].topic, "liquidation:XBTUSD");
    EXPECT_EQ(c.streams[0].kinds, kind_bit(EventKind::Liquidation));
}

TEST_F(BitmexPlan, only_wanted_kinds_are_subscribed) {
    ASSERT_TRUE(host.plan({"XBTUSD"}, kind_bit(EventKind::Funding)).ok());
    ASSERT_EQ(host.connections().at(0).streams.size(), 1U);
    EXPECT_EQ(host.connections()[0].streams[0].topic, "instrument:XBTUSD");
    EXPECT_EQ(host.connections()[0].streams[0].kinds, kind_bit(EventKind::Funding));
    ASSERT_TRUE(host.plan({}, host.info().channels).ok());
    EXPECT_TRUE(host.connections().empty());
}

TEST_F(BitmexPlan, many_symbols_stay_within_four_connections) {
    std::vector<std::string> natives;
    for (int i = 0; i < 300; ++i) {
        natives.push_back("COIN" + std::to_string(i) + "USDT");
    }
    ASSERT_TRUE(host.plan(natives, host.info().channels).ok());
    ASSERT_EQ(host.connections().size(), 4U);
    std::set<std::string> topics;
    for (const FakeConnection& c : host.connections()) {
        for (const std::string& frame : c.frames) {
            EXPECT_LE(std::count(frame.begin(), frame.end(), ':') - 2, 10);  // op and args have two
        }
        for (const FakeConnection::Stream& stream : c.streams) {
            topics.insert(stream.topic);
        }
    }
    EXPECT_EQ(topics.size(), 1'200U);
}

TEST_F(BitmexPlan, name_that_could_break_out_of_a_message_is_refused) {
    const Status status = host.plan({"XBT\",\"x"}, host.info().channels);
    EXPECT_FALSE(status.ok());
    EXPECT_NE(status.message().find("XBT\",\"x"), std::string::npos);
    EXPECT_TRUE(host.connections().empty());
}

TEST_F(BitmexPlan, discovery_tells_the_size_of_every_kind_of_contract) {
    know_xbtusd();
    ASSERT_EQ(
        list(listed("ETHUSD_ETH",
                    R"("typ":"FFWCSX","underlying":"ETH","quoteCurrency":"USD",)"
                    R"("multiplier":-1000000000,"settlCurrency":"Gwei",)"
                    R"("underlyingToSettleMultiplier":-1000000000,"isInverse":true)") +
             "," +
             listed("PEPEUSDT", R"("typ":"FFWCSX","underlying":"1000PEPE","quoteCurrency":"USDT",)"
                                R"("settlCurrency":"USDt","underlyingToPositionMultiplier":4,)"
                                R"("isQuanto":false,"isInverse":false)") +
             "," +
             listed("LTCUSD", R"("typ":"FFWCSX","underlying":"LTC","quoteCurrency":"USD",)"
                              R"("settlCurrency":"XBt","isQuanto":true,"isInverse":false,)"
                              R"("volume24h":400,"homeNotional24h":100)") +
             "," +
             listed("ETHZ26", R"("typ":"FFCCSX","expiry":"2026-12-25T12:00:00.000Z",)"
                              R"("underlying":"ETH","quoteCurrency":"XBT","settlCurrency":"XBt",)"
                              R"("underlyingToPositionMultiplier":1,"isQuanto":false,)"
                              R"("isInverse":false)") +
             "," +
             listed("XBT_USDT", R"("typ":"IFXXXP","underlying":"XBT","quoteCurrency":"USDT")") +
             R"(,{"symbol":"OLDUSDT","state":"Unlisted","typ":"FFWCSX"})")
            .code,
        PETREL_OK);
    EXPECT_TRUE(host.notices().empty());
    const auto& all = host.instruments();
    ASSERT_EQ(all.size(), 5U);
    EXPECT_EQ(all[0].base, "BTC");
    EXPECT_EQ(all[0].figures.quote_per_unit, 1.0);
    EXPECT_EQ(all[1].settle, "ETH");
    EXPECT_EQ(all[1].figures.quote_per_unit, 1.0);
    EXPECT_EQ(all[2].base, "PEPE");
    EXPECT_EQ(all[2].figures.base_per_unit, 250.0);
    EXPECT_EQ(all[2].figures.price_divisor, 1000.0);
    EXPECT_EQ(all[3].figures.base_per_unit, 0.25);
    EXPECT_EQ(all[4].quote, "BTC");
    EXPECT_EQ(all[4].figures.expiry_ns, 1'798'200'000 * kNsPerSecond);
}

TEST_F(BitmexPlan, broken_lists_are_refused_and_announce_nothing) {
    ASSERT_TRUE(host.discover().ok());
    ASSERT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(host.requests()[0].target, "/api/v1/instrument/active");
    const testing::FakeRequest request = host.requests()[0];
    EXPECT_EQ(host.reply(request, 429, "slow down").code, PETREL_E_REJECTED);
    EXPECT_NE(host.notices().back().text.find("429"), std::string::npos);
    for (const char* body : {"", "{}", "<html>", "[1]", R"([{"symbol":7}])", R"([{}])",
                             R"([{"symbol":"XBTUSD"}])", R"([{"symbol":"XBTUSD")"}) {
        EXPECT_EQ(host.reply(request, 200, body).code, PETREL_E_REJECTED) << body;
    }
    EXPECT_TRUE(host.instruments().empty());
}

TEST_F(BitmexPlan, hole_is_filled_page_by_page_oldest_first) {
    know_xbtusd();
    ASSERT_TRUE(fill(kHistoryStart_ns, kHistoryStart_ns + 5'000 * kNsPerMs).ok());
    ASSERT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(host.requests()[0].figures.purpose, PETREL_REQUEST_BACKFILL);
    EXPECT_EQ(host.requests()[0].target,
              "/api/v1/trade?symbol=XBTUSD&startTime=2026-11-06T21:20:00.000Z"
              "&endTime=2026-11-06T21:20:05.000Z&count=1000&start=0");
    ASSERT_EQ(host.reply(host.requests()[0], 200, page(1'000)).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 1'000U);
    EXPECT_EQ(host.events()[1].exchange_ts_ns, kHistoryStart_ns + kNsPerMs);
    EXPECT_EQ(host.events()[1].flags, PETREL_FLAG_ID_HASHED | PETREL_FLAG_LATE);
    EXPECT_EQ(host.events()[1].notional_usd, 100.0);
    ASSERT_EQ(host.requests().size(), 2U);
    EXPECT_TRUE(host.requests()[1].target.ends_with("&start=1000"));
    ASSERT_EQ(host.reply(host.requests()[1], 200, page(3)).code, PETREL_OK);
    EXPECT_EQ(host.events().size(), 1'003U);
    EXPECT_EQ(host.requests().size(), 2U);
    EXPECT_EQ(host.reply(host.requests()[1], 200, page(3)).code, PETREL_IGNORED);
}

TEST_F(BitmexPlan, holes_without_times_and_broken_replies_are_refused) {
    know_xbtusd();
    EXPECT_EQ(fill(0, kHistoryStart_ns).code(), PETREL_E_UNSUPPORTED);
    EXPECT_EQ(fill(kHistoryStart_ns, kHistoryStart_ns - 1).code(), PETREL_E_UNSUPPORTED);
    for (const char* body : {"", "{}", "[7]", R"([{"symbol":"XBTUSD"}])", "<html>"}) {
        ASSERT_TRUE(fill(kHistoryStart_ns, kHistoryStart_ns + 1).ok());
        EXPECT_EQ(host.reply(host.requests().at(0), 200, body).code, PETREL_E_REJECTED) << body;
        EXPECT_TRUE(host.events().empty());
    }
    ASSERT_TRUE(fill(kHistoryStart_ns, kHistoryStart_ns + 1).ok());
    EXPECT_EQ(host.reply(host.requests().at(0), 503, "[]").code, PETREL_E_REJECTED);
}

}  // namespace
}  // namespace petrel::bitmex
