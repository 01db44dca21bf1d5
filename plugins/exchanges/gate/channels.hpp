// What the rows of each channel say. Only .cpp files include this header, which brings simdjson
// with it. Each function adds to `into` and gives the reason when a row is bad.
#pragma once

#include "contracts.hpp"
#include "kit/events.hpp"
#include "kit/json.hpp"
#include "parse.hpp"

namespace petrel::gate {

// Whether trades that give no event are remembered, so that the next one stands for them, too.
enum class Sequence : std::uint8_t { Kept, Unknown };

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
Reason add_trade(const TradeRow& trade, Contract& contract, Sequence sequence, kit::Events& into);

Reason read_trades(Rows rows, Sequence sequence, kit::Events& into);
// `time_ms` is that of the frame, for rows that have none.
Reason read_tickers(Rows rows, std::uint64_t time_ms, kit::Events& into);

Reason read_liquidation(ondemand::object object, const char* end, ContractTable& contracts,
                        LiquidationSign sign, kit::Events& into);
Reason read_best_prices(ondemand::object object, const char* end, ContractTable& contracts,
                        kit::Events& into);

}  // namespace petrel::gate
