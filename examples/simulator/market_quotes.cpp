// The market's other half: quotes, marks, ids, history, and events made on request.
#include <algorithm>
#include <cmath>

#include "market.hpp"

namespace petrel::sim {
namespace {

constexpr double kBookEveryMin_s = Market::kStep_s;

}  // namespace

void Market::refresh_quotes(std::size_t symbol) {
    const auto& spec = options_.symbols[symbol];
    auto& state = states_[symbol];
    const double common = std::exp(state.level + state.push);
    for (const Venue open : state.open) {
        auto& venue = state.venues[index_of(open)];
        auto& quote = venue.quote;
        const double middle = common * (1.0 + venue.offset);
        quote.bid = round_to_tick(spec, middle - 0.5 * spec.tick);
        quote.ask = round_to_tick(spec, quote.bid + spec.tick);
        quote.index = common;
        if (quote.last <= 0.0) {
            quote.last = quote.bid;
            quote.mark = common;
            quote.bid_quantity = quote.ask_quantity =
                round_to_lot(spec, spec.scale.whale_usd * 0.05 / common);
        }
    }
}

// Each change of the book takes a new size, so that every book event differs from the last.
void Market::book_flow(std::size_t symbol, double end_s) {
    const auto& spec = options_.symbols[symbol];
    auto& state = states_[symbol];
    while (state.next_book_s < end_s) {
        const double usd = spec.scale.whale_usd * 0.05;
        for (const Venue open : state.open) {
            auto& quote = state.venues[index_of(open)].quote;
            quote.bid_quantity = round_to_lot(spec, state.sizes.log_normal(usd, 0.8) / quote.bid);
            quote.ask_quantity = round_to_lot(spec, state.sizes.log_normal(usd, 0.8) / quote.ask);
            ++quote.update_id;
            append({.kind = EventKind::Book,
                    .venue = open,
                    .symbol = static_cast<std::uint16_t>(symbol),
                    .price = quote.bid},
                   state.next_book_s);
        }
        // One event a venue at a time; the best prices change at most once a step.
        state.next_book_s += std::max(
            kBookEveryMin_s,
            state.flow.exponential(state.trade_rate / static_cast<double>(state.open.size())));
    }
}

void Market::marks(std::size_t symbol, double end_s) {
    constexpr std::uint64_t kStepsPerSecond = 1000 / kStep_ms;
    if (counters_.steps % kStepsPerSecond != symbol % kStepsPerSecond) {
        return;
    }
    auto& state = states_[symbol];
    for (const Venue open : state.open) {
        auto& quote = state.venues[index_of(open)].quote;
        const double fair = quote.index * (1.0 + 0.5 * state.venues[index_of(open)].offset);
        quote.mark += 0.6 * (fair - quote.mark);
        const double premium = quote.mark / quote.index - 1.0;
        quote.funding_rate = std::clamp(0.0001 + 0.1 * premium, -0.005, 0.005);
        // Positions that died are slowly opened anew.
        const double usual = options_.symbols[symbol].scale.storm_usd * 1000.0 / quote.mark;
        quote.open_interest += 0.002 * (usual - quote.open_interest);
        append({.kind = EventKind::Mark,
                .venue = open,
                .symbol = static_cast<std::uint16_t>(symbol),
                .price = quote.mark},
               end_s - kStep_s);
    }
}

void Market::append(MarketEvent event, double at_s) {
    event.ts_ms = options_.start_ms + static_cast<std::int64_t>(at_s * 1000.0);
    pending_.push_back(event);
}

// Ids are given after sorting: on each venue they follow the order of time, without a hole.
void Market::finish(std::vector<MarketEvent>& out) {
    std::ranges::stable_sort(pending_, {}, &MarketEvent::ts_ms);
    for (auto& event : pending_) {
        auto& state = venue_state(event);
        auto& quote = state.quote;
        if (event.kind == EventKind::Trade) {
            event.id = ++state.aggregate_id;
            const std::uint64_t count = std::max<std::uint64_t>(1, event.first_trade);
            event.first_trade = state.trade_id + 1;
            state.trade_id += count;
            event.last_trade = state.trade_id;
            quote.last = event.price;
            quote.volume += event.quantity;
            quote.turnover += event.quantity * event.price;
            state.trades.push_back(event);
            if (state.trades.size() > kTradesKept) {
                state.trades.pop_front();
            }
            ++counters_.trades;
        } else if (event.kind == EventKind::Liquidation) {
            quote.open_interest = std::max(0.0, quote.open_interest - event.quantity);
            ++counters_.liquidations;
        }
        out.push_back(event);
    }
    pending_.clear();
}

void Market::inject(const Burst& burst, std::vector<MarketEvent>& out) {
    const auto& venue = states_[burst.symbol].venues[index_of(burst.venue)];
    const double price = burst.side == Side::Buy ? venue.quote.ask : venue.quote.bid;
    const double size = venue.listing->size_of(burst.usd / burst.events / price, price);
    for (int index = 0; index < burst.events; ++index) {
        MarketEvent event{.kind = burst.kind,
                          .venue = burst.venue,
                          .side = burst.side,
                          .exact = true,
                          .symbol = burst.symbol,
                          .ts_ms = now_ms(),
                          .price = price,
                          .quantity = venue.listing->base_of(size, price),
                          .size = size,
                          .first_trade = 1};
        if (burst.kind == EventKind::Liquidation && marks_trades(burst.venue)) {
            event.kind = EventKind::Trade;
            event.forced = true;
            pending_.push_back(event);
            event.kind = EventKind::Liquidation;
        }
        pending_.push_back(event);
    }
    finish(out);
}

std::int64_t Market::now_ms() const {
    return options_.start_ms + static_cast<std::int64_t>(counters_.steps) * kStep_ms;
}

std::optional<std::uint16_t> Market::find(std::string_view name) const {
    const auto found = std::ranges::find(options_.symbols, name, &SymbolSpec::name);
    if (found == options_.symbols.end()) {
        return std::nullopt;
    }
    return static_cast<std::uint16_t>(found - options_.symbols.begin());
}

std::optional<std::uint16_t> Market::find(Venue venue, std::string_view name) const {
    const auto symbol = find(name);
    return symbol && listing(venue, *symbol) != nullptr ? symbol : std::nullopt;
}

const Listing* Market::listing(Venue venue, std::size_t symbol) const {
    const auto& listing = states_[symbol].venues[index_of(venue)].listing;
    return listing ? &*listing : nullptr;
}

const Quote& Market::quote(Venue venue, std::size_t symbol) const {
    return states_[symbol].venues[index_of(venue)].quote;
}

const std::deque<MarketEvent>& Market::trades(Venue venue, std::size_t symbol) const {
    return states_[symbol].venues[index_of(venue)].trades;
}

std::optional<StormStart> Market::take_storm() { return std::exchange(fresh_storm_, std::nullopt); }

Market::VenueState& Market::venue_state(const MarketEvent& event) {
    return states_[event.symbol].venues[index_of(event.venue)];
}

}  // namespace petrel::sim
