// The contracts the adapter has met: their handle, their factors, the last state of their ticker.
//
// Looked up by the bytes of the symbol in each frame, so it is a small open-addressing table over
// words of eight bytes: no allocation and no std::string on the way. Owned by the decoder, on the
// instance's data path. Contracts are only added, never removed; pointers to them stay valid.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "bytes.hpp"
#include "kit/per_connection.hpp"
#include "petrel/decimal.hpp"
#include "petrel/exchange.hpp"

namespace petrel::bybit {

// A symbol with the quote that ends it in a frame, as words: `BTCUSDT"`. With the quote inside, no
// symbol is the beginning of another, and comparing needs no length.
struct SymbolKey {
    static constexpr std::size_t kWords = 4;
    std::array<std::uint64_t, kWords> words{};  // zero behind the quote
    std::array<std::uint64_t, kWords> masks{};  // which bytes belong to it
    std::uint64_t hash = 0;
    std::uint32_t length = 0;  // of the symbol alone
    bool is_long = false;      // with its quote more than 16 characters

    // Most symbols fit two words; always comparing two spares a branch nobody could foresee.
    friend bool operator==(const SymbolKey& a, const SymbolKey& b) {
        const std::uint64_t front = (a.words[0] ^ b.words[0]) | (a.words[1] ^ b.words[1]);
        return front == 0 && (!a.is_long || (a.words[2] == b.words[2] && a.words[3] == b.words[3]));
    }
};

// Reads the symbol at `p` up to its closing quote; reads at most 32 bytes. False when there is no
// quote within these bytes, or nothing before it.
inline bool read_symbol(const char* p, SymbolKey& key) {
    static constexpr auto kMask = [] {  // from 32 - n on: n bytes of ones, then zeros
        std::array<unsigned char, 64> bytes{};
        std::fill_n(bytes.begin(), 32, static_cast<unsigned char>(0xff));
        return bytes;
    }();
    std::uint64_t quotes = text_mask_16(p).quotes;
    key.is_long = quotes == 0;
    if (key.is_long) [[unlikely]] {
        quotes = text_mask_16(p + 16).quotes << 16U;
        if (quotes == 0) {
            return false;
        }
    }
    key.length = static_cast<std::uint32_t>(std::countr_zero(quotes));
    const auto* mask = reinterpret_cast<const char*>(kMask.data()) + 31 - key.length;
    const std::size_t words = key.is_long ? SymbolKey::kWords : 2;
    for (std::size_t i = 0; i < words; ++i) {
        key.masks[i] = detail::load_eight(mask + 8 * i);
        key.words[i] = detail::load_eight(p + 8 * i) & key.masks[i];
    }
    const std::uint64_t h = key.words[0] * 0x9e3779b97f4a7c15U ^ key.words[1];
    key.hash = (h ^ h >> 29U ^ key.words[2]) * 0xbf58476d1ce4e5b9U;
    return key.length != 0;
}

// Last known figures of a ticker over one connection; deltas bring only what changed.
struct TickerState {
    double mark = 0;
    double index = 0;
    double funding_rate = 0;
    double funding_hours = 0;
    double next_funding_ms = 0;
    double open_interest = 0;        // one side, venue units
    double open_interest_value = 0;  // one side, quote currency
    bool has_funding_rate = false;
    bool has_open_interest = false;
    bool has_open_interest_value = false;
};

struct Contract {
    SymbolKey key;
    std::uint32_t handle = PETREL_NO_INSTRUMENT;
    double base_per_unit = 1.0;
    double price_divisor = 1.0;
    double usd_per_quote = 1.0;
};

class ContractTable {
public:
    static constexpr std::size_t kContractsMax = 4096;

    ContractTable();

    // The contract of that symbol, null when it was not met yet.
    [[nodiscard]] Contract* find(const SymbolKey& key) {
        for (std::size_t slot = slot_of(key);; slot = (slot + 1) & kSlotMask) {
            const std::uint16_t number = slots_[slot];
            if (number == 0) {
                return nullptr;
            }
            if (Contract& contract = contracts_[number - 1U]; contract.key == key) {
                return &contract;
            }
        }
    }
    [[nodiscard]] Contract* find(std::string_view native);

    // Announces the instrument to the host and keeps what frames need of it; what was known of the
    // same name is overwritten. Null when the table is full or the host takes no more.
    Contract* announce(const Instrument& instrument, DecodeOut& out);

    // What the tickers of a contract told over that connection.
    TickerState& ticker(std::uint32_t connection, const Contract& contract) {
        return tickers_.at(connection, static_cast<std::size_t>(&contract - contracts_.data()));
    }
    // A connection was opened anew: tickers that came over it start from nothing.
    void forget_tickers(std::uint32_t connection) { tickers_.forget(connection); }

    [[nodiscard]] std::size_t size() const { return contracts_.size(); }

private:
    static constexpr std::size_t kSlots = 4 * kContractsMax;  // never more than a quarter full
    static constexpr std::size_t kSlotMask = kSlots - 1;
    static std::size_t slot_of(const SymbolKey& key) { return key.hash >> 50U; }
    static_assert(kSlots == std::size_t{1} << (64U - 50U));

    std::vector<std::uint16_t> slots_;  // number of a contract, from 1; 0 is empty
    std::vector<Contract> contracts_;   // reserved at full size: never moves
    kit::PerConnection<TickerState> tickers_;
};

}  // namespace petrel::bybit
