// Holes in the liquidations: what is asked for, what the pages become. Figures are computed by
// hand.
#include <gtest/gtest.h>

#include "backfill.hpp"
#include "venue_test.hpp"

namespace petrel::bitget {
namespace {

constexpr std::int64_t kPast_ms = 1'794'000'000'000;
const std::string kPastTarget =
    "/api/v3/market/liquidations?category=USDT-FUTURES&symbol=BTCUSDT&limit=100";

std::string past_row(std::int64_t ms, const std::string& amount = "45000",
                     const std::string& side = "buy", const std::string& symbol = "BTCUSDT") {
    return R"({"symbol":")" + symbol + R"(","side":")" + side + R"(","price":"90000","amount":")" +
           amount + R"(","ts":")" + std::to_string(kPast_ms + ms) + R"("})";
}

std::string past_reply(const std::string& rows, const std::string& cursor = "") {
    return R"({"code":"00000","msg":"success","requestTime":1,"data":{"list":[)" + rows +
           R"(],"cursor":")" + cursor + R"("}})";
}

// One a second, newest first.
std::string past_page(std::int64_t newest_ms, const std::string& cursor) {
    std::string rows;
    for (std::size_t i = 0; i < kLiquidationsPerPage; ++i) {
        rows += (i == 0 ? "" : ",") + past_row(newest_ms - 1'000 * static_cast<std::int64_t>(i));
    }
    return past_reply(rows, cursor);
}

petrel_gap hole_of(std::int64_t from_ms, std::int64_t to_ms, std::string_view native) {
    petrel_gap gap{};
    gap.kind = PETREL_EVENT_LIQUIDATION;
    gap.native = text_of(native);
    gap.from_ns = (kPast_ms + from_ms) * kNsPerMs;
    gap.to_ns = (kPast_ms + to_ms) * kNsPerMs;
    return gap;
}

class BitgetLiquidations : public ListedVenue {
protected:
    Status ask(std::int64_t from_ms, std::int64_t to_ms, std::string_view native = "BTCUSDT") {
        return host.backfill(hole_of(from_ms, to_ms, native));
    }
    std::int32_t answer(const std::string& body) {
        return host.reply(host.requests().back(), 200, body).code;
    }
};

TEST_F(BitgetLiquidations, of_a_hole_come_late_and_oldest_first) {
    ASSERT_TRUE(ask(1'000, 5'000).ok());
    ASSERT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(host.requests()[0].target, kPastTarget);
    EXPECT_EQ(host.requests()[0].figures.weight, kLiquidationWeight);
    // The side is that of the position, the amount dollars: 36,900 at 90,000 are 0.41 BTC.
    ASSERT_EQ(answer(past_reply(past_row(6'000) + "," + past_row(4'002, "7650", "sell") + "," +
                                past_row(1'002, "36900") + "," + past_row(500))),
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 4U);  // what lies beside the hole shows how far it reaches
    EXPECT_EQ(event(1).kind, PETREL_EVENT_LIQUIDATION);
    EXPECT_EQ(event(1).instrument, host.handle_of("BTCUSDT"));
    EXPECT_EQ(event(1).side, PETREL_SIDE_LONG);
    EXPECT_EQ(event(1).price, 90'000.0);
    EXPECT_DOUBLE_EQ(event(1).quantity, 0.41);
    EXPECT_DOUBLE_EQ(event(1).notional_usd, 36'900.0);
    EXPECT_EQ(event(1).exchange_ts_ns, (kPast_ms + 1'002) * kNsPerMs);
    EXPECT_EQ(event(2).side, PETREL_SIDE_SHORT);
    EXPECT_DOUBLE_EQ(event(2).quantity, 0.085);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(event(i).flags, PETREL_FLAG_LATE);
        EXPECT_TRUE(i == 0 || event(i - 1).exchange_ts_ns < event(i).exchange_ts_ns);
    }
    EXPECT_EQ(host.requests().size(), 1U);
    EXPECT_TRUE(host.notices().empty());                // the venue warns that it may lag
    EXPECT_EQ(answer(past_reply("")), PETREL_IGNORED);  // the hole is done with
}

// Stage 2 knows what has come by its content: time, price, quantity and side.
TEST_F(BitgetLiquidations, of_the_history_are_those_of_the_socket) {
    ASSERT_EQ(frame(liquidation("BTCUSDT", "buy")), PETREL_OK);
    const MarketEvent live = event(0);
    ASSERT_TRUE(ask(1'000, 5'000).ok());
    ASSERT_EQ(answer(past_reply(past_row(1'001))), PETREL_OK);
    const MarketEvent& past = host.events().back();
    EXPECT_EQ(past.exchange_ts_ns, live.exchange_ts_ns);
    EXPECT_EQ(past.price, live.price);
    EXPECT_EQ(past.quantity, live.quantity);
    EXPECT_EQ(past.side, live.side);
    EXPECT_EQ(past.id, live.id);
    EXPECT_EQ(past.instrument, live.instrument);
}

TEST(bitget_config, amounts_of_the_history_may_be_base_currency) {
    testing::FakeConfig config;
    config.number("liquidation_history_in_base", 1.0);
    testing::FakeExchangeHost host(*petrel_plugin_entry_v1(), config);
    ASSERT_TRUE(host.status().ok()) << host.status().message();
    ASSERT_TRUE(host.discover().ok());
    ASSERT_EQ(host.reply(host.requests()[0], 200, file_text("usdt.json")).code, PETREL_OK);
    host.forget_output();
    ASSERT_TRUE(host.backfill(hole_of(1'000, 5'000, "BTCUSDT")).ok());
    ASSERT_EQ(host.reply(host.requests()[0], 200, past_reply(past_row(2'000, "0.41"))).code,
              PETREL_OK);
    EXPECT_EQ(host.events().at(0).quantity, 0.41);
    EXPECT_DOUBLE_EQ(host.events().at(0).notional_usd, 36'900.0);
}

TEST_F(BitgetLiquidations, coin_settled_ones_are_asked_for_together_for_their_names_differ) {
    ASSERT_TRUE(ask(1'000, 5'000, "BTCUSD").ok());
    EXPECT_EQ(host.requests()[0].target,
              "/api/v3/market/liquidations?category=COIN-FUTURES&limit=100");
    ASSERT_EQ(answer(past_reply(past_row(3'000, "9000", "sell", "BTCUSD_CM") + "," +
                                past_row(2'500, "1", "sell", "WEIRD") + "," +
                                past_row(2'000, "9000", "sell", "ETHUSD_CM"))),
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 1U);
    EXPECT_EQ(event(0).instrument, host.handle_of("BTCUSD"));
    EXPECT_EQ(event(0).quantity, 0.1);
}

TEST_F(BitgetLiquidations, full_pages_are_followed_by_their_cursor) {
    ASSERT_TRUE(ask(1'000, 150'000).ok());
    ASSERT_EQ(answer(past_page(160'000, "a/b+c=")), PETREL_OK);  // back to 61,000
    EXPECT_TRUE(host.events().empty());
    ASSERT_EQ(host.requests().size(), 2U);
    EXPECT_EQ(host.requests()[1].target, kPastTarget + "&cursor=a%2Fb%2Bc%3D");
    ASSERT_EQ(answer(past_page(60'000, "next")), PETREL_OK);
    EXPECT_EQ(host.requests().size(), 2U);  // it reaches back beyond the beginning
    EXPECT_EQ(host.events().size(), 200U);
}

TEST_F(BitgetLiquidations, page_that_comes_again_is_told_once) {
    ASSERT_TRUE(ask(1'000, 150'000).ok());
    ASSERT_EQ(answer(past_page(160'000, "same")), PETREL_OK);
    ASSERT_EQ(answer(past_page(160'000, "same")), PETREL_OK);
    EXPECT_EQ(host.requests().size(), 2U);
    EXPECT_EQ(host.events().size(), 100U);
}

TEST_F(BitgetLiquidations, hole_that_is_too_long_is_told) {
    ASSERT_TRUE(ask(1, 10'000'000).ok());
    for (std::size_t i = 0; i < kLiquidationPagesMax; ++i) {
        ASSERT_EQ(host.requests().size(), i + 1);
        const auto newest = static_cast<std::int64_t>(10'000'000 - 100'000 * i);
        ASSERT_EQ(answer(past_page(newest, "c" + std::to_string(i))), PETREL_OK);
    }
    EXPECT_EQ(host.requests().size(), kLiquidationPagesMax);
    EXPECT_EQ(host.events().size(), 2'000U);
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_NE(host.notices()[0].text.find("BTCUSDT"), std::string::npos);
}

TEST_F(BitgetLiquidations, bad_answers_and_holes_are_refused) {
    for (const char* body :
         {"", "<html>", R"({"code":"429","msg":"Too many","data":{}})", R"({"code":"00000"})",
          R"({"code":"00000","data":[]})", R"({"code":"00000","data":{"cursor":""}})",
          R"({"code":"00000","data":{"list":[{}],"cursor":""}})",
          R"({"code":"00000","data":{"list":[{"symbol":"BTCUSDT","side":"up"}]}})"}) {
        host.forget_output();
        ASSERT_TRUE(ask(1'000, 5'000).ok());
        EXPECT_EQ(answer(body), PETREL_E_REJECTED) << body;
        EXPECT_TRUE(host.events().empty());
    }
    EXPECT_EQ(ask(5'000, 1'000).code(), PETREL_E_INVALID);
    EXPECT_EQ(ask(1'000, 5'000, "NEWUSDT").code(), PETREL_E_UNSUPPORTED);
}

}  // namespace
}  // namespace petrel::bitget
