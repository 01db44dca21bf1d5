// The newest trades that the venue remembers, to fill a hole with: one request, no pages.
//
// Cold: used after a gap, on the instance's data path.
#pragma once

#include "content.hpp"
#include "petrel/exchange.hpp"

namespace petrel::bybit {

Status request_history(const Gap& gap, DecodeOut& out);

// Trades of the answer, oldest first, and no others than those of one known contract.
Decoded read_history(const Reply& reply, ContractTable& contracts, DecodeOut& out);

}  // namespace petrel::bybit
