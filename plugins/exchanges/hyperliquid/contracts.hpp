// The contracts the adapter has met: their handle, what turns their figures into events, and
// whether their history has been told on the connection that brings their trades.
//
// Looked up by name in each frame, so it is a small open-addressing table over words of eight
// bytes: no allocation and no std::string on the way. Owned by the adapter, on the instance's data
// path. Contracts are only added, never removed; pointers to them stay valid.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "petrel/exchange.hpp"
#include "symbols.hpp"

namespace petrel::hyperliquid {

// A name of at most kNativeLengthMax characters, zeros behind it.
struct NameKey {
    std::array<std::uint64_t, kNativeLengthMax / 8> words{};
    friend bool operator==(const NameKey&, const NameKey&) = default;
};

inline NameKey key_of(std::string_view name) {
    NameKey key;
    std::memcpy(key.words.data(), name.data(), name.size());
    return key;
}

struct Contract {
    NameKey key;
    std::uint32_t handle = PETREL_NO_INSTRUMENT;
    double units = 1.0;  // base currency in one unit of the venue: 1000 for kPEPE
    std::uint32_t connection = 0;
    bool has_history = false;
    std::uint64_t history_frame = 0;  // the frame that told it
};

class ContractTable {
public:
    static constexpr std::size_t kContractsMax = 4096;

    ContractTable();

    // The contract of that name, null when it was not met yet.
    [[nodiscard]] Contract* find(std::string_view name) {
        if (name.size() > kNativeLengthMax) {
            return nullptr;
        }
        const NameKey key = key_of(name);
        const std::uint16_t number = slots_[slot_of(key)];
        return number == 0 ? nullptr : &contracts_[number - 1U];
    }

    // Announces the instrument to the host and keeps what frames need of it; what was known of the
    // same name is overwritten. Null when the table is full or the host takes no more.
    Contract* announce(const Instrument& instrument, DecodeOut& out);

    // A connection was opened anew: trades over it begin with history.
    void forget_history(std::uint32_t connection);

    [[nodiscard]] std::size_t size() const { return contracts_.size(); }

private:
    static constexpr unsigned kSlotBits = 14;  // never more than a quarter full
    static constexpr std::size_t kSlots = std::size_t{1} << kSlotBits;
    static_assert(kSlots == 4 * kContractsMax);

    // Where the name stands, or the free place where it belongs.
    [[nodiscard]] std::size_t slot_of(const NameKey& key) const {
        std::uint64_t h = 0;
        for (const std::uint64_t word : key.words) {
            h = (h ^ word) * 0x9e3779b97f4a7c15U;
            h ^= h >> 29U;
        }
        std::size_t slot = (h * 0xbf58476d1ce4e5b9U) >> (64U - kSlotBits);
        while (slots_[slot] != 0 && contracts_[slots_[slot] - 1U].key != key) {
            slot = (slot + 1) % kSlots;
        }
        return slot;
    }

    std::vector<std::uint16_t> slots_;  // number of a contract, from 1; 0 is empty
    std::vector<Contract> contracts_;   // reserved at full size: never moves
};

}  // namespace petrel::hyperliquid
