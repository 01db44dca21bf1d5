// Discovery: GET /derivatives/api/v3/instruments lists all contracts in one reply.
//
// Off the hot path (once at start and when the host asks again), on the instance's data path.
#pragma once

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::kraken {

void request_instruments(DecodeOut& out);

// Announces every contract of the reply that is traded and of a kind that is understood.
Decoded read_instruments(const Reply& reply, ContractTable& contracts, DecodeOut& out);

}  // namespace petrel::kraken
