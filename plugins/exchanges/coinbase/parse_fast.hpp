// The fast way through a frame of one match in the layout of the venue, byte by byte.
//
// Called by the decoder before the general way, on the instance's data path.
#pragma once

#include "products.hpp"
#include "trade.hpp"

namespace petrel::coinbase {

// True when the frame is a match in that layout; what its figures are worth is not looked at.
// False: the general way has to look. Never true for a frame in which that one would read something
// else.
bool read_match_fast(std::string_view frame, Name& product, Trade& trade);

}  // namespace petrel::coinbase
