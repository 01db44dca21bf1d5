// The list of the venue's contracts: what to ask for, and the answer turned into instruments.
#pragma once

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::binance {

void request_contracts(DecodeOut& out);

// Announces every contract that trades. Contracts that cannot be carried (names in other scripts,
// unknown quote currencies, beyond the maximum) are passed over and told of in one log line.
Decoded read_contracts(const Reply& reply, Contracts& contracts, DecodeOut& out, const Host& host);

}  // namespace petrel::binance
