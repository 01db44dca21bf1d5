// Trades: the same rows come in frames and in the reply of recentTrades.
//
// Two steps, so that a refused list leaves nothing behind: read_trades() checks all rows, then
// write_trades() makes events. Only .cpp files include this header, which brings simdjson.
#pragma once

#include <cstdint>
#include <vector>

#include "contracts.hpp"
#include "fields.hpp"
#include "petrel/exchange.hpp"

namespace petrel::hyperliquid {

// Most that one frame or one reply may hold.
inline constexpr std::size_t kTradesMax = 16'384;

struct Trade {
    Contract* contract = nullptr;  // null: no perpetual
    std::uint64_t time_ms = 0;
    std::uint64_t id = 0;
    double price = 0;     // in units of the venue
    double quantity = 0;  // likewise
    Side side = Side::None;
};

// The contract of that name, announced when it was not met before; null when the name is none of a
// perpetual. `reason` is set when it should be known but cannot be.
Contract* contract_of(std::string_view name, ContractTable& contracts, DecodeOut& out,
                      Reason& reason);

// A decimal in a text.
bool read_decimal_text(std::string_view token, double& into);

// Appends to `trades`, oldest first.
Reason read_trades(ondemand::array list, ContractTable& contracts, std::vector<Trade>& trades,
                   DecodeOut& out);

void write_trade(const Trade& trade, std::int64_t receive_ts_ns, std::uint16_t flags,
                 DecodeOut& out);

}  // namespace petrel::hyperliquid
