// Windows against hand-computed cases and against a brute-force sum over all events.
#include "window/window.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "window/window_store.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kWindowStart = 1'765'419'500 * kNsPerSecond;

MarketEvent flow(std::uint8_t kind, std::uint8_t side, std::int64_t ms, double usd) {
    MarketEvent event{};
    event.kind = kind;
    event.side = side;
    event.count = 1;
    event.exchange_ts_ns = kWindowStart + ms * kNsPerMs;
    event.price = 100.0;
    event.notional_usd = usd;
    event.quantity = usd / 100.0;
    return event;
}

petrel_window_sum sum_of(const Window& window, std::uint32_t kind, std::uint32_t horizon_ms,
                         double minimum = 0, std::uint32_t venue = PETREL_VENUE_ALL) {
    petrel_window_sum sum{};
    sum.size = sizeof(sum);
    window.sum({sizeof(petrel_window_query), kind, venue, horizon_ms, minimum}, sum);
    return sum;
}

Window make_window(double keep_from = 1'000.0) { return Window(WindowShape{}, keep_from); }

TEST(Window, an_event_exactly_as_old_as_the_horizon_is_out) {
    Window window = make_window();
    window.add(flow(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_LONG, 0, 500.25));
    window.add(flow(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_LONG, 1, 100.50));
    window.add(flow(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_LONG, 30'000, 7.25));
    const petrel_window_sum sum = sum_of(window, PETREL_EVENT_LIQUIDATION, 30'000);
    EXPECT_EQ(sum.first_count, 2U);
    EXPECT_DOUBLE_EQ(sum.first_notional_usd, 107.75);
}

TEST(Window, mood_is_kept_and_is_no_event_of_the_market) {
    Window window = make_window();
    EXPECT_EQ(window.mood().at_ns, 0);
    MarketEvent mood = flow(PETREL_EVENT_SENTIMENT, PETREL_SIDE_NONE, 9'000, 0);
    mood.price = -0.5;
    mood.quantity = 0.75;
    window.add(mood);
    EXPECT_EQ(window.now_ns(), 0) << "it moves no time";
    EXPECT_EQ(window.first_seen_ns(), 0) << "and shows of no venue that it was seen";
    window.add(flow(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_LONG, 1'000, 500));
    EXPECT_EQ(window.now_ns(), kWindowStart + kNsPerSecond);
    MarketEvent earlier = mood;
    earlier.exchange_ts_ns -= 1;
    earlier.price = 1;
    window.add(earlier);
    EXPECT_EQ(window.mood().sentiment, -0.5);
    EXPECT_EQ(window.mood().news_impact, 0.75);
    EXPECT_EQ(window.mood().at_ns, kWindowStart + 9 * kNsPerSecond);
    EXPECT_EQ(window.last_trade().price, 0);
    MarketEvent same_time = mood;
    same_time.price = 0.25;
    window.add(same_time);
    EXPECT_EQ(window.mood().sentiment, 0.25) << "of two at once the later to come";
}

TEST(Window, sides_and_venues_are_summed_apart) {
    Window window = make_window();
    MarketEvent elsewhere = flow(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_SHORT, 10, 40.0);
    elsewhere.venue = 3;
    window.add(flow(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_LONG, 0, 60.0));
    window.add(elsewhere);
    const petrel_window_sum all = sum_of(window, PETREL_EVENT_LIQUIDATION, 1'000);
    EXPECT_DOUBLE_EQ(all.first_notional_usd, 60.0);
    EXPECT_DOUBLE_EQ(all.second_notional_usd, 40.0);
    EXPECT_EQ(all.venue_count, 2U);
    const petrel_window_sum third = sum_of(window, PETREL_EVENT_LIQUIDATION, 1'000, 0, 3);
    EXPECT_DOUBLE_EQ(third.first_notional_usd, 0.0);
    EXPECT_DOUBLE_EQ(third.second_notional_usd, 40.0);
}

TEST(Window, only_trades_of_the_kept_size_are_listed_newest_first) {
    Window window = make_window(1'000.0);
    window.add(flow(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, 0, 1'000.0));
    window.add(flow(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, 5, 999.99));
    window.add(flow(PETREL_EVENT_TRADE, PETREL_SIDE_SELL, 9, 2'000.0));
    std::vector<MarketEvent> room(8);
    const std::uint32_t found = window.events(
        {sizeof(petrel_window_query), PETREL_EVENT_TRADE, PETREL_VENUE_ALL, 30'000, 1'000.0}, room);
    ASSERT_EQ(found, 2U);
    EXPECT_DOUBLE_EQ(room[0].notional_usd, 2'000.0);
    EXPECT_DOUBLE_EQ(room[1].notional_usd, 1'000.0);
}

TEST(Window, a_late_event_lands_in_its_own_time) {
    Window window = make_window();
    window.add(flow(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_LONG, 20'000, 5.0));
    window.add(flow(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_LONG, 4'000, 3.0));
    EXPECT_EQ(window.now_ns(), kWindowStart + 20'000 * kNsPerMs);
    EXPECT_DOUBLE_EQ(sum_of(window, PETREL_EVENT_LIQUIDATION, 10'000).first_notional_usd, 5.0);
    EXPECT_DOUBLE_EQ(sum_of(window, PETREL_EVENT_LIQUIDATION, 30'000).first_notional_usd, 8.0);
    EXPECT_EQ(window.late(), 0U);
}

TEST(Window, what_the_ring_cannot_reach_is_counted_late) {
    Window window = make_window();
    window.add(flow(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, 400'000, 5.0));
    window.add(flow(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, 0, 3.0));
    EXPECT_EQ(window.late(), 1U);
    EXPECT_DOUBLE_EQ(sum_of(window, PETREL_EVENT_TRADE, 300'000).first_notional_usd, 5.0);
}

TEST(Window, liquidations_beyond_the_kept_room_stay_in_the_sums) {
    WindowShape shape;
    shape.kept_max = 16;
    Window window(shape, 1e9);
    for (int i = 0; i < 40; ++i) {
        window.add(flow(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_LONG, 2'000 + i, 10.0));
    }
    EXPECT_EQ(window.forgotten(), 24U);
    const petrel_window_sum sum = sum_of(window, PETREL_EVENT_LIQUIDATION, 30'000);
    EXPECT_EQ(sum.first_count, 40U);
    EXPECT_DOUBLE_EQ(sum.first_notional_usd, 400.0);
}

TEST(Window, a_sampled_feed_marks_its_sums) {
    Window window = make_window();
    MarketEvent event = flow(PETREL_EVENT_LIQUIDATION, PETREL_SIDE_LONG, 0, 5.0);
    event.flags = PETREL_FLAG_SAMPLED;
    window.add(event);
    EXPECT_EQ(sum_of(window, PETREL_EVENT_LIQUIDATION, 1'000).flags, PETREL_FLAG_SAMPLED);
    EXPECT_EQ(sum_of(window, PETREL_EVENT_TRADE, 1'000).flags, 0U);
}

TEST(Window, state_follows_the_latest_figures) {
    Window window = make_window();
    MarketEvent mark = flow(PETREL_EVENT_MARK_PRICE, PETREL_SIDE_NONE, 0, 0);
    mark.price = 91'248.77;
    mark.quantity = 91'251.02;
    window.add(mark);
    MarketEvent funding = flow(PETREL_EVENT_FUNDING, PETREL_SIDE_NONE, 1, 0);
    funding.price = -0.000041;
    window.add(funding);
    petrel_market_state state{};
    state.size = sizeof(state);
    window.state(state);
    EXPECT_DOUBLE_EQ(state.mark_price, 91'248.77);
    EXPECT_DOUBLE_EQ(state.index_price, 91'251.02);
    EXPECT_DOUBLE_EQ(state.funding_rate, -0.000041);
    EXPECT_DOUBLE_EQ(state.last_price, 0.0);
}

TEST(Window, open_interest_change_is_measured_against_five_minutes_ago) {
    Window window = make_window();
    for (int i = 0; i <= 40; ++i) {
        MarketEvent interest = flow(PETREL_EVENT_OPEN_INTEREST, PETREL_SIDE_NONE, i * 10'000, 0);
        interest.notional_usd = 1'000.0 - i;
        window.add(interest);
    }
    // Now is t = 400 s with 960; the oldest point younger than 300 s is t = 110 s with 989.
    EXPECT_NEAR(window.open_interest_change_pct(), (960.0 / 989.0 - 1) * 100, 1e-9);
}

TEST(Window, trades_of_venues_are_told_apart_whichever_came_first) {
    Window window = make_window(1e9);
    const std::uint16_t order[] = {5, 2, 9, 5, 2};
    std::int64_t ms = 0;
    for (const std::uint16_t venue : order) {
        MarketEvent event = flow(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, ms += 1'000, 1.0 + venue);
        event.venue = venue;
        window.add(event);
    }
    EXPECT_DOUBLE_EQ(sum_of(window, PETREL_EVENT_TRADE, 60'000, 0, 2).first_notional_usd, 6.0);
    EXPECT_DOUBLE_EQ(sum_of(window, PETREL_EVENT_TRADE, 60'000, 0, 5).first_notional_usd, 12.0);
    EXPECT_DOUBLE_EQ(sum_of(window, PETREL_EVENT_TRADE, 60'000, 0, 9).first_notional_usd, 10.0);
    const petrel_window_sum all = sum_of(window, PETREL_EVENT_TRADE, 60'000);
    EXPECT_DOUBLE_EQ(all.first_notional_usd, 28.0);
    EXPECT_EQ(all.venue_count, 3U);
    EXPECT_EQ(sum_of(window, PETREL_EVENT_TRADE, 2'500).venue_count, 3U);
    EXPECT_EQ(sum_of(window, PETREL_EVENT_TRADE, 1'500).venue_count, 2U);
    EXPECT_EQ(sum_of(window, PETREL_EVENT_LIQUIDATION, 60'000).venue_count, 0U);
}

TEST(Window, venues_beyond_the_sixteenth_share_the_last_place) {
    Window window = make_window(1e9);
    for (const std::uint16_t venue : {std::uint16_t{15}, std::uint16_t{40}, std::uint16_t{63}}) {
        MarketEvent event = flow(PETREL_EVENT_TRADE, PETREL_SIDE_SELL, 100, 2.0);
        event.venue = venue;
        window.add(event);
    }
    EXPECT_DOUBLE_EQ(sum_of(window, PETREL_EVENT_TRADE, 60'000, 0, 63).second_notional_usd, 6.0);
    EXPECT_EQ(sum_of(window, PETREL_EVENT_TRADE, 60'000).venue_count, 1U);
}

// The oracle: every event in a list, summed anew for each question.
struct Oracle {
    std::vector<MarketEvent> events;

    [[nodiscard]] std::int64_t exact_e4(std::uint8_t side, std::int64_t now, std::int64_t h) const {
        std::int64_t total = 0;
        for (const MarketEvent& e : events) {
            if (e.side == side && e.exchange_ts_ns > now - h && e.exchange_ts_ns <= now) {
                total += to_e4(e.notional_usd);
            }
        }
        return total;
    }
    [[nodiscard]] std::int64_t bucket_e4(std::uint8_t side, std::int64_t now,
                                         std::int64_t h) const {
        std::int64_t total = 0;
        for (const MarketEvent& e : events) {
            const std::int64_t bucket = e.exchange_ts_ns / kNsPerSecond;
            if (e.side == side && bucket > (now - h) / kNsPerSecond &&
                bucket <= now / kNsPerSecond) {
                total += to_e4(e.notional_usd);
            }
        }
        return total;
    }
};

TEST(Window, sums_equal_brute_force_over_random_out_of_order_streams) {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        std::mt19937 random(seed);
        Window window = make_window(1e9);
        Oracle oracle;
        std::int64_t ms = 0;
        for (int i = 0; i < 400; ++i) {
            ms += static_cast<std::int64_t>(random() % 3'000);
            const std::int64_t lag =
                random() % 8 == 0 ? static_cast<std::int64_t>(random() % 9'000) : 0;
            const std::uint8_t side = random() % 2 == 0 ? PETREL_SIDE_LONG : PETREL_SIDE_SHORT;
            const MarketEvent event =
                flow(PETREL_EVENT_LIQUIDATION, side, std::max<std::int64_t>(ms - lag, 0),
                     static_cast<double>(random() % 1'000'000) / 100.0);
            window.add(event);
            oracle.events.push_back(event);
            for (const std::uint32_t horizon_ms : {1'000U, 7'500U, 30'000U}) {
                EXPECT_EQ(
                    to_e4(sum_of(window, PETREL_EVENT_LIQUIDATION, horizon_ms).first_notional_usd),
                    oracle.exact_e4(PETREL_SIDE_LONG, window.now_ns(), horizon_ms * kNsPerMs));
            }
            EXPECT_EQ(to_e4(sum_of(window, PETREL_EVENT_LIQUIDATION, 240'000).second_notional_usd),
                      oracle.bucket_e4(PETREL_SIDE_SHORT, window.now_ns(), 240 * kNsPerSecond));
        }
    }
}

TEST(WindowStore, windows_stay_where_they_are_as_symbols_grow) {
    WindowStore store(WindowShape{}, {1'000.0});
    Window* first = &store.add(0, 0, flow(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, 0, 60.0));
    for (std::uint32_t symbol = 1; symbol < 500; ++symbol) {
        store.add(symbol, 0, flow(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, 0, 60.0 + symbol));
    }
    EXPECT_EQ(&store.add(0, 0, flow(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, 0, 40.0)), first);
    EXPECT_DOUBLE_EQ(sum_of(*first, PETREL_EVENT_TRADE, 60'000).first_notional_usd, 100.0);
    EXPECT_DOUBLE_EQ(sum_of(*store.find(321), PETREL_EVENT_TRADE, 60'000).first_notional_usd,
                     381.0);
    EXPECT_EQ(store.symbols(), 500U);
}

TEST(Window, coverage_falls_by_what_was_blind_and_rises_when_it_is_mended) {
    Window window = make_window();
    window.add(flow(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, 0, 5.0));
    window.add(flow(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, 40'000, 5.0));
    const auto at = [](std::int64_t ms) { return kWindowStart + ms * kNsPerMs; };
    const auto coverage = [&](std::uint32_t kind, std::uint32_t venue) {
        return sum_of(window, kind, 20'000, 0, venue).coverage;
    };
    EXPECT_DOUBLE_EQ(coverage(PETREL_EVENT_TRADE, PETREL_VENUE_ALL), 1.0);
    window.set_blind(0, PETREL_EVENT_TRADE, {1, at(30'000), 0, false});
    EXPECT_DOUBLE_EQ(coverage(PETREL_EVENT_TRADE, PETREL_VENUE_ALL), 0.5);
    EXPECT_DOUBLE_EQ(coverage(PETREL_EVENT_LIQUIDATION, PETREL_VENUE_ALL), 1.0);
    window.set_blind(0, PETREL_EVENT_TRADE, {1, at(30'000), at(35'000), false});
    EXPECT_DOUBLE_EQ(coverage(PETREL_EVENT_TRADE, 0), 0.75);
    MarketEvent elsewhere = flow(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, 40'000, 5.0);
    elsewhere.venue = 3;
    window.add(elsewhere);
    EXPECT_DOUBLE_EQ(coverage(PETREL_EVENT_TRADE, PETREL_VENUE_ALL), 0.875);
    EXPECT_DOUBLE_EQ(coverage(PETREL_EVENT_TRADE, 3), 1.0);
    window.set_blind(0, PETREL_EVENT_TRADE, {1, at(30'000), at(35'000), true});
    EXPECT_DOUBLE_EQ(coverage(PETREL_EVENT_TRADE, PETREL_VENUE_ALL), 1.0);
}

TEST(Window, history_is_no_news_of_the_price) {
    Window window = make_window();
    window.add(flow(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, 9, 5.0));
    MarketEvent late = flow(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, 3, 5.0);
    late.flags = PETREL_FLAG_LATE;
    late.price = 7;
    window.add(late);
    petrel_market_state state{};
    state.size = sizeof(state);
    window.state(state);
    EXPECT_DOUBLE_EQ(state.last_price, 100.0);
    EXPECT_EQ(sum_of(window, PETREL_EVENT_TRADE, 250'000).first_count, 2U);
}

TEST(WindowStore, makes_windows_when_a_symbol_is_first_seen) {
    WindowStore store(WindowShape{}, {1'000.0, 50.0});
    EXPECT_EQ(store.find(7), nullptr);
    Window& window = store.add(7, 1, flow(PETREL_EVENT_TRADE, PETREL_SIDE_BUY, 0, 60.0));
    EXPECT_EQ(store.find(7), &window);
    EXPECT_EQ(store.symbols(), 1U);
    // Group 1 keeps trades from 50 USD.
    EXPECT_EQ(sum_of(window, PETREL_EVENT_TRADE, 1'000, 50.0).first_count, 1U);
}

}  // namespace
}  // namespace petrel::core
