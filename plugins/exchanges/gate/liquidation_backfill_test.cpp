// Holes in the liquidations: which windows are asked for, what becomes of position and order, and
// that the ids are those of the socket. Figures are computed by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "backfill.hpp"
#include "venue_test.hpp"

namespace petrel::gate {
namespace {

constexpr std::int64_t kPast_s = 1'794'000'000;

// A position of `size` contracts that an order closed at 90,000.
std::string past(std::int64_t s, const std::string& size, const std::string& order_size,
                 const std::string& contract = "BTC_USDT") {
    return R"({"time":)" + std::to_string(kPast_s + s) + R"(,"contract":")" + contract +
           R"(","size":)" + size + R"(,"order_size":)" + order_size +
           R"(,"order_price":"90000","fill_price":"90100.5","left":0})";
}

std::string past_rows(std::int64_t s, std::size_t count) {
    std::string rows;
    for (std::size_t i = 0; i < count; ++i) {
        rows += (i == 0 ? "" : ",") + past(s, "5", "-5");
    }
    return "[" + rows + "]";
}

class GateLiquidations : public ListedVenue {
protected:
    Status ask(std::int64_t from_ms, std::int64_t to_ms, const std::string& native = "BTC_USDT") {
        petrel_gap gap{};
        gap.instrument = host.handle_of(native);
        gap.kind = PETREL_EVENT_LIQUIDATION;
        gap.native = text_of(native);
        gap.from_ns = from_ns = kPast_s * kNsPerSecond + from_ms * kNsPerMs;
        gap.to_ns = kPast_s * kNsPerSecond + to_ms * kNsPerMs;
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
    std::string window(std::int64_t from_s, std::int64_t to_s) const {
        return "/api/v4/futures/usdt/liq_orders?contract=BTC_USDT&from=" +
               std::to_string(kPast_s + from_s) + "&to=" + std::to_string(kPast_s + to_s) +
               "&limit=1000";
    }
    std::int64_t from_ns = 0;
};

// A long of 600 contracts of 0.0001 BTC is closed by an order of -600: 0.06 BTC at 90,000 are 5,400
// dollars. Of a short of 1,000, 400 are bought back: 0.04 BTC, 3,600 dollars.
TEST_F(GateLiquidations, of_a_hole_are_the_orders_and_the_side_of_the_position) {
    ASSERT_TRUE(ask(1'400, 4'700).ok());
    ASSERT_EQ(host.requests().size(), 1U);
    EXPECT_EQ(host.requests()[0].target, window(1, 9));
    EXPECT_EQ(host.requests()[0].headers.size(), 1U);
    EXPECT_EQ(host.requests()[0].figures.weight, 1U);
    ASSERT_EQ(answer("[" + past(3, R"("-1000")", R"("400")") + "," + past(2, "600", "-600") + "," +
                     past(2, "0.4", "0") + "]"),
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 2U);
    EXPECT_EQ(event(0).kind, PETREL_EVENT_LIQUIDATION);
    EXPECT_EQ(event(0).instrument, host.handle_of("BTC_USDT"));
    EXPECT_EQ(event(0).side, PETREL_SIDE_LONG);
    EXPECT_EQ(event(0).price, 90'000.0);
    EXPECT_DOUBLE_EQ(event(0).quantity, 0.06);
    EXPECT_DOUBLE_EQ(event(0).notional_usd, 5'400.0);
    EXPECT_EQ(event(0).exchange_ts_ns, (kPast_s + 2) * kNsPerSecond);
    EXPECT_EQ(event(0).flags, PETREL_FLAG_LATE | PETREL_FLAG_ID_HASHED);
    EXPECT_EQ(event(1).side, PETREL_SIDE_SHORT);
    EXPECT_DOUBLE_EQ(event(1).quantity, 0.04);
    EXPECT_DOUBLE_EQ(event(1).notional_usd, 3'600.0);
    EXPECT_TRUE(whole());
    EXPECT_EQ(answer("[]"), PETREL_IGNORED);  // the hole is done with
}

TEST_F(GateLiquidations, of_an_inverse_contract_are_dollars) {
    ASSERT_TRUE(ask(1'400, 4'700, "BTC_USD").ok());
    EXPECT_TRUE(
        host.requests()[0].target.starts_with("/api/v4/futures/btc/liq_orders?contract=BTC_USD&"));
    ASSERT_EQ(answer("[" + past(3, "4500", "-4500", "BTC_USD") + "]"), PETREL_OK);
    EXPECT_EQ(event(0).notional_usd, 4'500.0);
    EXPECT_DOUBLE_EQ(event(0).quantity, 0.05);
}

// The socket tells milliseconds, the history seconds: the ids are the same all the same, so that
// what both tell counts once, and of three that are alike each counts.
TEST_F(GateLiquidations, of_the_history_have_the_ids_of_those_of_the_socket) {
    const std::string alike = liquidation("\"-5000\"", "BTC_USDT");
    const std::string other = liquidation("\"-4000\"", "BTC_USDT");
    ASSERT_EQ(frame(update("public_liquidates", "[" + alike + "," + other + "," + alike + "]")),
              PETREL_OK);
    std::set<std::uint64_t> live;
    for (const MarketEvent& e : host.events()) {
        live.insert(e.id);
    }
    EXPECT_EQ(live.size(), 3U);
    EXPECT_FALSE(live.contains(0));
    ASSERT_EQ(frame(update("public_liquidates", "[" + alike + "," + other + "," + alike + "]")),
              PETREL_OK);
    for (const MarketEvent& e : host.events()) {
        EXPECT_TRUE(live.contains(e.id)) << "a frame that comes twice is the same";
    }
    host.forget_output();
    ASSERT_TRUE(ask(1'400, 4'700).ok());
    ASSERT_EQ(answer("[" + past(1, "5000", "-5000") + "," + past(1, "5000", "-5000") + "," +
                     past(1, "4000", "-4000") + "," + past(1, "5000", "-5000") + "]"),
              PETREL_OK);
    ASSERT_EQ(host.events().size(), 4U);
    std::set<std::uint64_t> told;
    for (const MarketEvent& e : host.events()) {
        told.insert(e.id);
        EXPECT_EQ(e.exchange_ts_ns, from_ns) << "its second is that in which the hole begins";
    }
    EXPECT_EQ(told.size(), 4U);
    EXPECT_TRUE(std::includes(told.begin(), told.end(), live.begin(), live.end()));
}

TEST_F(GateLiquidations, of_hours_are_asked_hour_by_hour) {
    ASSERT_TRUE(ask(1'400, 7'300'000).ok());
    EXPECT_EQ(host.requests()[0].target, window(7'201, 7'305));
    ASSERT_EQ(answer("[" + past(7'250, "5", "-5") + "]"), PETREL_OK);
    EXPECT_TRUE(host.events().empty());
    EXPECT_EQ(host.requests()[1].target, window(3'601, 7'200));
    ASSERT_EQ(answer("[" + past(5'000, "6", "-6") + "]"), PETREL_OK);
    EXPECT_EQ(host.requests()[2].target, window(1, 3'600));
    ASSERT_EQ(answer("[" + past(100, "7", "-7") + "]"), PETREL_OK);
    ASSERT_EQ(host.events().size(), 3U);
    EXPECT_DOUBLE_EQ(event(0).quantity, 0.0007);
    EXPECT_DOUBLE_EQ(event(2).quantity, 0.0005);
    EXPECT_TRUE(whole());
}

TEST_F(GateLiquidations, window_that_is_full_is_halved) {
    ASSERT_TRUE(ask(1'400, 4'700).ok());
    ASSERT_EQ(answer(past_rows(2, 1'000)), PETREL_OK);
    EXPECT_EQ(host.requests()[1].target, window(6, 9));
    ASSERT_EQ(answer("[]"), PETREL_OK);
    EXPECT_EQ(host.requests()[2].target, window(1, 5));
    ASSERT_EQ(answer(past_rows(2, 999)), PETREL_OK);
    EXPECT_EQ(host.requests().size(), 3U);
    EXPECT_EQ(host.events().size(), 999U);
    EXPECT_TRUE(whole());
}

TEST_F(GateLiquidations, second_that_is_full_is_told_and_not_called_whole) {
    ASSERT_TRUE(ask(1'400, 4'700).ok());
    for (std::size_t i = 0; i < host.requests().size(); ++i) {
        const std::string target = host.requests()[i].target;
        const bool second = target == window(2, 2);
        const bool wide = target == window(1, 9) || target == window(1, 5) ||
                          target == window(1, 3) || target == window(1, 2);
        ASSERT_EQ(host.reply(host.requests()[i], 200,
                             second || wide ? past_rows(2, 1'000) : std::string("[]"))
                      .code,
                  PETREL_OK)
            << target;
    }
    EXPECT_EQ(host.events().size(), 1'000U);
    EXPECT_FALSE(whole());
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_NE(host.notices()[0].text.find("BTC_USDT"), std::string::npos);
}

TEST_F(GateLiquidations, hole_of_more_than_a_day_is_filled_as_far_as_bounds_allow) {
    ASSERT_TRUE(ask(0, 100'000'000).ok());
    for (std::size_t i = 0; i < host.requests().size(); ++i) {
        ASSERT_EQ(host.reply(host.requests()[i], 200, "[]").code, PETREL_OK);
    }
    EXPECT_EQ(host.requests().size(), kWindowsMax);
    EXPECT_FALSE(whole());
}

TEST_F(GateLiquidations, bad_answers_and_holes_are_refused) {
    for (const std::string& body :
         {std::string(), std::string("{}"), std::string("<html>"), std::string("[7]"),
          std::string("[{}]"), "[" + past(2, "600", "600") + "]",
          "[" + past(2, "600", "\"many\"") + "]", "[" + past(2, "5", "-5", "NEW_USDT") + "]",
          "[" + past(-1'794'000'000, "5", "-5") + "]"}) {
        host.forget_output();
        ASSERT_TRUE(ask(1'400, 4'700).ok());
        EXPECT_EQ(answer(body), PETREL_E_REJECTED) << body;
        EXPECT_TRUE(host.events().empty());
        EXPECT_FALSE(whole());
    }
    EXPECT_EQ(ask(5'000, 1'000).code(), PETREL_E_INVALID);
    EXPECT_EQ(ask(1'000, 5'000, "NEW_USDT").code(), PETREL_E_UNSUPPORTED);
}

}  // namespace
}  // namespace petrel::gate
