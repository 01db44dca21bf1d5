// Trades: the same rows come in frames and in the reply of recentTrades.
//
// Two steps, so that a refused list leaves nothing behind: read_trades() checks all rows, then
// write_trades() makes events. Only .cpp files include this header, which brings simdjson.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "contracts.hpp"
#include "kit/json.hpp"
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

// Empty when price, size and time are plausible.
inline Reason check_trade(const Trade& trade) {
    if (!time_fits(trade.time_ms)) {
        return "time of a trade lies outside 2009..2100 in milliseconds";
    }
    return figures_fit(trade.price, trade.quantity) ? Reason()
                                                    : "px or sz of a trade is out of bounds";
}

// History may come newest first.
inline void put_oldest_first(std::vector<Trade>& trades) {
    if (!trades.empty() && trades.front().time_ms > trades.back().time_ms) {
        std::ranges::reverse(trades);
    }
}

// Appends to `trades`, oldest first.
Reason read_trades(ondemand::array list, ContractTable& contracts, std::vector<Trade>& trades,
                   DecodeOut& out);

void write_trade(const Trade& trade, std::int64_t receive_ts_ns, std::uint16_t flags,
                 DecodeOut& out);

}  // namespace petrel::hyperliquid
