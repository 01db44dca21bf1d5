// The contracts the adapter has met: their handle and what turns their figures into events.
//
// Owned by the adapter, on the instance's data path. Contracts are only added, never removed;
// pointers to them stay valid.
#pragma once

#include "kit/contracts.hpp"
#include "symbols.hpp"

namespace petrel::deribit {

using kit::kNotionalMax;
using kit::kOpenInterestMax;
using kit::kPriceMax;
using kit::Name;
using kit::Reason;
using kit::time_fits;
using kit::within;

inline constexpr double kAmountMax = 1e15;

struct Contract : kit::Contract {
    bool is_inverse = false;
};

class ContractTable : public kit::ContractTable<Contract> {
public:
    // Announces the instrument to the host and keeps what frames need of it; what was known of the
    // same name is overwritten. Null when the table is full or the host takes no more.
    const Contract* announce(const Instrument& instrument, DecodeOut& out) {
        Contract* contract =
            is_native_name(instrument.native) ? announce_name(instrument, out) : nullptr;
        if (contract != nullptr) {
            contract->is_inverse = instrument.quote_per_unit > 0.0;
            contract->usd_per_quote = usd_per_quote(instrument.quote);
        }
        return contract;
    }
};

}  // namespace petrel::deribit
