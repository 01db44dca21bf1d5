// What an adapter keeps of each contract it knows: the handle, and what turns figures of the venue
// into those of one unit of base currency; and the table in which they are found by native name.
//
// Owned by the decoder, on the instance's data path. Nothing here allocates for a frame.
#pragma once

#include "kit/bounds.hpp"
#include "kit/names.hpp"
#include "petrel/exchange.hpp"

namespace petrel::kit {

// A price and size of the venue as those of one unit of base currency.
struct Figures {
    double price = 0;
    double quantity = 0;
    double notional = 0;  // in quote currency

    [[nodiscard]] bool fit() const {
        return price > 0.0 && price <= kPriceMax && quantity > 0.0 && quantity <= kQuantityMax &&
               notional > 0.0 && notional <= kNotionalMax;
    }
};

// What every contract has; those of a venue add what else it needs.
struct Contract {
    Name name;
    std::uint32_t handle = PETREL_NO_INSTRUMENT;
    double usd_per_quote = 1.0;  // 0: not known
};

// One that holds base currency (linear) or quote currency (inverse), and may stand for many coins.
struct SizedContract : Contract {
    double base_per_unit = 0;   // linear: base currency in one contract, else 0
    double quote_per_unit = 0;  // inverse: quote currency in one contract, else 0
    double price_divisor = 1;

    void set_size(const Instrument& instrument) {
        base_per_unit = instrument.base_per_unit;
        quote_per_unit = instrument.quote_per_unit;
        price_divisor = instrument.price_divisor;
    }
};

[[gnu::always_inline]] inline Figures figures_of(const SizedContract& contract, double price,
                                                 double contracts) {
    Figures f;
    f.price = contract.price_divisor == 1.0 ? price : price / contract.price_divisor;
    if (contract.quote_per_unit > 0.0) {
        f.notional = contracts * contract.quote_per_unit;
        f.quantity = f.notional / f.price;
    } else {
        f.quantity = contracts * contract.base_per_unit;
        f.notional = f.quantity * f.price;
    }
    return f;
}

// `Known` is a Contract. Contracts are only added, never removed; pointers to them stay valid.
template <typename Known>
class ContractTable : public NameTable<Known> {
public:
    // Announces the instrument to the host and keeps its handle; the caller sets the rest. Null for
    // a bad name, when the table is full, or the host takes no more.
    Known* announce_name(const Instrument& instrument, DecodeOut& out) {
        const Name name = Name::of(instrument.native);
        if (!this->has_room_for(name)) {
            return nullptr;
        }
        const std::uint32_t handle = out.instrument(instrument);
        if (handle == PETREL_NO_INSTRUMENT) {
            return nullptr;
        }
        Known* known = this->add(name);
        known->handle = handle;
        return known;
    }
};

}  // namespace petrel::kit
