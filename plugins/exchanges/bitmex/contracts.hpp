// The contracts the adapter has met: their handle, their factors, the last state of each.
//
// Looked up by name in each frame, so it is a small open-addressing table over words of eight
// bytes: no allocation and no std::string on the way. Owned by the decoder, on the instance's data
// path. Contracts are only added, never removed; pointers to them stay valid.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "petrel/exchange.hpp"

namespace petrel::bitmex {

// A name of at most 31 bytes, zeros behind it.
struct Name {
    std::array<std::uint64_t, 4> words{};

    static Name of(std::string_view text) {  // not longer than 31
        Name name;
        std::memcpy(name.words.data(), text.data(), text.size());
        return name;
    }
    [[nodiscard]] std::uint64_t hash() const {
        const std::uint64_t h = words[0] * 0x9e3779b97f4a7c15U ^ words[1];
        return (h ^ h >> 29U ^ words[2] * 0x94d049bb133111ebU ^ words[3]) * 0xbf58476d1ce4e5b9U;
    }
    friend bool operator==(const Name&, const Name&) = default;
};

// A price and size of the venue as those of one unit of base currency.
struct Figures {
    double price = 0;
    double quantity = 0;
    double notional_usd = 0;
    double notional_quote = 0;
};

// Last known figures of the instrument table; updates bring only what changed.
struct InstrumentState {
    double mark = 0;
    double index = 0;
    double funding_rate = 0;
    double funding_hours = 0;
    double open_interest = 0;  // contracts
    std::uint64_t next_funding_ms = 0;
    bool known = false;  // a partial came; nothing is believed before it
    bool has_funding_rate = false;
    bool has_open_interest = false;
};

struct Contract {
    Name name;
    std::uint32_t handle = PETREL_NO_INSTRUMENT;
    std::uint32_t state_connection = 0;
    double base_per_unit = 0.0;   // in one contract; 0: inverse or not known yet
    double quote_per_unit = 0.0;  // inverse contracts; else 0
    double price_divisor = 1.0;
    double usd_per_quote = 1.0;
    bool by_ratio = false;  // base_per_unit moves: it is that of the latest trade
    InstrumentState state;

    // The quantity is 0 while the size of a contract is not known.
    [[nodiscard]] Figures figures(double price, double quantity) const {
        Figures f;
        f.price = price_divisor == 1.0 ? price : price / price_divisor;
        if (quote_per_unit != 0.0) {
            f.notional_quote = quantity * quote_per_unit;
            f.quantity = f.notional_quote / f.price;
        } else {
            f.quantity = quantity * base_per_unit;
            f.notional_quote = f.quantity * f.price;
        }
        f.notional_usd = f.notional_quote * usd_per_quote;
        return f;
    }
};

enum class Sizing : std::uint8_t { Fixed, ByRatio };

class ContractTable {
public:
    static constexpr std::size_t kContractsMax = 4096;

    ContractTable() : slots_(kSlots) { contracts_.reserve(kContractsMax); }

    // The contract of that name, null when it was not met yet.
    [[nodiscard]] Contract* find(std::string_view native);
    // Announces the instrument to the host and keeps what frames need of it; what was known of the
    // same name is overwritten. One without a fixed size takes it from its trades. Null for a bad
    // name, when the table is full, or the host takes no more.
    Contract* announce(const Instrument& instrument, Sizing sizing, DecodeOut& out);
    // find(), and what was never announced is announced as far as its name tells.
    Contract* find_or_announce(std::string_view native, DecodeOut& out);

    // A connection was opened anew: what came over it starts from nothing.
    void forget_states(std::uint32_t connection);

    [[nodiscard]] std::size_t size() const { return contracts_.size(); }

private:
    static constexpr std::size_t kSlots = 4 * kContractsMax;  // never more than a quarter full
    static constexpr std::size_t kSlotMask = kSlots - 1;
    static std::size_t slot_of(const Name& name) { return name.hash() >> 50U; }
    static_assert(kSlots == std::size_t{1} << (64U - 50U));

    std::vector<std::uint16_t> slots_;  // number of a contract, from 1; 0 is empty
    std::vector<Contract> contracts_;   // reserved at full size: never moves
};

}  // namespace petrel::bitmex
