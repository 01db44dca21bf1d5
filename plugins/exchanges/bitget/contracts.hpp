// The contracts the adapter has met: handle and factors of each, found by native name.
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
#include "symbols.hpp"

namespace petrel::bitget {

// A native name, zero-filled behind its end. Does not fit when it is empty or too long.
struct Name {
    std::array<std::uint64_t, 4> words{};
    bool fits = false;

    explicit Name(std::string_view text) : fits(!text.empty() && text.size() <= sizeof(words)) {
        if (fits) {
            std::memcpy(words.data(), text.data(), text.size());
        }
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
    Product product = Product::Usdt;
    double units = 1;  // coins that one unit of the venue's size and price stand for
    double usd_per_quote = 0;
    double funding_hours = 0;  // 0: unknown
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

// Sizes are in base currency for all products, the coin-settled ones too.
inline Figures figures_of(const Contract& contract, double price, double size) {
    return {price / contract.units, size * contract.units, price * size};
}
// Liquidations say their size in quote currency.
inline Figures figures_of_amount(const Contract& contract, double price, double amount) {
    return {price / contract.units, amount / price * contract.units, amount};
}

class ContractTable {
public:
    static constexpr std::size_t kContractsMax = 4096;

    ContractTable();

    // The contract of that name, null when it was not met yet.
    [[nodiscard]] const Contract* find(std::string_view native) const {
        const Name name(native);
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
    // same name is overwritten. Null when the table is full or the host takes no more.
    const Contract* announce(const Listed& listed, DecodeOut& out);

    [[nodiscard]] std::size_t size() const { return contracts_.size(); }

private:
    static constexpr std::size_t kSlots = 4 * kContractsMax;  // never more than a quarter full
    static constexpr std::size_t kSlotMask = kSlots - 1;
    static std::size_t slot_of(const Name& name) { return name.hash() >> 50U; }
    static_assert(kSlots == std::size_t{1} << (64U - 50U));

    std::vector<std::uint16_t> slots_;  // number of a contract, from 1; 0 is empty
    std::vector<Contract> contracts_;   // reserved at full size: never moves
};

}  // namespace petrel::bitget
