// Trades and the liquidations among them: the same rows come in frames and in replies of history.
//
// Two steps, so that a refused list leaves nothing behind: read_trades() checks all rows, then
// write_trades() makes events. Only .cpp files include this header, which brings simdjson.
#pragma once

#include <cstdint>
#include <vector>

#include "contracts.hpp"
#include "kit/json.hpp"
#include "petrel/exchange.hpp"

namespace petrel::deribit {

// Most that one frame or one page may hold.
inline constexpr std::size_t kTradesMax = 16'384;

enum class Liquidated : std::uint8_t { Nobody, Taker, Maker, Both };

struct Trade {
    const Contract* contract = nullptr;  // null: no contract of ours, as an option
    std::uint64_t time_ms = 0;
    std::uint64_t sequence = 0;
    double price = 0;
    double amount = 0;  // US dollars of inverse contracts, base currency of linear ones
    Side side = Side::None;
    Liquidated liquidated = Liquidated::Nobody;
};

// Of a trade with a contract: empty when price, amount, time and number are plausible.
inline Reason check_trade(const Trade& trade) {
    if (!time_fits(trade.time_ms)) {
        return "time of a trade lies outside 2009..2100 in milliseconds";
    }
    if (trade.sequence == 0) {
        return "sequence number of a trade is 0";
    }
    const double value =
        trade.contract->is_inverse ? trade.amount : trade.amount * trade.price;  // quote currency
    const bool fit = trade.price > 0.0 && trade.price <= kPriceMax && trade.amount > 0.0 &&
                     trade.amount <= kAmountMax && value <= kNotionalMax &&
                     trade.amount / trade.price <= kAmountMax;
    return fit ? Reason() : "price or amount of a trade is out of bounds";
}

// The contract of that name, announced when it was not met before; null when the name is none of a
// future. `reason` is set when it should be known but cannot be.
const Contract* contract_of(std::string_view name, ContractTable& contracts, DecodeOut& out,
                            Reason& reason);

// Appends to `trades`. The rows may be of several contracts; `text` is what the list stands in.
Reason read_trades(ondemand::array list, std::string_view text, ContractTable& contracts,
                   std::vector<Trade>& trades, DecodeOut& out);

// A trade each, and behind it a liquidation for each side that was liquidated. Says how many.
std::size_t write_trades(const std::vector<Trade>& trades, std::int64_t receive_ts_ns,
                         std::uint16_t flags, DecodeOut& out);

}  // namespace petrel::deribit
