// What the market tells the venue servers, and the state that quotes are written from.
//
// Values only. Times are milliseconds since 1970 (UTC) of the simulator's own clock.
#pragma once

#include <cstdint>
#include <string>

#include "symbols.hpp"

namespace petrel::sim {

enum class Side : std::uint8_t { Buy, Sell };        // of the order that took liquidity
enum class Position : std::uint8_t { Long, Short };  // that was liquidated

// A liquidated long is closed by a sell order.
constexpr Side closing_side(Position position) {
    return position == Position::Long ? Side::Sell : Side::Buy;
}

enum class EventKind : std::uint8_t { Trade, Liquidation, Book, Mark };
inline constexpr std::size_t kEventKinds = 4;

struct MarketEvent {
    EventKind kind = EventKind::Trade;
    Venue venue = Venue::Binance;
    Side side = Side::Buy;     // liquidation: of the closing order
    bool exact = false;        // asked for over the control port: never sampled away
    bool forced = false;       // trade: a position was liquidated by it (see marks_trades)
    std::uint16_t symbol = 0;  // index into the market's symbols
    std::int64_t ts_ms = 0;
    double price = 0.0;
    double quantity = 0.0;          // base units
    double size = 0.0;              // in the venue's own unit: contracts, dollars or base units
    std::uint64_t id = 0;           // trades: contiguous per venue and symbol
    std::uint64_t first_trade = 0;  // single trades inside an aggregate
    std::uint64_t last_trade = 0;
};

struct Quote {
    double bid = 0.0;
    double bid_quantity = 0.0;
    double ask = 0.0;
    double ask_quantity = 0.0;
    double last = 0.0;
    double mark = 0.0;
    double index = 0.0;
    double funding_rate = 0.0001;
    double open_interest = 0.0;  // base units, one side
    double volume = 0.0;         // base units since the start of the simulated day
    double turnover = 0.0;
    std::uint64_t update_id = 1;
};

// Exactly known events, on request.
struct Burst {
    EventKind kind = EventKind::Liquidation;  // Liquidation or Trade
    Venue venue = Venue::Binance;
    Side side = Side::Sell;
    std::uint16_t symbol = 0;
    double usd = 0.0;  // all events together, before rounding to lots
    int events = 1;
};

}  // namespace petrel::sim
