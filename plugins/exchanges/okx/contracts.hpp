// The contracts that discovery has listed: handle and factors of each, found by native name.
//
// Looked up for every frame, so it is a small open-addressing table over words of eight bytes: no
// allocation and no std::string on the way. Owned by the adapter, on the instance's data path.
// Contracts are only added, never removed; pointers to them stay valid.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "bounds.hpp"
#include "petrel/exchange.hpp"

namespace petrel::okx {

// A native name, zero-filled behind its end. Empty when the text is no name that fits.
struct Name {
    std::array<std::uint64_t, 4> words{};
    bool fits = false;

    Name() = default;
    explicit Name(std::string_view text) : fits(!text.empty() && text.size() <= sizeof(words)) {
        if (fits) {
            std::memcpy(words.data(), text.data(), text.size());
        }
    }
    // Of a text with at least PETREL_FRAME_PADDING readable bytes behind it: no call to copy it.
    static Name in_frame(std::string_view text) {
        Name name;
        name.fits = !text.empty() && text.size() <= sizeof(name.words);
        for (std::size_t i = 0; name.fits && i < name.words.size(); ++i) {
            const std::size_t left = text.size() > 8 * i ? text.size() - 8 * i : 0;
            std::memcpy(&name.words[i], text.data() + 8 * i, 8);
            name.words[i] &= left >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * left) - 1;
        }
        return name;
    }
    [[nodiscard]] std::uint64_t hash() const {
        const std::uint64_t h = words[0] * 0x9e3779b97f4a7c15U ^ words[1];
        const std::uint64_t g = words[2] * 0xc2b2ae3d27d4eb4fU ^ words[3];
        return (h ^ h >> 29U ^ g) * 0xbf58476d1ce4e5b9U;
    }
};

struct Contract {
    std::array<std::uint64_t, 4> name{};
    std::uint32_t handle = PETREL_NO_INSTRUMENT;
    double base_per_unit = 0;   // linear: base currency in one contract, else 0
    double quote_per_unit = 0;  // inverse: quote currency in one contract, else 0
    double price_divisor = 1;
    double usd_per_quote = 0;
};

// A price and size of the venue as those of one unit of base currency.
struct Figures {
    double price = 0;
    double quantity = 0;
    double notional = 0;  // in quote currency

    [[nodiscard]] bool fit() const {
        return price > 0.0 && price <= kPriceMax && quantity > 0.0 && quantity <= kQuantityMax &&
               notional > 0.0 && notional <= kNotionalUsdMax;
    }
};

inline Figures figures_of(const Contract& contract, double price, double contracts) {
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

class ContractTable {
public:
    static constexpr std::size_t kContractsMax = 4096;

    ContractTable();

    // The contract of that name, null when discovery has not listed it.
    [[nodiscard]] const Contract* find(std::string_view native) const { return find(Name(native)); }
    [[nodiscard]] const Contract* find(const Name& name) const {
        for (std::size_t slot = slot_of(name);; slot = (slot + 1) & kSlotMask) {
            const std::uint16_t number = slots_[slot];
            if (number == 0) {
                return nullptr;
            }
            if (const Contract& contract = contracts_[number - 1U]; contract.name == name.words) {
                return &contract;
            }
        }
    }

    // Announces the instrument to the host and keeps what frames need of it; what was known of the
    // same name is overwritten. False when the table is full or the host takes no more.
    bool announce(const Instrument& instrument, DecodeOut& out);

    [[nodiscard]] std::size_t size() const { return contracts_.size(); }

private:
    static constexpr std::size_t kSlots = 4 * kContractsMax;  // never more than a quarter full
    static constexpr std::size_t kSlotMask = kSlots - 1;
    static std::size_t slot_of(const Name& name) { return name.hash() >> 50U; }
    static_assert(kSlots == std::size_t{1} << (64U - 50U));

    std::vector<std::uint16_t> slots_;  // number of a contract, from 1; 0 is empty
    std::vector<Contract> contracts_;   // reserved at full size: never moves
};

}  // namespace petrel::okx
