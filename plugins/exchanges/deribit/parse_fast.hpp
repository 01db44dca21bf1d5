// The fast way through frames of trades in the layout of the venue, byte by byte.
//
// Called by the decoder before the general way, on the instance's data path. Only .cpp files
// include this header, which brings simdjson by way of trades.hpp.
#pragma once

#include "trades.hpp"

namespace petrel::deribit {

// Appends the trades of the frame and says true when all of it was understood and is
// good. False: whatever was added counts for nothing, and the general way has to look. Never true
// for a frame in which that one would read something else.
bool read_trades_fast(std::string_view frame, ContractTable& contracts, std::vector<Trade>& trades);

}  // namespace petrel::deribit
