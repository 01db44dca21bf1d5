// The fast walk: frames whose layout is known, byte by byte, without building anything.
#pragma once

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::binance {

// True when the frame was understood and its events were written. False: nothing was done, and the
// slow decoder has to look. Never true for a frame that the slow decoder would treat otherwise.
bool decode_fast(const Frame& frame, Contracts& contracts, DecodeOut& out);

}  // namespace petrel::binance
