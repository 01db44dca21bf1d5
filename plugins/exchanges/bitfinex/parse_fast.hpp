// The fast way through an array of one trade in the layout of the venue, byte by byte.
//
// Called by the decoder before the general way, on the instance's data path. Only .cpp files
// include this header, which brings simdjson by way of rows.hpp.
#pragma once

#include "rows.hpp"

namespace petrel::bitfinex {

// A trade and what stands around it on a connection whose arrays are counted and timed.
struct TradeArray {
    std::uint64_t channel = 0;
    bool executed = false;  // "te"; else "tu", which tells the same trade again
    Trade trade;
    std::uint64_t sequence = 0;
    std::uint64_t time_ms = 0;
};

// True when the frame is such an array; what its figures are worth is not looked at. False: the
// general way has to look. Never true for a frame in which that one would read something else.
bool read_trade_array(std::string_view frame, TradeArray& array);

}  // namespace petrel::bitfinex
