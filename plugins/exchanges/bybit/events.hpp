// Turns what a frame says into market events: sides, units and bounds are decided here, once, for
// both readers. A frame is believed whole or not at all: everything is checked before anything is
// written. Pure but for the tickers' states, which only a believed frame moves.
#pragma once

#include "content.hpp"
#include "petrel/exchange.hpp"

namespace petrel::bybit {

Decoded write_events(Content& content, ContractTable& contracts, const Frame& frame,
                     DecodeOut& out);

}  // namespace petrel::bybit
