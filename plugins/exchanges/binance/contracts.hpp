// The contracts met so far, found by the bytes of their name: an open-addressing table without
// allocation or strings on the way of a frame.
//
// Owned by the decoder, on the instance's data path. Filled by discovery and, for names that were
// never announced, from the name itself. Also keeps what turns a quote currency into dollars: the
// last price of its own perpetual (BTCUSDT for ETHBTC).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "petrel/exchange.hpp"
#include "symbols.hpp"

namespace petrel::binance {

inline constexpr std::size_t kContractsMax = 4096;

struct Contract {
    std::uint32_t handle = PETREL_NO_INSTRUMENT;
    std::uint8_t quote = kUsd;            // which rate turns the quote into dollars
    std::uint8_t rated = kCurrencyCount;  // the rate that this contract's price is; last = none
    double base_per_unit = 1.0;
    double price_divisor = 1.0;
    double last_price = 0.0;  // for one base unit, in the quote currency
};

// A name of up to 16 bytes as two words, zero behind its end: equal words are equal names.
struct NameKey {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    friend bool operator==(const NameKey&, const NameKey&) = default;
};
inline constexpr std::size_t kShortNameMax = 16;
NameKey key_of(std::string_view name);  // at most kShortNameMax bytes

// What a name led to: a contract, or the reason why there is none.
struct Found {
    Contract* contract = nullptr;
    Decoded verdict;
};

class Contracts {
public:
    Contracts();

    // The contract of a short name, null when unknown. Pointers hold until the next add. [hot]
    [[gnu::always_inline]] Contract* find(const NameKey& key) {
        for (std::size_t i = slot_of(key);; i = (i + 1) & mask_) {
            Slot& slot = slots_[i];
            if (slot.key == NameKey{}) {
                return nullptr;
            }
            if (slot.key == key) {
                return &slot.contract;
            }
        }
    }

    // The contract of any name; one never announced is registered from its text.
    Found resolve(std::string_view name, DecodeOut& out);

    // Registers or corrects a contract with facts from discovery. False when the adapter holds
    // its maximum already or the quote currency is not known.
    bool announce(const Instrument& instrument, DecodeOut& out);

    // The announced contract of a name, null when there is none.
    Contract* lookup(std::string_view name);

    // Dollars in one unit of the contract's quote currency, 0 while unknown. [hot]
    [[nodiscard]] double usd_rate(const Contract& contract) const { return rates_[contract.quote]; }

    // Remembers a price of one base unit; also the rate, when the contract is one's measure. [hot]
    void note_price(Contract& contract, double price) {
        contract.last_price = price;
        rates_[contract.rated] = price;
    }

    [[nodiscard]] std::size_t size() const { return count_ + long_names_.size(); }

private:
    struct Slot {
        NameKey key;
        Contract contract;
    };

    [[nodiscard]] std::size_t slot_of(const NameKey& key) const {
        const std::uint64_t mixed =
            (key.low ^ (key.high * 0x9e3779b97f4a7c15U)) * 0xd6e8feb86659fd93U;
        return static_cast<std::size_t>(mixed >> 40U) & mask_;
    }
    Contract& place(std::string_view name);
    void grow();

    std::vector<Slot> slots_;
    std::size_t mask_;
    std::size_t count_ = 0;
    std::map<std::string, Contract, std::less<>> long_names_;  // 17 characters and more: rare
    std::array<double, kCurrencyCount + 1> rates_{};           // the last place takes the unused
};

}  // namespace petrel::binance
