// Discovery: which request lists the swaps, and what its reply says. The list comes in one piece.
//
// Off the hot path (once at start and when the host asks again), on the instance's data path.
#pragma once

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::okx {

void request_instruments(DecodeOut& out);

// Announces every swap of the reply that is traded.
Decoded read_instruments(const Reply& reply, ContractTable& contracts, DecodeOut& out);

}  // namespace petrel::okx
