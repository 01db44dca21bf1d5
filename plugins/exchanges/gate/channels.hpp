// What the rows of each channel say. Only .cpp files include this header, which brings simdjson
// with it. Each function adds to `into` and gives the reason when a row is bad.
#pragma once

#include "contracts.hpp"
#include "kit/events.hpp"
#include "kit/json.hpp"
#include "parse.hpp"

namespace petrel::gate {

// Live trades of one connection: those that give no event are remembered, so that the next one
// stands for them, too. Pages of history have none of it.
struct Stream {
    LeftOuts& left_out;
    std::uint32_t connection;
};

struct Rows {
    ondemand::array list;
    const char* end;  // of the frame
    ContractTable& contracts;
    bool has_internal = false;    // some row may say `is_internal`
    std::size_t* seen = nullptr;  // counts the rows, those without an event too
};

// What one row of trades says.
struct TradeRow {
    double size = 0;
    double time = 0;
    double price = 0;
    std::uint64_t id = 0;
    std::string_view native;
    bool internal = false;
};

// Adds the row's event when all of it makes sense; one that is internal or of size 0 has none.
// `left_out` is that of the contract on its connection; null: of no sequence.
Reason add_trade(const TradeRow& trade, const Contract& contract, LeftOut* left_out,
                 kit::Events& into);

// `stream` is null for history.
Reason read_trades(Rows rows, const Stream* stream, kit::Events& into);
// `time_ms` is that of the frame, for rows that have none.
Reason read_tickers(Rows rows, std::uint64_t time_ms, kit::Events& into);

Reason read_liquidation(ondemand::object object, const char* end, ContractTable& contracts,
                        LiquidationSign sign, kit::Events& into);
// Of the history: its size is signed like the position, its order_size like the order that closed
// it, and its time is in seconds.
Reason read_past_liquidations(Rows rows, kit::Events& into);
Reason read_best_prices(ondemand::object object, const char* end, ContractTable& contracts,
                        kit::Events& into);

}  // namespace petrel::gate
