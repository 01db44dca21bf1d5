// Plans within the limits of the venue, discovery of what is traded, and holes filled page by page.
#include "subscribe.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "history.hpp"
#include "petrel/testing/fake_exchange_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::deribit {
namespace {

using testing::FakeConnection;
using testing::FakeExchangeHost;
using testing::FakeInstrument;

class DeribitPlan : public ::testing::Test {
protected:
    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(DeribitPlan, one_contract_needs_one_connection_with_a_heartbeat) {
    ASSERT_TRUE(host.plan({"BTC-PERPETUAL"}, host.info().channels).ok());
    ASSERT_EQ(host.connections().size(), 1U);
    const FakeConnection& c = host.connections()[0];
    EXPECT_EQ(c.path, "/ws/api/v2");
    ASSERT_EQ(c.frames.size(), 2U);
    EXPECT_EQ(
        c.frames[0],
        R"({"jsonrpc":"2.0","id":1,"method":"public/set_heartbeat","params":{"interval":30}})");
    EXPECT_EQ(c.frames[1], R"({"jsonrpc":"2.0","id":3,"method":"public/subscribe","params":)"
                           R"({"channels":["trades.BTC-PERPETUAL.100ms",)"
                           R"("ticker.BTC-PERPETUAL.100ms","quote.BTC-PERPETUAL"]}})");
    EXPECT_EQ(c.keepalive, R"({"jsonrpc":"2.0","id":2,"method":"public/test","params":{}})");
    EXPECT_LT(c.figures.keepalive_ms, 30'000U);
    EXPECT_GT(c.figures.idle_ms_max, 30'000U);
    ASSERT_EQ(c.streams.size(), 3U);
    EXPECT_EQ(c.streams[0].kinds, kind_bit(EventKind::Trade) | kind_bit(EventKind::Liquidation));
    EXPECT_EQ(c.streams[2].topic, "quote.BTC-PERPETUAL");
}

TEST_F(DeribitPlan, only_wanted_kinds_are_subscribed) {
    ASSERT_TRUE(host.plan({"BTC-PERPETUAL"}, kind_bit(EventKind::Liquidation)).ok());
    ASSERT_EQ(host.connections().size(), 1U);
    ASSERT_EQ(host.connections()[0].streams.size(), 1U);
    EXPECT_EQ(host.connections()[0].streams[0].topic, "trades.BTC-PERPETUAL.100ms");
    EXPECT_EQ(host.connections()[0].streams[0].kinds, kind_bit(EventKind::Liquidation));
    ASSERT_TRUE(host.plan({}, host.info().channels).ok());
    EXPECT_TRUE(host.connections().empty());
}

TEST_F(DeribitPlan, many_contracts_are_spread_over_messages_and_connections) {
    std::vector<std::string> natives;
    for (int i = 0; i < 250; ++i) {
        natives.push_back("COIN" + std::to_string(i) + "_USDC-PERPETUAL");
    }
    ASSERT_TRUE(host.plan(natives, host.info().channels).ok());
    ASSERT_EQ(host.connections().size(), 3U);  // 750 channels
    std::set<std::string> topics;
    std::set<std::string> frames;
    for (const FakeConnection& c : host.connections()) {
        EXPECT_LE(c.streams.size(), kChannelsMax);
        EXPECT_GE(c.figures.frame_gap_ms, 300U);  // 3.3 messages a second
        for (std::size_t i = 1; i < c.frames.size(); ++i) {
            const auto commas = std::ranges::count(c.frames[i], ',');
            EXPECT_LE(commas, 3 + static_cast<std::ptrdiff_t>(kChannelsPerMessage) - 1);
            EXPECT_TRUE(frames.insert(c.frames[i]).second);
        }
        for (const FakeConnection::Stream& stream : c.streams) {
            topics.insert(stream.topic);
        }
    }
    EXPECT_EQ(topics.size(), 750U);
    EXPECT_EQ(frames.size(), 8U);
}

TEST_F(DeribitPlan, name_that_could_break_out_of_a_message_is_refused) {
    const Status status = host.plan({"BTC\",\"x"}, host.info().channels);
    EXPECT_FALSE(status.ok());
    EXPECT_NE(status.message().find("BTC\",\"x"), std::string::npos);
    EXPECT_TRUE(host.connections().empty());
}

std::string listed(const std::string& name, const std::string& more) {
    return R"({"tick_size":0.5,"rfq":false,"kind":"future","instrument_name":")" + name +
           R"(","contract_size":10.0,"tick_size_steps":[],)" + more + "}";
}

TEST_F(DeribitPlan, discovery_announces_inverse_and_linear_contracts_in_trade) {
    ASSERT_TRUE(host.discover().ok());
    ASSERT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(host.requests()[0].target,
              "/api/v2/public/get_instruments?currency=any&kind=future&expired=false");
    const std::string inverse = R"("instrument_type":"reversed","base_currency":"BTC",)"
                                R"("quote_currency":"USD","settlement_currency":"BTC",)";
    const std::string linear = R"("instrument_type":"linear","base_currency":"SOL",)"
                               R"("quote_currency":"USDC","settlement_currency":"USDC",)";
    const std::string forever = R"("settlement_period":"perpetual","is_active":true,)"
                                R"("expiration_timestamp":32503708800000)";
    const std::string dated = R"("settlement_period":"month","is_active":true,)"
                              R"("expiration_timestamp":1798185600000)";
    const std::string body =
        R"({"jsonrpc":"2.0","result":[)" + listed("BTC-PERPETUAL", inverse + forever) + "," +
        listed("BTC-25DEC26", inverse + dated) + "," +
        listed("SOL_USDC-PERPETUAL", linear + forever) + "," +
        listed("SOL_USDC-25DEC26", linear + dated) + "," +
        listed("OLD-PERPETUAL", inverse + R"("settlement_period":"perpetual","is_active":false)") +
        "," + listed("BAD_DATE", linear + R"("settlement_period":"week","is_active":true)") +
        R"(],"usIn":1})";
    ASSERT_EQ(host.reply(host.requests()[0], 200, body).code, PETREL_OK);
    const std::vector<FakeInstrument>& all = host.instruments();
    ASSERT_EQ(all.size(), 4U);
    EXPECT_EQ(all[0].native, "BTC-PERPETUAL");
    EXPECT_EQ(all[0].settle, "BTC");
    EXPECT_EQ(all[0].figures.quote_per_unit, 1.0);
    EXPECT_EQ(all[0].figures.expiry_ns, 0);
    EXPECT_EQ(all[1].figures.type, PETREL_INSTRUMENT_FUTURE);
    EXPECT_EQ(all[1].figures.expiry_ns, 1'798'185'600 * kNsPerSecond);
    EXPECT_EQ(all[2].base, "SOL");
    EXPECT_EQ(all[2].quote, "USDC");
    EXPECT_EQ(all[2].figures.base_per_unit, 1.0);
    EXPECT_EQ(all[3].figures.type, PETREL_INSTRUMENT_FUTURE);
}

TEST_F(DeribitPlan, broken_lists_are_refused_and_announce_nothing) {
    ASSERT_TRUE(host.discover().ok());
    const testing::FakeRequest request = host.requests()[0];
    EXPECT_EQ(host.reply(request, 503, "busy").code, PETREL_E_REJECTED);
    EXPECT_NE(host.notices().back().text.find("503"), std::string::npos);
    for (const char* body :
         {"", "[]", "<html>", "{}", R"({"result":{}})", R"({"result":[]})",
          R"({"error":{"code":10028,"message":"too_many_requests"}})", R"({"result":[1]})",
          R"({"result":[{"instrument_name":7}]})", R"({"result":[{"is_active":"yes"}]})",
          R"({"result":[{"expiration_timestamp":-1}]})", R"({"result":[{}]})"}) {
        EXPECT_EQ(host.reply(request, 200, body).code, PETREL_E_REJECTED) << body;
    }
    EXPECT_TRUE(host.instruments().empty());
}

class DeribitHistory : public DeribitPlan {
protected:
    static petrel_gap gap() {
        petrel_gap hole{};
        hole.instrument = 5;
        hole.kind = PETREL_EVENT_TRADE;
        hole.native = text_of("BTC-PERPETUAL");
        hole.first_id = 101;
        hole.last_id = 104;
        hole.from_ns = 1'794'000'000'000 * kNsPerMs;
        hole.to_ns = 1'794'000'001'000 * kNsPerMs + 1;
        return hole;
    }
    static std::string row(int sequence, const std::string& more = {}) {
        return R"({"trade_seq":)" + std::to_string(sequence) + R"(,"timestamp":17940000000)" +
               std::to_string(sequence % 90 + 10) +
               R"(,"price":80000,"amount":4000,"direction":"sell",)"
               R"("instrument_name":"BTC-PERPETUAL")" +
               more + "}";
    }
    static std::string page(const std::string& rows, bool has_more) {
        return R"({"jsonrpc":"2.0","result":{"trades":[)" + rows + R"(],"has_more":)" +
               (has_more ? "true" : "false") + R"(},"usIn":1})";
    }
    testing::FakeRequest asked() { return host.requests().back(); }
};

TEST_F(DeribitHistory, hole_in_the_sequence_is_asked_for_by_number_and_page_by_page) {
    ASSERT_TRUE(host.backfill(gap()).ok());
    ASSERT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(asked().target,
              "/api/v2/public/get_last_trades_by_instrument?instrument_name=BTC-PERPETUAL"
              "&start_seq=101&end_seq=104&count=1000&sorting=asc");
    EXPECT_EQ(asked().figures.purpose, PETREL_REQUEST_BACKFILL);
    EXPECT_EQ(asked().figures.instrument, 5U);
    ASSERT_EQ(
        host.reply(asked(), 200, page(row(101) + "," + row(102, R"(,"liquidation":"T")"), true))
            .code,
        PETREL_OK);
    ASSERT_EQ(host.events().size(), 3U);
    EXPECT_EQ(host.events()[0].id, 101U);
    EXPECT_EQ(host.events()[0].flags, PETREL_FLAG_LATE | PETREL_FLAG_ID_SEQUENCE);
    EXPECT_EQ(host.events()[0].notional_usd, 4000.0);
    EXPECT_EQ(host.events()[2].kind, PETREL_EVENT_LIQUIDATION);
    EXPECT_EQ(host.events()[2].flags, PETREL_FLAG_LATE | PETREL_FLAG_ID_HASHED);
    ASSERT_EQ(host.requests().size(), 2U);
    EXPECT_NE(asked().target.find("start_seq=103&end_seq=104"), std::string::npos);
    ASSERT_EQ(host.reply(asked(), 200, page(row(103) + "," + row(104), true)).code, PETREL_OK);
    EXPECT_EQ(host.requests().size(), 2U);
    EXPECT_EQ(host.events().size(), 5U);
}

TEST_F(DeribitHistory, hole_without_ids_is_asked_for_by_time) {
    petrel_gap hole = gap();
    hole.kind = PETREL_EVENT_LIQUIDATION;  // its ids are no sequence
    ASSERT_TRUE(host.backfill(hole).ok());
    EXPECT_EQ(asked().target,
              "/api/v2/public/get_last_trades_by_instrument_and_time?instrument_name=BTC-PERPETUAL"
              "&start_timestamp=1794000000000&end_timestamp=1794000001001&count=1000&sorting=asc");
    ASSERT_EQ(host.reply(asked(), 200, page(row(101), true)).code, PETREL_OK);
    EXPECT_NE(asked().target.find("start_timestamp=1794000000021&"), std::string::npos);
    EXPECT_TRUE(host.notices().empty());
    ASSERT_EQ(host.reply(asked(), 200, page("", false)).code, PETREL_OK);
    EXPECT_EQ(host.requests().size(), 2U);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_HISTORY_WHOLE);
}

TEST_F(DeribitHistory, holes_without_beginning_or_name_are_refused) {
    petrel_gap hole = gap();
    hole.first_id = 105;
    EXPECT_FALSE(host.backfill(hole).ok());
    hole.first_id = 0;
    hole.from_ns = 0;
    EXPECT_FALSE(host.backfill(hole).ok());
    hole = gap();
    hole.native = text_of("BTC&x=1");
    EXPECT_FALSE(host.backfill(hole).ok());
    EXPECT_TRUE(host.requests().empty());
}

TEST_F(DeribitHistory, bad_replies_are_refused_and_a_reply_counts_once) {
    const std::string good = page(row(101), false);
    std::string foreign = good;
    foreign.replace(foreign.find("BTC"), 3, "ETH");
    for (const std::string& body : std::vector<std::string>{
             "", "{}", R"({"result":{"trades":{}}})", R"({"result":{"trades":[]}})",
             page(row(0), false), page(row(101) + R"(,{"trade_seq":102})", false),
             good.substr(0, good.size() / 2), foreign}) {
        ASSERT_TRUE(host.backfill(gap()).ok());
        EXPECT_EQ(host.reply(asked(), 200, body).code, PETREL_E_REJECTED) << body;
    }
    ASSERT_TRUE(host.backfill(gap()).ok());
    EXPECT_EQ(host.reply(asked(), 400, good).code, PETREL_E_REJECTED);
    EXPECT_TRUE(host.events().empty());
    ASSERT_TRUE(host.backfill(gap()).ok());
    EXPECT_EQ(host.reply(asked(), 200, good).code, PETREL_OK);
    EXPECT_EQ(host.reply(asked(), 200, good).code, PETREL_E_REJECTED);
    EXPECT_EQ(host.events().size(), 1U);
}

TEST_F(DeribitHistory, history_that_never_ends_is_given_up) {
    petrel_gap hole = gap();
    hole.last_id = 1'000'000;
    ASSERT_TRUE(host.backfill(hole).ok());
    std::size_t replies = 0;
    while (replies < host.requests().size() && replies < 100) {
        const testing::FakeRequest request = host.requests()[replies];
        ++replies;
        ASSERT_EQ(host.reply(request, 200, page(row(100 + static_cast<int>(replies)), true)).code,
                  PETREL_OK);
    }
    EXPECT_EQ(replies, kHistoryPagesMax);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_GAP);
}

}  // namespace
}  // namespace petrel::deribit
