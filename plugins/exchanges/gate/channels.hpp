// What the rows of each channel say. Only .cpp files include this header, which brings simdjson
// with it. Each function adds to `into` and gives the reason when a row is bad.
#pragma once

#include "events.hpp"
#include "json.hpp"
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

Reason read_trades(Rows rows, Sequence sequence, Events& into);
// `time_ms` is that of the frame, for rows that have none.
Reason read_tickers(Rows rows, std::uint64_t time_ms, Events& into);

Reason read_liquidation(ondemand::object object, const char* end, ContractTable& contracts,
                        LiquidationSign sign, Events& into);
Reason read_best_prices(ondemand::object object, const char* end, ContractTable& contracts,
                        Events& into);

}  // namespace petrel::gate
