// What waits is told shorter without changing any sum, and large trades and liquidations not at
// all.
#include "backlog/backlog.hpp"

#include <gmock/gmock.h>

#include <map>
#include <random>
#include <tuple>
#include <vector>

namespace petrel::core {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kSecond0 = 1'794'000'000;  // of 2026
constexpr double kWholeFromUsd = 1'000;

MarketEvent event_of(EventKind kind, std::uint32_t instrument, std::int64_t ms) {
    MarketEvent event{};
    event.kind = static_cast<std::uint8_t>(kind);
    event.instrument = instrument;
    event.exchange_ts_ns = kSecond0 * kNsPerSecond + ms * kNsPerMs;
    event.receive_ts_ns = event.exchange_ts_ns + 5 * kNsPerMs;
    event.count = 1;
    return event;
}

MarketEvent trade(std::uint32_t instrument, std::int64_t ms, double price, double quantity,
                  Side side = Side::Buy) {
    MarketEvent event = event_of(EventKind::Trade, instrument, ms);
    event.side = static_cast<std::uint8_t>(side);
    event.price = price;
    event.quantity = quantity;
    event.notional_usd = price * quantity;
    event.id = static_cast<std::uint64_t>(ms) + 1;
    return event;
}

MarketEvent bid(std::uint32_t instrument, std::int64_t ms, double price) {
    MarketEvent event = event_of(EventKind::BestBid, instrument, ms);
    event.price = price;
    return event;
}

std::vector<MarketEvent> all_of(Backlog& backlog) {
    std::vector<MarketEvent> events(backlog.size() + 1);
    events.resize(backlog.pop(events));
    return events;
}

TEST(Backlog, of_a_state_the_latest_waits_behind_what_came_before_it) {
    Backlog backlog(8);
    ASSERT_TRUE(backlog.take(bid(0, 0, 100), kWholeFromUsd));
    ASSERT_TRUE(backlog.take(trade(0, 1, 100, 1), kWholeFromUsd));
    ASSERT_TRUE(backlog.take(bid(1, 2, 50), kWholeFromUsd));
    ASSERT_TRUE(backlog.take(bid(0, 3, 101), kWholeFromUsd));
    const std::vector<MarketEvent> out = all_of(backlog);
    ASSERT_EQ(out.size(), 3U);
    EXPECT_EQ(out[0].kind, PETREL_EVENT_TRADE);
    EXPECT_EQ(out[1].instrument, 1U);
    EXPECT_EQ(out[2].instrument, 0U);
    EXPECT_EQ(out[2].price, 101);
    EXPECT_EQ(backlog.figures().conflated[PETREL_EVENT_BEST_BID], 1U);
}

TEST(Backlog, an_older_state_does_not_replace_a_newer_one) {
    Backlog backlog(8);
    ASSERT_TRUE(backlog.take(bid(0, 10, 101), kWholeFromUsd));
    ASSERT_TRUE(backlog.take(bid(0, 9, 100), kWholeFromUsd));
    const std::vector<MarketEvent> out = all_of(backlog);
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].price, 101);
}

// 2 x 100 + 3 x 101 = 503 in 5 pieces; the aggressor that sold and the next second stay apart.
TEST(Backlog, small_trades_of_a_side_and_second_are_one_with_their_sums) {
    Backlog backlog(8);
    ASSERT_TRUE(backlog.take(trade(0, 100, 100, 2), kWholeFromUsd));
    ASSERT_TRUE(backlog.take(trade(0, 200, 99, 1, Side::Sell), kWholeFromUsd));
    MarketEvent aggregate = trade(0, 999, 101, 3);
    aggregate.count = 4;
    ASSERT_TRUE(backlog.take(aggregate, kWholeFromUsd));
    ASSERT_TRUE(backlog.take(trade(0, 1'000, 102, 1), kWholeFromUsd));
    const std::vector<MarketEvent> out = all_of(backlog);
    ASSERT_EQ(out.size(), 3U);
    EXPECT_EQ(out[0].quantity, 5);
    EXPECT_EQ(out[0].notional_usd, 503);
    EXPECT_EQ(out[0].count, 5U);
    EXPECT_EQ(out[0].price, 101) << "the close";
    EXPECT_EQ(out[0].exchange_ts_ns, aggregate.exchange_ts_ns);
    EXPECT_EQ(out[0].id, aggregate.id);
    EXPECT_EQ(out[1].side, PETREL_SIDE_SELL);
    EXPECT_EQ(out[2].price, 102);
    EXPECT_EQ(backlog.figures().merged_trades, 1U);
}

TEST(Backlog, no_trade_and_no_sum_of_trades_grows_to_what_detectors_look_at) {
    Backlog backlog(8);
    ASSERT_TRUE(backlog.take(trade(0, 1, 100, 10), kWholeFromUsd));  // 1,000: looked at
    ASSERT_TRUE(backlog.take(trade(0, 2, 100, 6), kWholeFromUsd));
    ASSERT_TRUE(backlog.take(trade(0, 3, 100, 4), kWholeFromUsd));  // 600 + 400 would be
    ASSERT_TRUE(backlog.take(trade(0, 4, 100, 5), kWholeFromUsd));  // 400 + 500 is not
    std::vector<double> notionals;
    for (const MarketEvent& event : all_of(backlog)) {
        notionals.push_back(event.notional_usd);
    }
    EXPECT_THAT(notionals, ElementsAre(1'000, 600, 900));
}

TEST(Backlog, different_marks_stay_apart) {
    Backlog backlog(8);
    MarketEvent late = trade(0, 2, 100, 1);
    late.flags = PETREL_FLAG_LATE;
    ASSERT_TRUE(backlog.take(trade(0, 1, 100, 1), kWholeFromUsd));
    ASSERT_TRUE(backlog.take(late, kWholeFromUsd));
    EXPECT_EQ(backlog.size(), 2U);
}

TEST(Backlog, liquidations_and_controls_wait_as_they_came_or_not_at_all) {
    Backlog backlog(3);
    MarketEvent tick{};
    tick.kind = 128;
    MarketEvent liquidation = event_of(EventKind::Liquidation, 0, 1);
    liquidation.side = PETREL_SIDE_LONG;
    liquidation.notional_usd = 10;
    ASSERT_TRUE(backlog.take(liquidation, kWholeFromUsd));
    ASSERT_TRUE(backlog.take(tick, kWholeFromUsd));
    ASSERT_TRUE(backlog.take(liquidation, kWholeFromUsd));
    EXPECT_FALSE(backlog.take(liquidation, kWholeFromUsd)) << "full";
    EXPECT_FALSE(backlog.take(trade(0, 1, 1, 1), kWholeFromUsd));
    EXPECT_EQ(backlog.size(), 3U);
    EXPECT_EQ(all_of(backlog).size(), 3U);
    EXPECT_EQ(backlog.figures().waiting_most, 3U);
}

TEST(Backlog, what_was_taken_out_takes_nothing_more_in) {
    Backlog backlog(8);
    ASSERT_TRUE(backlog.take(trade(0, 1, 100, 1), kWholeFromUsd));
    ASSERT_TRUE(backlog.take(bid(0, 1, 100), kWholeFromUsd));
    all_of(backlog);
    ASSERT_TRUE(backlog.take(trade(0, 2, 100, 2), kWholeFromUsd));
    ASSERT_TRUE(backlog.take(bid(0, 2, 101), kWholeFromUsd));
    const std::vector<MarketEvent> out = all_of(backlog);
    ASSERT_EQ(out.size(), 2U);
    EXPECT_EQ(out[0].quantity, 2);
    EXPECT_EQ(backlog.figures().merged_trades, 0U);
}

// A flood a hundred times its room: sums by instrument, side and second as in the flood itself.
TEST(Backlog, a_flood_keeps_every_sum_of_every_second_in_bounded_room) {
    Backlog backlog(1'024);
    std::mt19937 random(7);
    struct Sum {
        std::uint64_t count = 0;
        double quantity = 0;
        bool operator==(const Sum&) const = default;
    };
    using Place = std::tuple<std::uint32_t, std::uint8_t, std::int64_t>;
    const auto add = [](std::map<Place, Sum>& sums, const MarketEvent& event) {
        Sum& sum = sums[{event.instrument, event.side, event.exchange_ts_ns / kNsPerSecond}];
        sum.count += event.count;
        sum.quantity += event.quantity;
    };
    std::map<Place, Sum> truth;
    std::map<Place, Sum> told;
    for (std::int64_t i = 0; i < 100'000; ++i) {
        const auto instrument = static_cast<std::uint32_t>(random() % 20);
        // Whole quantities: their sums are exact in any order.
        const MarketEvent event =
            trade(instrument, i / 20, 0.001, 1.0 + static_cast<double>(random() % 9),
                  random() % 2 == 0 ? Side::Buy : Side::Sell);
        add(truth, event);
        ASSERT_TRUE(backlog.take(event, kWholeFromUsd));
        ASSERT_TRUE(backlog.take(bid(instrument, i / 20, 1), kWholeFromUsd));
    }
    for (const MarketEvent& event : all_of(backlog)) {
        if (event.kind == PETREL_EVENT_TRADE) {
            add(told, event);
        }
    }
    EXPECT_EQ(told, truth);
    EXPECT_LE(backlog.figures().waiting_most, 20U * 2 * 6 + 20);
}

}  // namespace
}  // namespace petrel::core
