// Discovery: which request lists the futures, and what its reply says.
//
// Off the hot path (once at start and when the host asks again), on the instance's data path. The
// venue lists all futures of all currencies in one reply.
#pragma once

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::deribit {

inline constexpr std::size_t kReplyBytesMax = std::size_t{16} << 20U;

void request_instruments(DecodeOut& out);

// Announces every contract of the reply that is traded.
Decoded read_instruments(const Reply& reply, ContractTable& contracts, DecodeOut& out);

}  // namespace petrel::deribit
