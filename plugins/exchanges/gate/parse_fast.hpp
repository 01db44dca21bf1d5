// The fast way through frames of trades in the layout of the venue, byte by byte.
//
// Called by the decoder before the general way, on the instance's data path.
#pragma once

#include "contracts.hpp"
#include "kit/events.hpp"

namespace petrel::gate {

// Adds the trades of the frame to `into` and says true when all of it was understood and is good.
// False: whatever was added counts for nothing, and the general way has to look. Never true for a
// frame of which the general way would say something else. Changes no contract.
bool read_trades_fast(const Frame& frame, ContractTable& contracts, LeftOuts& left_out,
                      kit::Events& into);

}  // namespace petrel::gate
