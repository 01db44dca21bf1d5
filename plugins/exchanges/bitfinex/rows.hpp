// Rows of trades and of liquidations: the same in frames and in replies of history.
//
// Two steps, so that a refused list leaves nothing behind: read_*() checks, write_*() makes events.
// Only .cpp files include this header, which brings simdjson.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "contracts.hpp"
#include "kit/json.hpp"
#include "petrel/exchange.hpp"

namespace petrel::bitfinex {

// Most that one frame or one page may hold.
inline constexpr std::size_t kRowsMax = 16'384;

// [ID, MTS, AMOUNT, PRICE]; the amount is in base currency, negative when the taker sold.
struct Trade {
    std::uint64_t id = 0;
    std::uint64_t time_ms = 0;
    double amount = 0;
    double price = 0;
};

// ["pos", POS_ID, MTS, null, SYMBOL, AMOUNT, BASE_PRICE, null, IS_MATCH, ...]; the amount is that
// of the position, negative for a short.
struct Liquidation {
    Contract* contract = nullptr;
    std::uint64_t id = 0;
    std::uint64_t time_ms = 0;
    double amount = 0;
    double entry_price = 0;
};

Reason read_trade(ondemand::array row, Trade& trade);

// Empty when price, amount and time are plausible.
Reason check_trade(const Trade& trade);

// Appends rows [[ID, ...], ...].
Reason read_trades(ondemand::array list, std::vector<Trade>& trades);

// Appends what was triggered; the execution that follows each is the same event told again. Rows of
// what is no derivative are left out.
Reason read_liquidations(ondemand::array list, ContractTable& contracts,
                         std::vector<Liquidation>& liquidations, DecodeOut& out);

// The contract of that name, announced when it was not met before; null when the name is none of a
// derivative. `reason` is set when it should be known but cannot be.
Contract* contract_of(std::string_view name, ContractTable& contracts, DecodeOut& out,
                      Reason& reason);

// What all events of one frame or reply have in common.
struct Stamp {
    std::int64_t receive_ts_ns = 0;
    std::uint16_t flags = 0;
};

void write_trade(const Trade& trade, Contract& contract, Stamp stamp, DecodeOut& out);

// Oldest first, valued at the mark price of the moment, else at the last trade, else at the price
// at which the position was opened: the venue gives no price with a trigger.
void write_liquidations(std::span<const Liquidation> liquidations, Stamp stamp, DecodeOut& out);

}  // namespace petrel::bitfinex
