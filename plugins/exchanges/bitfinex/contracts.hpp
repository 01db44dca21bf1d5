// The contracts the adapter has met: their handle, what turns their figures into events, and their
// last price, which values liquidations.
//
// Owned by the adapter, on the instance's data path. Contracts are only added, never removed;
// pointers to them stay valid.
#pragma once

#include "kit/contracts.hpp"
#include "symbols.hpp"

namespace petrel::bitfinex {

using kit::kNotionalMax;
using kit::kOpenInterestMax;
using kit::kPriceMax;
using kit::Name;
using kit::Reason;
using kit::time_fits;
using kit::within;

inline constexpr double kAmountMax = 1e15;

// A trade's or level's price and amount, in units of the venue.
inline bool figures_fit(double price, double amount) {
    return price > 0.0 && price <= kPriceMax && amount > 0.0 && amount <= kAmountMax &&
           price * amount <= kNotionalMax;
}

struct Contract : kit::Contract {
    double mark = 0;   // 0: not known yet
    double trade = 0;  // price of the last trade
};

class ContractTable : public kit::ContractTable<Contract> {
public:
    // Announces the instrument to the host and keeps what frames need of it; what was known of the
    // same name is overwritten. Null when the table is full or the host takes no more.
    Contract* announce(const Instrument& instrument, DecodeOut& out) {
        Contract* contract =
            is_native_name(instrument.native) ? announce_name(instrument, out) : nullptr;
        if (contract != nullptr) {
            contract->usd_per_quote = usd_per_quote(instrument.quote);
        }
        return contract;
    }
};

}  // namespace petrel::bitfinex
