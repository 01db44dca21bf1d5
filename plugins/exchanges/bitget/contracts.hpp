// The contracts the adapter has met: handle and factors of each, found by native name.
//
// Owned by the adapter, on the instance's data path. Contracts are only added, never removed;
// pointers to them stay valid.
#pragma once

#include "kit/contracts.hpp"
#include "symbols.hpp"

namespace petrel::bitget {

using kit::Figures;
using kit::kOpenInterestMax;
using kit::kPriceMax;
using kit::kQuantityMax;
using kit::Name;
using kit::Reason;
using kit::time_fits;
using kit::within;

struct Contract : kit::Contract {
    Product product = Product::Usdt;
    double units = 1;          // coins that one unit of the venue's size and price stand for
    double funding_hours = 0;  // 0: unknown
};

// Sizes are in base currency for all products, the coin-settled ones too.
inline Figures figures_of(const Contract& contract, double price, double size) {
    return {price / contract.units, size * contract.units, price * size};
}
// Liquidations say their size in quote currency.
inline Figures figures_of_amount(const Contract& contract, double price, double amount) {
    return {price / contract.units, amount / price * contract.units, amount};
}

class ContractTable : public kit::ContractTable<Contract> {
public:
    // Announces the instrument to the host and keeps what frames need of it; what was known of the
    // same name is overwritten. Null when the table is full or the host takes no more.
    const Contract* announce(const Listed& listed, DecodeOut& out) {
        Contract* contract = announce_name(listed.instrument, out);
        if (contract != nullptr) {
            contract->product = listed.product;
            contract->units = listed.instrument.price_divisor;
            contract->usd_per_quote = usd_per_quote(listed.instrument.quote);
            contract->funding_hours = listed.funding_hours;
        }
        return contract;
    }
};

}  // namespace petrel::bitget
