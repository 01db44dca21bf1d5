// The step: storms begin, prices move, orders arrive, quotes follow, events get their ids.
#include "market.hpp"

#include <algorithm>
#include <cmath>

#include "text.hpp"

namespace petrel::sim {
namespace {

constexpr double kVolatilityPerRootS = 1.5e-4;
constexpr double kPullPerS = 1.0 / 900.0;  // back to where the walk began
constexpr double kPushDecayPerS = 1.0 / 20.0;
constexpr double kReferenceDecayPerS = 1.0 / 5.0;
constexpr double kTradeShare = 0.5;  // of events_per_s; the rest are book changes
constexpr double kWhaleEvery_s = 25.0;
constexpr double kCalmBranching = 0.5;
// Orders of this many storm minima move the price by one percent.
constexpr double kDepthStorms = 40.0;

std::size_t index_of(Position position) { return static_cast<std::size_t>(position); }

}  // namespace

Market::SymbolState::SymbolState(const SymbolSpec& spec, const MarketOptions& options)
    : walk(options.seed, join("walk/", spec.name)), flow(options.seed, join("flow/", spec.name)),
      sizes(options.seed, join("sizes/", spec.name)),
      liquidations{Hawkes({}, Rng(options.seed, join("long/", spec.name))),
                   Hawkes({}, Rng(options.seed, join("short/", spec.name)))},
      level(std::log(spec.price)), reference(level) {
    for (auto& side : liquidations) {
        side.set_branching(kCalmBranching);
    }
    for (const Venue venue : options.venues) {
        auto& state = venues[sim::index_of(venue)];
        state.listing = listing_of(venue, spec);
        if (!state.listing) {
            continue;
        }
        open.push_back(venue);
        state.offset = 2.0e-5 * static_cast<double>(sim::index_of(venue));
        state.aggregate_id = 3'000'000'000ULL + flow.below(500'000'000);
        state.trade_id = 2 * state.aggregate_id;
        state.quote.update_id = 7'000'000'000ULL + flow.below(500'000'000);
        state.quote.open_interest = spec.scale.storm_usd * 1000.0 / spec.price;
        state.quote.volume = state.quote.open_interest * 2.0;
        state.quote.turnover = state.quote.volume * spec.price;
    }
}

Market::Market(MarketOptions options)
    : options_(std::move(options)),
      schedule_(options_.symbols.size(), options_.storm_after_s, Rng(options_.seed, "schedule")),
      whales_(options_.seed, "whales"), storms_(options_.seed, "storms") {
    double weights = 0.0;
    for (const auto& spec : options_.symbols) {
        weights += spec.weight;
        states_.emplace_back(spec, options_);
    }
    for (std::size_t symbol = 0; symbol < states_.size(); ++symbol) {
        auto& state = states_[symbol];
        const double share = options_.symbols[symbol].weight / weights;
        state.trade_rate = options_.events_per_s * kTradeShare * share;
        const bool silent = state.trade_rate <= 0.0 || state.open.empty();
        state.next_trade_s = silent ? kNever : state.flow.exponential(state.trade_rate);
        state.next_book_s = silent ? kNever : 0.0;
        refresh_quotes(symbol);
        trade_before_start(symbol);
    }
    if (options_.events_per_s > 0.0) {
        next_whale_s_ = whales_.exponential(1.0 / kWhaleEvery_s);
    }
}

// Where a subscription begins with what is past, something has to be: three small trades.
void Market::trade_before_start(std::size_t symbol) {
    constexpr int kTrades = 3;
    constexpr std::int64_t kApart_ms = 20'000;
    for (const Venue open : states_[symbol].open) {
        auto& state = states_[symbol].venues[sim::index_of(open)];
        if (open == Venue::Binance || open == Venue::Bybit) {
            continue;
        }
        for (int before = kTrades; before > 0; --before) {
            MarketEvent trade{.kind = EventKind::Trade,
                              .venue = open,
                              .symbol = static_cast<std::uint16_t>(symbol),
                              .ts_ms = options_.start_ms - before * kApart_ms,
                              .price = state.quote.ask,
                              .size = state.listing->step,
                              .id = ++state.aggregate_id};
            trade.quantity = state.listing->base_of(trade.size, trade.price);
            trade.first_trade = trade.last_trade = ++state.trade_id;
            state.trades.push_back(trade);
        }
    }
}

// Of two the first has its share; of more each has the same.
Venue Market::pick_venue(const SymbolState& state, Rng& rng, double first_share) {
    const auto& open = state.open;
    if (open.size() == 2) {
        return rng.chance(first_share) ? open[0] : open[1];
    }
    return open[rng.below(open.size())];
}

void Market::step(std::vector<MarketEvent>& out) {
    const double begin_s = static_cast<double>(counters_.steps) * kStep_s;
    const double end_s = begin_s + kStep_s;
    begin_storm(begin_s);
    for (std::size_t symbol = 0; symbol < states_.size(); ++symbol) {
        move_price(symbol, begin_s);
        refresh_quotes(symbol);
        trade_flow(symbol, end_s);
        storm_orders(symbol, end_s);
        liquidation_flow(symbol, end_s);
        book_flow(symbol, end_s);
        marks(symbol, end_s);
    }
    if (next_whale_s_ < end_s) {
        const auto symbol = whales_.below(states_.size());
        if (!states_[symbol].open.empty()) {
            execute(symbol,
                    {.kind = EventKind::Trade,
                     .venue = pick_venue(states_[symbol], whales_, 0.5),
                     .side = whales_.chance(0.5) ? Side::Buy : Side::Sell,
                     .at_s = begin_s,
                     .usd = options_.symbols[symbol].scale.whale_usd * whales_.uniform(1.05, 1.6)});
        }
        next_whale_s_ += whales_.exponential(1.0 / kWhaleEvery_s);
    }
    ++counters_.steps;
    finish(out);
}

void Market::begin_storm(double now_s) {
    const auto start = schedule_.due(now_s);
    if (!start) {
        return;
    }
    auto& state = states_[start->symbol];
    StormPlan plan =
        plan_storm(options_.symbols[start->symbol].scale, start->position, state.open, storms_);
    state.liquidations[index_of(start->position)].set_branching(plan.branching);
    state.storm = RunningStorm{*start, std::move(plan), 0};
    fresh_storm_ = start;
    ++counters_.storms;
}

// A slow walk that is drawn back to its beginning, the shock of a storm, and pushes that wear off.
void Market::move_price(std::size_t symbol, double now_s) {
    auto& state = states_[symbol];
    if (options_.events_per_s > 0.0) {
        const double away = state.level - std::log(options_.symbols[symbol].price);
        state.level += kVolatilityPerRootS * std::sqrt(kStep_s) * state.walk.normal() -
                       away * kPullPerS * kStep_s;
    }
    state.push *= 1.0 - kPushDecayPerS * kStep_s;
    if (state.storm && now_s < state.storm->start.at_s + state.storm->plan.ramp_s) {
        const double move = state.storm->plan.move * kStep_s / state.storm->plan.ramp_s;
        state.level += 0.4 * move;
        state.push += 0.6 * move;
    }
    const double price = state.level + state.push;
    state.reference += (price - state.reference) * kReferenceDecayPerS * kStep_s;

    // A fall kills longs and a rise kills shorts; in a calm market hardly anyone dies.
    const double weight = options_.symbols[symbol].weight;
    const double calm = options_.events_per_s > 0.0 ? 0.002 + 0.001 * weight : 0.0;
    const double fall = state.reference - price;
    const auto base = [calm](double distance) {
        return calm * (1.0 + std::min(200.0, std::max(0.0, distance) / 5.0e-5));
    };
    state.liquidations[index_of(Position::Long)].set_base(base(fall));
    state.liquidations[index_of(Position::Short)].set_base(base(-fall));
}

void Market::trade_flow(std::size_t symbol, double end_s) {
    auto& state = states_[symbol];
    while (state.next_trade_s < end_s) {
        const double median_usd = options_.symbols[symbol].scale.whale_usd * 1.2e-3;
        const double trend =
            std::clamp((state.level + state.push - state.reference) * 100, -.3, .3);
        execute(symbol, {.kind = EventKind::Trade,
                         .venue = pick_venue(state, state.flow, 0.55),
                         .side = state.flow.chance(0.5 + trend) ? Side::Buy : Side::Sell,
                         .at_s = state.next_trade_s,
                         .usd = state.sizes.log_normal(median_usd, 1.5)});
        state.next_trade_s += state.flow.exponential(state.trade_rate);
    }
}

void Market::storm_orders(std::size_t symbol, double end_s) {
    auto& storm = states_[symbol].storm;
    if (!storm) {
        return;
    }
    const auto& orders = storm->plan.orders;
    const Side side = closing_side(storm->start.position);
    for (; storm->next_order < orders.size(); ++storm->next_order) {
        const auto& order = orders[storm->next_order];
        const double at_s = storm->start.at_s + order.at_s;
        if (at_s >= end_s) {
            break;
        }
        execute(symbol, {order.kind, order.venue, side, at_s, order.usd});
    }
    if (end_s > storm->start.at_s + storm->plan.regime_s) {
        for (auto& process : states_[symbol].liquidations) {
            process.set_branching(kCalmBranching);
        }
        storm.reset();
    }
}

void Market::liquidation_flow(std::size_t symbol, double end_s) {
    auto& state = states_[symbol];
    if (state.open.empty()) {
        return;
    }
    const double median_usd = options_.symbols[symbol].scale.storm_usd * 0.012;
    for (const Position position : {Position::Long, Position::Short}) {
        while (const auto at_s = state.liquidations[index_of(position)].next(end_s)) {
            execute(symbol, {.kind = EventKind::Liquidation,
                             .venue = pick_venue(state, state.flow, 0.6),
                             .side = closing_side(position),
                             .at_s = *at_s,
                             .usd = state.sizes.log_normal(median_usd, 1.1)});
        }
    }
}

// One order: what it trades, what it liquidates, how it pushes the price, whom it excites.
void Market::execute(std::size_t symbol, const Order& order) {
    const auto& spec = options_.symbols[symbol];
    auto& state = states_[symbol];
    auto& venue = state.venues[sim::index_of(order.venue)];
    const double price = order.side == Side::Buy ? venue.quote.ask : venue.quote.bid;
    const bool liquidates = order.kind == EventKind::Liquidation;
    MarketEvent event{.kind = EventKind::Trade,
                      .venue = order.venue,
                      .side = order.side,
                      .forced = liquidates && marks_trades(order.venue),
                      .symbol = static_cast<std::uint16_t>(symbol),
                      .price = price,
                      .size = venue.listing->size_of(order.usd / price, price)};
    event.quantity = venue.listing->base_of(event.size, price);
    event.first_trade = 1 + static_cast<std::uint64_t>(state.sizes.below(4));  // how many trades
    append(event, order.at_s);

    const double usd = event.quantity * price;
    const double sign = order.side == Side::Buy ? 1.0 : -1.0;
    const double move = sign * 0.01 * usd / (kDepthStorms * spec.scale.storm_usd);
    state.level += 0.3 * move;
    state.push += 0.7 * move;
    if (liquidates) {
        if (tells_liquidations(order.venue)) {
            event.kind = EventKind::Liquidation;
            append(event, order.at_s);
        }
        const double mean_usd = spec.scale.storm_usd * 0.022;
        const auto position = order.side == Side::Sell ? Position::Long : Position::Short;
        state.liquidations[index_of(position)].excite(std::clamp(usd / mean_usd, 0.2, 3.0));
    }
    refresh_quotes(symbol);
}

}  // namespace petrel::sim
