// The contracts that discovery has listed: handle and factors of each, found by native name.
//
// Owned by the adapter, on the instance's data path. Contracts are only added, never removed;
// pointers to them stay valid.
#pragma once

#include "kit/contracts.hpp"
#include "symbols.hpp"

namespace petrel::okx {

using kit::Figures;
using kit::kOpenInterestMax;
using kit::kPriceMax;
using kit::kQuantityMax;
using kit::Name;
using kit::Reason;
using kit::time_fits;
using kit::within;

using Contract = kit::SizedContract;

class ContractTable : public kit::ContractTable<Contract> {
public:
    // Announces the instrument to the host and keeps what frames need of it; what was known of the
    // same name is overwritten. False when the table is full or the host takes no more.
    bool announce(const Instrument& instrument, DecodeOut& out) {
        Contract* contract = announce_name(instrument, out);
        if (contract == nullptr) {
            return false;
        }
        contract->set_size(instrument);
        contract->usd_per_quote = usd_per_quote(instrument.quote);
        return true;
    }
};

}  // namespace petrel::okx
