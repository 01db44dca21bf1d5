// Discovery: which request lists the contracts, and what its reply says. One request a product,
// each list comes in one piece.
//
// Off the hot path (once at start and when the host asks again), on the instance's data path.
#pragma once

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::bitget {

void request_instruments(DecodeOut& out);

// Announces every contract of the reply that is traded.
Decoded read_instruments(const Reply& reply, ContractTable& contracts, DecodeOut& out);

}  // namespace petrel::bitget
