// Backfill: rows of REST get their place in the sequence from the trade behind the hole, over
// several pages, and come out oldest first.
#include "history.hpp"

#include <gtest/gtest.h>

#include "kit/iso_time.hpp"
#include "petrel/testing/fake_exchange_host.hpp"

extern "C" const petrel_plugin_entry* petrel_plugin_entry_v1(void);

namespace petrel::kraken {
namespace {

using testing::FakeExchangeHost;

constexpr std::int64_t kStart_ms = 1'794'000'000'000;

std::string uid_of(int seq) { return "uid-" + std::to_string(seq); }

class KrakenHistory : public ::testing::Test {
protected:
    void trade(int seq) {
        ASSERT_EQ(host.frame(R"({"feed":"trade","product_id":"PF_XBTUSD","uid":")" + uid_of(seq) +
                             R"(","side":"buy","type":"fill","seq":)" + std::to_string(seq) +
                             R"(,"time":)" + std::to_string(kStart_ms + seq) +
                             R"(,"qty":1,"price":90000})")
                      .code,
                  PETREL_OK);
    }
    // Rows of the trades first..last, newest first, as the venue lists them; every tenth forced.
    static std::string page(int first, int last) {
        std::string rows;
        for (int seq = last; seq >= first; --seq) {
            rows += std::string(rows.empty() ? "" : ",") + R"({"time":")" +
                    kit::iso_text(kStart_ms + seq) + R"(","trade_id":)" +
                    std::to_string(seq - first) +
                    R"(,"price":90000.5,"size":2,"side":"sell","type":")" +
                    (seq % 10 == 0 ? "liquidation" : "fill") + R"(","uid":")" + uid_of(seq) + "\"}";
        }
        return R"({"history":[)" + rows + R"(],"result":"success"})";
    }
    Status fill(std::uint64_t first, std::uint64_t last) {
        host.forget_output();
        petrel_gap gap{};
        gap.instrument = host.handle_of("PF_XBTUSD");
        gap.kind = PETREL_EVENT_TRADE;
        gap.native = text_of("PF_XBTUSD");
        gap.first_id = first;
        gap.last_id = last;
        return host.backfill(gap);
    }

    FakeExchangeHost host{*petrel_plugin_entry_v1()};
};

TEST_F(KrakenHistory, hole_is_filled_from_the_trade_behind_it) {
    trade(100);
    trade(104);
    trade(105);
    ASSERT_TRUE(fill(101, 103).ok());
    ASSERT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(host.requests()[0].target,
              "/derivatives/api/v3/history?symbol=PF_XBTUSD&lastTime=2026-11-06T21:20:00.105Z");
    EXPECT_EQ(host.requests()[0].figures.purpose, PETREL_REQUEST_BACKFILL);
    ASSERT_EQ(host.reply(host.requests()[0], 200, page(98, 104)).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(host.events()[i].id, 101U + i);
        EXPECT_EQ(host.events()[i].flags, PETREL_FLAG_ID_SEQUENCE | PETREL_FLAG_LATE);
        EXPECT_EQ(host.events()[i].side, PETREL_SIDE_SELL);
        EXPECT_EQ(host.events()[i].exchange_ts_ns,
                  (kStart_ms + 101 + static_cast<std::int64_t>(i)) * kNsPerMs);
        EXPECT_EQ(host.events()[i].notional_usd, 180001.0);
    }
    EXPECT_EQ(host.reply(host.requests()[0], 200, page(98, 104)).code, PETREL_IGNORED);
}

TEST_F(KrakenHistory, pages_follow_until_the_hole_is_spanned_and_liquidations_are_kept) {
    trade(100);
    trade(131);
    ASSERT_TRUE(fill(101, 130).ok());
    ASSERT_EQ(host.reply(host.requests()[0], 200, page(116, 131)).code, PETREL_OK);
    EXPECT_TRUE(host.events().empty());
    ASSERT_EQ(host.requests().size(), 2U);
    EXPECT_NE(host.requests()[1].target.find("lastTime=2026-11-06T21:20:00.117Z"),
              std::string::npos);
    ASSERT_EQ(host.reply(host.requests()[1], 200, page(95, 116)).code, PETREL_OK);
    ASSERT_EQ(host.events().size(), 33U);  // 30 trades, of which 110, 120 and 130 were forced
    EXPECT_EQ(host.events().front().id, 101U);
    EXPECT_EQ(host.events().back().kind, PETREL_EVENT_LIQUIDATION);
    EXPECT_EQ(host.events().back().side, PETREL_SIDE_LONG);
    EXPECT_EQ(host.requests().size(), 2U);
}

TEST_F(KrakenHistory, what_a_list_that_ends_early_gave_is_kept) {
    trade(100);
    trade(110);
    ASSERT_TRUE(fill(101, 109).ok());
    ASSERT_EQ(host.reply(host.requests()[0], 200, page(106, 110)).code, PETREL_OK);
    ASSERT_EQ(host.requests().size(), 2U);
    EXPECT_EQ(host.reply(host.requests()[1], 200, page(106, 106)).code, PETREL_E_REJECTED);
    ASSERT_EQ(host.events().size(), 4U);
    EXPECT_EQ(host.events().front().id, 106U);
    EXPECT_EQ(host.events().back().id, 109U);
}

TEST_F(KrakenHistory, hole_that_cannot_be_placed_is_refused) {
    trade(100);
    trade(104);
    EXPECT_EQ(fill(0, 0).code(), PETREL_E_UNSUPPORTED);
    EXPECT_EQ(fill(103, 101).code(), PETREL_E_UNSUPPORTED);
    EXPECT_EQ(fill(201, 203).code(), PETREL_E_UNSUPPORTED);
    EXPECT_TRUE(host.requests().empty());
}

TEST_F(KrakenHistory, broken_replies_are_refused_and_write_nothing) {
    trade(100);
    trade(104);
    for (const char* body :
         {"", "<html>", "{}", R"({"history":{}})", R"({"history":[7]})", R"({"history":[]})",
          R"({"history":[{"time":"2026-11-06","price":1,"size":1,"side":"buy","uid":"u"}]})",
          R"({"history":[{"time":"2026-11-06T21:20:00Z","price":-1,"size":1,"side":"buy",)"
          R"("uid":"uid-104"}]})"}) {
        ASSERT_TRUE(fill(101, 103).ok());
        EXPECT_EQ(host.reply(host.requests().at(0), 200, body).code, PETREL_E_REJECTED) << body;
        EXPECT_TRUE(host.events().empty());
    }
    ASSERT_TRUE(fill(101, 103).ok());
    EXPECT_EQ(host.reply(host.requests().at(0), 429, page(98, 104)).code, PETREL_E_REJECTED);
}

TEST_F(KrakenHistory, snapshot_after_a_reconnect_marks_the_hole_it_leaves) {
    trade(100);
    host.open(0);
    ASSERT_EQ(host.frame(R"({"feed":"trade_snapshot","product_id":"PF_XBTUSD","trades":[)"
                         R"({"feed":"trade","product_id":"PF_XBTUSD","uid":"uid-103",)"
                         R"("side":"buy","type":"fill","seq":103,"time":1794000000103,"qty":1,)"
                         R"("price":90000}]})")
                  .code,
              PETREL_OK);
    ASSERT_TRUE(fill(101, 102).ok());
    ASSERT_EQ(host.reply(host.requests()[0], 200, page(99, 103)).code, PETREL_OK);
    EXPECT_EQ(host.events().size(), 2U);
}

TEST(kraken_time, iso_times_are_read_and_written) {
    EXPECT_EQ(kit::parse_iso_ns("2026-11-06T21:20:00.105Z"), (kStart_ms + 105) * kNsPerMs);
    EXPECT_EQ(kit::parse_iso_ns("2026-11-06T21:20:00Z"), kStart_ms * kNsPerMs);
    EXPECT_EQ(kit::parse_iso_ns("2026-11-06T21:20:00.123456789Z"),
              kStart_ms * kNsPerMs + 123'456'789);
    EXPECT_EQ(kit::iso_text(kStart_ms + 7), "2026-11-06T21:20:00.007Z");
    for (const char* bad :
         {"", "2026-11-06", "2026-13-06T21:20:00Z", "2026-02-30T21:20:00Z", "2026-11-06T24:20:00Z",
          "2026-11-06T21:20:00.Z", "2026-11-06T21:20:00", "2026-11-06 21:20:00Z",
          "2026-1x-06T21:20:00Z", "2026-11-06T21:20:00.1234567891Z"}) {
        EXPECT_FALSE(kit::parse_iso_ns(bad).has_value()) << bad;
    }
}

}  // namespace
}  // namespace petrel::kraken
