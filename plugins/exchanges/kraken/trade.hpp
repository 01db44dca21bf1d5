// A trade of the venue and the events it becomes. Frames and REST replies both end here, so that
// sides, units and ids are decided once.
#pragma once

#include <cstdint>
#include <string_view>

#include "contracts.hpp"
#include "kit/tokens.hpp"

namespace petrel::kraken {

struct Trade {
    std::uint64_t seq = 0;
    std::uint64_t time_ms = 0;
    double price = 0;
    double quantity = 0;         // venue units
    std::string_view uid;        // in the frame or reply it came with
    std::uint64_t uid_hash = 0;  // 0: not made yet
    Side side = Side::None;      // the aggressor's
    bool liquidation = false;
};

// "buy" and "sell", in small letters.
bool read_side(std::string_view text, Side& side);

// Empty when price, size, value and time are plausible for the contract.
Reason check_trade(const Contract& contract, const Trade& trade);

// Where and how a trade is written.
struct TradeSink {
    DecodeOut& out;
    std::int64_t receive_ts_ns;
    std::uint16_t flags;  // PETREL_FLAG_LATE or none
};

// One trade, and for a forced one also a liquidation: the position that died is the opposite of the
// order that closed it.
void write_trade(const Contract& contract, const Trade& trade, const TradeSink& sink);

}  // namespace petrel::kraken
