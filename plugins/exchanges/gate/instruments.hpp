// Discovery: which request lists the contracts, and what its reply says. One chain of pages for
// each settlement, up to a limit.
//
// Off the hot path (once at start and when the host asks again), on the instance's data path.
#pragma once

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::gate {

inline constexpr std::size_t kContractsPerPage = 1000;
inline constexpr std::size_t kPagesMax = 20;

// Asks for the first page of each settlement.
void request_instruments(DecodeOut& out);

// Announces every contract of the reply that is traded, asks for the next page if there is one.
Decoded read_instruments(const Reply& reply, ContractTable& contracts, DecodeOut& out);

}  // namespace petrel::gate
