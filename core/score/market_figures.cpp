// Each figure once, in the order of RuleMarket. What was never seen stays 0, which rules read as
// "unknown".
#include "score/market_figures.hpp"

#include <algorithm>

#include "petrel/types.hpp"

namespace petrel::core {
namespace {

constexpr std::uint32_t kContextSeconds = 299;  // five minutes, inside a ring of 300 seconds

petrel_window_sum flow(const Window& window, std::uint32_t kind, std::uint32_t horizon_ms) {
    petrel_window_sum sum{};
    sum.size = sizeof(sum);
    const petrel_window_query query{sizeof(petrel_window_query), kind, PETREL_VENUE_ALL, horizon_ms,
                                    0.0};
    window.sum(query, sum);
    return sum;
}

// Fed by people and programs, so it may lie ahead of the market's own time.
void add_mood(const Window& window, std::uint64_t valid_ms, RuleMarket& market) {
    const MoodPoint& mood = window.mood();
    const std::int64_t age_ns = std::max<std::int64_t>(window.now_ns() - mood.at_ns, 0);
    if (mood.at_ns != 0 && age_ns <= static_cast<std::int64_t>(valid_ms) * kNsPerMs) {
        market.sentiment = mood.sentiment;
        market.news_impact = mood.news_impact;
        market.sentiment_age_s = static_cast<double>(age_ns) / 1e9;
    }
}

}  // namespace

RuleMarket market_figures(const Window& window, const MarketSpans& spans) {
    petrel_market_state state{};
    state.size = sizeof(state);
    window.state(state);

    RuleMarket market;
    market.price = state.last_price > 0 ? state.last_price : state.mark_price;
    market.mark_price = state.mark_price;
    market.index_price = state.index_price;
    market.funding_rate = state.funding_rate;
    market.open_interest_usd = state.open_interest_usd;
    market.open_interest_change_pct = window.open_interest_change_pct();
    if (state.best_bid > 0 && state.best_ask > 0) {
        const double middle = (state.best_bid + state.best_ask) / 2;
        market.spread_bps = (state.best_ask - state.best_bid) / middle * 1e4;
    }
    market.return_pct = window.return_pct(kContextSeconds);
    market.volatility_pct = window.volatility_pct();

    const auto base_ms = static_cast<std::uint32_t>(spans.base_window_ms);
    const petrel_window_sum trades = flow(window, PETREL_EVENT_TRADE, base_ms);
    market.buy_usd = trades.first_notional_usd;
    market.sell_usd = trades.second_notional_usd;
    const petrel_window_sum liquidations =
        flow(window, PETREL_EVENT_LIQUIDATION, kContextSeconds * 1'000);
    market.long_liquidated_usd = liquidations.first_notional_usd;
    market.short_liquidated_usd = liquidations.second_notional_usd;
    market.coverage = liquidations.coverage;
    market.venues = trades.venue_count > liquidations.venue_count ? trades.venue_count
                                                                  : liquidations.venue_count;
    add_mood(window, spans.sentiment_valid_ms, market);
    constexpr std::int64_t day_ns = 86'400 * kNsPerSecond;
    market.hour_utc = static_cast<double>(window.now_ns() % day_ns) / (3'600.0 * 1e9);
    return market;
}

}  // namespace petrel::core
