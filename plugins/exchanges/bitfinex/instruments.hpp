// Discovery: which request lists the derivatives, and what its reply says.
//
// Off the hot path (once at start and when the host asks again), on the instance's data path. The
// venue lists the names of all derivatives in one reply.
#pragma once

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::bitfinex {

void request_instruments(DecodeOut& out);

// Announces every contract of the reply.
Decoded read_instruments(const Reply& reply, ContractTable& contracts, DecodeOut& out);

}  // namespace petrel::bitfinex
