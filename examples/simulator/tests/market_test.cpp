// The market: the same for the same seed, with storms that clear the default thresholds.
#include "market.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>

#include "binance_sampler.hpp"

namespace petrel::sim {
namespace {

MarketOptions options_with(std::uint64_t seed, const std::string& symbols = "") {
    MarketOptions options;
    options.seed = seed;
    options.symbols = choose_symbols(symbols).value();
    options.start_ms = 1'900'000'000'000;
    return options;
}

std::vector<MarketEvent> run(Market& market, double seconds) {
    std::vector<MarketEvent> events;
    for (int step = 0; step < static_cast<int>(seconds / Market::kStep_s); ++step) {
        market.step(events);
    }
    return events;
}

bool same(const MarketEvent& a, const MarketEvent& b) {
    return a.kind == b.kind && a.venue == b.venue && a.side == b.side && a.symbol == b.symbol &&
           a.ts_ms == b.ts_ms && a.price == b.price && a.quantity == b.quantity && a.id == b.id;
}

double usd(const MarketEvent& event) { return event.price * event.quantity; }

TEST(Market, same_seed_gives_the_same_events) {
    Market one(options_with(11));
    Market two(options_with(11));
    Market other(options_with(12));
    const auto events = run(one, 15.0);
    const auto again = run(two, 15.0);
    const auto different = run(other, 15.0);
    ASSERT_EQ(events.size(), again.size());
    EXPECT_TRUE(std::equal(events.begin(), events.end(), again.begin(), same));
    EXPECT_FALSE(events.size() == different.size() &&
                 std::equal(events.begin(), events.end(), different.begin(), same));
}

TEST(Market, trade_ids_are_contiguous_and_times_grow) {
    Market market(options_with(2));
    std::map<std::pair<Venue, int>, MarketEvent> last;
    for (const auto& event : run(market, 15.0)) {
        if (event.kind != EventKind::Trade) {
            continue;
        }
        const auto known = last.find({event.venue, event.symbol});
        if (known != last.end()) {
            EXPECT_EQ(event.id, known->second.id + 1);
            EXPECT_EQ(event.first_trade, known->second.last_trade + 1);
            EXPECT_GE(event.ts_ms, known->second.ts_ms);
        }
        last.insert_or_assign({event.venue, event.symbol}, event);
    }
    EXPECT_GT(last.size(), 30U);
}

// What a radar sees of one venue within a few seconds, for many seeds.
TEST(Market, first_storm_clears_default_thresholds_on_both_venues_for_every_seed) {
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        Market market(options_with(seed, "BTCUSDT,ETHUSDT,SOLUSDT"));
        binance::LiquidationSampler sampler(3);
        std::vector<MarketEvent> events;
        std::vector<MarketEvent> shown;
        for (int step = 0; step < 1050; ++step) {
            const auto before = events.size();
            market.step(events);
            for (auto index = before; index < events.size(); ++index) {
                if (events[index].kind == EventKind::Liquidation &&
                    events[index].venue == Venue::Binance) {
                    sampler.offer(events[index]);
                }
            }
            sampler.collect(market.now_ms(), shown);
        }
        double binance_usd = 0.0;
        for (const auto& event : shown) {
            binance_usd += event.symbol == 0 && event.side == Side::Sell ? usd(event) : 0.0;
        }
        double bybit_usd = 0.0;
        int whales = 0;
        double whale_usd = 0.0;
        for (const auto& event : events) {
            const bool sold_btc = event.symbol == 0 && event.side == Side::Sell;
            if (event.kind == EventKind::Liquidation && event.venue == Venue::Bybit) {
                bybit_usd += sold_btc ? usd(event) : 0.0;
            }
            if (event.kind == EventKind::Trade && event.venue == Venue::Binance && sold_btc &&
                usd(event) >= 1e6) {
                ++whales;
                whale_usd += usd(event);
            }
        }
        EXPECT_GE(binance_usd, 2e6) << "seed " << seed;
        EXPECT_GE(bybit_usd, 2e6) << "seed " << seed;
        EXPECT_GE(whales, 3) << "seed " << seed;
        EXPECT_GE(whale_usd, 3e6) << "seed " << seed;
    }
}

TEST(Market, long_storm_drives_price_and_open_interest_down) {
    Market market(options_with(4));
    run(market, 5.9);
    const Quote before = market.quote(Venue::Bybit, 0);
    run(market, 5.0);
    const Quote after = market.quote(Venue::Bybit, 0);
    EXPECT_LT(after.bid, before.bid * 0.996);
    EXPECT_LT(after.open_interest, before.open_interest);
}

TEST(Market, price_stays_near_its_beginning_over_an_hour) {
    Market market(options_with(6, "BTCUSDT,DOGEUSDT"));
    std::vector<MarketEvent> events;
    for (int step = 0; step < 360'000; ++step) {
        events.clear();
        market.step(events);
    }
    for (const std::size_t symbol : {0U, 1U}) {
        const double ratio =
            market.quote(Venue::Binance, symbol).bid / market.symbols()[symbol].price;
        EXPECT_GT(ratio, 0.8);
        EXPECT_LT(ratio, 1.25);
        EXPECT_LE(market.trades(Venue::Binance, symbol).size(), Market::kTradesKept);
    }
    EXPECT_GT(market.counters().storms, 120U);
}

TEST(Market, rate_is_about_what_was_asked) {
    auto options = options_with(8);
    options.events_per_s = 2000.0;
    options.storm_after_s = Market::kNever;
    Market market(options);
    std::size_t counted = 0;
    for (const auto& event : run(market, 20.0)) {
        counted += event.kind == EventKind::Trade || event.kind == EventKind::Book ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(counted), 40'000.0, 6'000.0);
}

TEST(Market, silent_market_makes_marks_only) {
    auto options = options_with(1);
    options.events_per_s = 0.0;
    options.storm_after_s = Market::kNever;
    Market market(options);
    const double bid = market.quote(Venue::Binance, 0).bid;
    for (const auto& event : run(market, 10.0)) {
        EXPECT_EQ(event.kind, EventKind::Mark);
    }
    EXPECT_DOUBLE_EQ(market.quote(Venue::Binance, 0).bid, bid);
}

TEST(Market, burst_makes_exactly_what_was_asked) {
    auto options = options_with(1);
    options.events_per_s = 0.0;
    options.storm_after_s = Market::kNever;
    Market market(options);
    std::vector<MarketEvent> made;
    market.inject({.kind = EventKind::Liquidation,
                   .venue = Venue::Bybit,
                   .side = Side::Sell,
                   .symbol = 0,
                   .usd = 3e6,
                   .events = 3},
                  made);
    ASSERT_EQ(made.size(), 3U);
    const double total = std::accumulate(made.begin(), made.end(), 0.0,
                                         [](double sum, const auto& e) { return sum + usd(e); });
    EXPECT_NEAR(total, 3e6, 3 * 0.0005 * 91'250.0 + 1.0);
    EXPECT_TRUE(made[0].exact);
    // It excites nothing: the market stays silent.
    for (const auto& event : run(market, 10.0)) {
        EXPECT_EQ(event.kind, EventKind::Mark);
    }
}

TEST(StormPlan, leads_are_more_than_a_second_apart_and_alone_exceed_twice_the_minimum) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Rng rng(seed, "plan");
        const Scale scale;
        constexpr std::array kBoth{Venue::Binance, Venue::Bybit};
        const auto plan = plan_storm(scale, Position::Short, kBoth, rng);
        EXPECT_GT(plan.move, 0.0);
        for (const auto venue : {Venue::Binance, Venue::Bybit}) {
            double leads_usd = 0.0;
            int whales = 0;
            for (const auto& order : plan.orders) {
                if (order.venue != venue) {
                    continue;
                }
                leads_usd +=
                    order.kind == EventKind::Liquidation && order.usd >= 0.25 * scale.storm_usd
                        ? order.usd
                        : 0.0;
                whales += order.kind == EventKind::Trade && order.usd >= scale.whale_usd ? 1 : 0;
            }
            EXPECT_GE(leads_usd, 2.0 * scale.storm_usd);
            EXPECT_GE(whales, 3);
        }
    }
}

TEST(StormSchedule, first_storm_is_the_first_symbol_long_and_later_ones_follow_in_15_to_25_s) {
    StormSchedule schedule(22, 6.0, Rng(1, "schedule"));
    EXPECT_FALSE(schedule.due(5.99));
    const auto first = schedule.due(6.0);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->symbol, 0U);
    EXPECT_EQ(first->position, Position::Long);
    double last_s = first->at_s;
    for (double now_s = 6.0; now_s < 600.0; now_s += 0.01) {
        if (const auto next = schedule.due(now_s)) {
            EXPECT_GE(next->at_s - last_s, 15.0);
            EXPECT_LE(next->at_s - last_s, 25.0);
            EXPECT_LT(next->symbol, 22U);
            last_s = next->at_s;
        }
    }
    EXPECT_GT(last_s, 550.0);
}

TEST(Symbols, names_outside_the_catalogue_always_get_the_same_figures) {
    const auto one = choose_symbols("FOOUSDT,BTCUSDT").value();
    const auto two = choose_symbols("BTCUSDT,FOOUSDT").value();
    EXPECT_DOUBLE_EQ(one[0].price, two[1].price);
    EXPECT_EQ(one[0].base, "FOO");
    EXPECT_EQ(choose_symbols("300").value().size(), 300U);
    EXPECT_FALSE(choose_symbols("btcusdt").ok());
    EXPECT_FALSE(choose_symbols("BTCUSDT,BTCUSDT").ok());
    EXPECT_FALSE(choose_symbols("0").ok());
    EXPECT_FALSE(choose_symbols("100000").ok());
}

}  // namespace
}  // namespace petrel::sim
