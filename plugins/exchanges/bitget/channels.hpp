// What the rows of each channel say. Only .cpp files include this header, which brings simdjson
// with it. Each function adds to `into` and gives the reason when a row is bad.
#pragma once

#include "events.hpp"
#include "json.hpp"

namespace petrel::bitget {

struct Rows {
    ondemand::array list;
    const char* end;  // of the frame
};

Reason read_trades(Rows rows, const Contract& contract, Events& into);
Reason read_ticker(Rows rows, const Contract& contract, Events& into);
Reason read_best_prices(Rows rows, const Contract& contract, Events& into);

// The contract of that name, announced on the way when it was not met before.
const Contract* contract_named(std::string_view native, ContractTable& contracts, DecodeOut& out);

// Rows name their contracts; `unknown` counts those whose name says nothing.
Reason read_liquidations(Rows rows, ContractTable& contracts, DecodeOut& out, Events& into,
                         std::size_t& unknown);

}  // namespace petrel::bitget
