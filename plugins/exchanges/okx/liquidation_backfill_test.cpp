// Holes in the liquidations: what is asked for, what the pages become, and when the history is
// whole. Figures are computed by hand.
#include <gtest/gtest.h>

#include <algorithm>

#include "backfill.hpp"
#include "venue_test.hpp"

namespace petrel::okx {
namespace {

constexpr std::int64_t kPast_ms = 1'794'000'000'000;
const std::string kPastTarget =
    "/api/v5/public/liquidation-orders?instType=SWAP&state=filled&instFamily=BTC-USDT&limit=100";

std::string detail(std::int64_t ms, const std::string& size = "50",
                   const std::string& side = "sell") {
    return R"({"bkLoss":"0","bkPx":"90000","ccy":"","posSide":"long","side":")" + side +
           R"(","sz":")" + size + R"(","time":")" + std::to_string(kPast_ms + ms) + R"(","ts":")" +
           std::to_string(kPast_ms + ms) + R"("})";
}

std::string past_reply(const std::string& details, const std::string& family = "BTC-USDT") {
    return R"({"code":"0","msg":"","data":[{"details":[)" + details + R"(],"instFamily":")" +
           family + R"(","instId":")" + family +
           R"(-SWAP","instType":"SWAP","totalLoss":"0","uly":")" + family + R"("}]})";
}

// One a second, newest first.
std::string past_page(std::int64_t newest_ms, std::size_t count) {
    std::string details;
    for (std::size_t i = 0; i < count; ++i) {
        details += (i == 0 ? "" : ",") + detail(newest_ms - 1'000 * static_cast<std::int64_t>(i));
    }
    return past_reply(details);
}

class OkxLiquidations : public ListedVenue {
protected:
    Status ask(std::int64_t from_ms, std::int64_t to_ms,
               const std::string& native = "BTC-USDT-SWAP") {
        petrel_gap gap{};
        gap.instrument = host.handle_of(native);
        gap.kind = PETREL_EVENT_LIQUIDATION;
        gap.native = text_of(native);
        gap.from_ns = (kPast_ms + from_ms) * kNsPerMs;
        gap.to_ns = (kPast_ms + to_ms) * kNsPerMs;
        return host.backfill(gap);
    }
    std::int32_t answer(const std::string& body) {
        return host.reply(host.requests().back(), 200, body).code;
    }
    bool whole() const {
        return std::any_of(host.notices().begin(), host.notices().end(), [](const auto& notice) {
            return notice.type == PETREL_NOTICE_HISTORY_WHOLE;
        });
    }
};

TEST_F(OkxLiquidations, of_a_hole_are_asked_by_family_and_come_late_and_oldest_first) {
    ASSERT_TRUE(ask(1'000, 5'000).ok());
    ASSERT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(host.requests()[0].target, kPastTarget);
    EXPECT_EQ(host.requests()[0].figures.purpose, PETREL_REQUEST_BACKFILL);
    EXPECT_EQ(host.requests()[0].figures.weight, 1U);
    // 41 contracts of 0.01 BTC at 90,000 and 8.5 of them, bought: a long of 0.41, a short of 0.085.
    ASSERT_EQ(answer(past_reply(detail(6'000) + "," + detail(4'002, "8.5", "buy") + "," +
                                detail(1'002, "41") + "," + detail(500))),
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 4U);  // what lies beside the hole shows how far it reaches
    const MarketEvent& first = event(1);
    EXPECT_EQ(first.kind, PETREL_EVENT_LIQUIDATION);
    EXPECT_EQ(first.instrument, host.handle_of("BTC-USDT-SWAP"));
    EXPECT_EQ(first.side, PETREL_SIDE_LONG);
    EXPECT_EQ(first.price, 90'000.0);
    EXPECT_DOUBLE_EQ(first.quantity, 0.41);
    EXPECT_DOUBLE_EQ(first.notional_usd, 36'900.0);
    EXPECT_EQ(first.exchange_ts_ns, (kPast_ms + 1'002) * kNsPerMs);
    EXPECT_EQ(event(2).side, PETREL_SIDE_SHORT);
    EXPECT_DOUBLE_EQ(event(2).notional_usd, 7'650.0);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(event(i).flags, PETREL_FLAG_LATE);
        EXPECT_TRUE(i == 0 || event(i - 1).exchange_ts_ns < event(i).exchange_ts_ns);
    }
    EXPECT_TRUE(whole());
    EXPECT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(answer(past_reply("")), PETREL_IGNORED);  // the hole is done with
}

TEST_F(OkxLiquidations, of_an_inverse_contract_are_dollars) {
    ASSERT_TRUE(ask(1'000, 5'000, "BTC-USD-SWAP").ok());
    EXPECT_NE(host.requests()[0].target.find("&instFamily=BTC-USD&"), std::string::npos);
    ASSERT_EQ(answer(past_reply(detail(2'000, "45"), "BTC-USD")), PETREL_OK);
    EXPECT_EQ(event(0).notional_usd, 4'500.0);  // 45 contracts of 100 USD
    EXPECT_DOUBLE_EQ(event(0).quantity, 0.05);
}

// Stage 2 knows what has come by its content: time, price, quantity and side.
TEST_F(OkxLiquidations, of_the_history_are_those_of_the_socket) {
    ASSERT_EQ(frame(liquidation("sell", "long")), PETREL_OK);
    const MarketEvent live = event(0);
    ASSERT_TRUE(ask(1'000, 5'000).ok());
    ASSERT_EQ(answer(past_reply(detail(1'002))), PETREL_OK);
    const MarketEvent& past = host.events().back();
    EXPECT_EQ(past.exchange_ts_ns, live.exchange_ts_ns);
    EXPECT_EQ(past.price, live.price);
    EXPECT_EQ(past.quantity, live.quantity);
    EXPECT_EQ(past.side, live.side);
    EXPECT_EQ(past.id, live.id);
    EXPECT_EQ(past.instrument, live.instrument);
}

TEST_F(OkxLiquidations, full_pages_are_followed_and_their_seam_is_told_once) {
    ASSERT_TRUE(ask(1'000, 150'000).ok());
    ASSERT_EQ(answer(past_page(160'000, 100)), PETREL_OK);  // back to 61,000
    EXPECT_TRUE(host.events().empty());
    ASSERT_EQ(host.requests().size(), 2U);
    EXPECT_EQ(host.requests()[1].target, kPastTarget + "&after=1794000061001");
    // Two of the millisecond in which the first page ended, of which that one told one.
    ASSERT_EQ(answer(past_reply(detail(61'000) + "," + detail(61'000, "7") + "," + detail(900))),
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 102U);
    EXPECT_TRUE(whole());
    double contracts = 0;
    for (const MarketEvent& e : host.events()) {
        contracts += e.quantity / 0.01;
    }
    EXPECT_DOUBLE_EQ(contracts, 101 * 50 + 7);
}

TEST_F(OkxLiquidations, history_that_may_go_on_is_not_called_whole) {
    ASSERT_TRUE(ask(1'000, 150'000).ok());
    ASSERT_EQ(answer(past_page(160'000, 100)), PETREL_OK);
    ASSERT_EQ(answer(past_reply("")), PETREL_OK);  // it pages no further than this
    EXPECT_EQ(host.events().size(), 100U);
    EXPECT_FALSE(whole());
    host.forget_output();
    ASSERT_TRUE(ask(1'000, 150'000).ok());
    ASSERT_EQ(answer(past_page(160'000, 100)), PETREL_OK);
    ASSERT_EQ(answer(past_page(160'000, 100)), PETREL_OK);  // the same again
    EXPECT_EQ(host.events().size(), 100U);
    EXPECT_FALSE(whole());
}

TEST_F(OkxLiquidations, none_at_all_is_whole_as_far_as_the_venue_remembers) {
    host.host().clock.set_ns((kPast_ms + 6'000) * kNsPerMs);
    ASSERT_TRUE(ask(1'000, 5'000).ok());
    ASSERT_EQ(answer(R"({"code":"0","msg":"","data":[]})"), PETREL_OK);
    EXPECT_TRUE(whole());
    host.forget_output();
    host.host().clock.set_ns((kPast_ms + 1'000) * kNsPerMs + kLiquidationsKept_ns);
    ASSERT_TRUE(ask(1'000, 5'000).ok());
    ASSERT_EQ(answer(R"({"code":"0","msg":"","data":[]})"), PETREL_OK);
    EXPECT_FALSE(whole());
}

TEST_F(OkxLiquidations, hole_that_is_too_long_is_told) {
    ASSERT_TRUE(ask(1, 10'000'000).ok());
    for (std::size_t i = 0; i < kLiquidationPagesMax; ++i) {
        ASSERT_EQ(host.requests().size(), i + 1);
        const auto newest = static_cast<std::int64_t>(10'000'000 - 100'000 * i);
        ASSERT_EQ(answer(past_page(newest, 100)), PETREL_OK);
    }
    EXPECT_EQ(host.requests().size(), kLiquidationPagesMax);
    EXPECT_EQ(host.events().size(), 1'000U);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].type, PETREL_NOTICE_VENUE_ERROR);
    EXPECT_NE(host.notices()[0].text.find("BTC-USDT-SWAP"), std::string::npos);
}

TEST_F(OkxLiquidations, bad_answers_and_holes_are_refused) {
    for (const char* body :
         {"", "<html>", R"({"code":"50011","msg":"Too Many","data":[]})", R"({"code":"0"})",
          R"({"code":"0","data":[{"instId":"BTC-USDT-SWAP"}]})",
          R"({"code":"0","data":[{"instId":"BTC-USDT-SWAP","details":[{"side":"sell"}]}]})"}) {
        host.forget_output();
        ASSERT_TRUE(ask(1'000, 5'000).ok());
        EXPECT_EQ(answer(body), PETREL_E_REJECTED) << body;
        EXPECT_TRUE(host.events().empty());
        EXPECT_FALSE(whole());
    }
    EXPECT_EQ(ask(5'000, 1'000).code(), PETREL_E_INVALID);
    EXPECT_EQ(ask(1'000, 5'000, "NEW-USDT-SWAP").code(), PETREL_E_UNSUPPORTED);
}

}  // namespace
}  // namespace petrel::okx
