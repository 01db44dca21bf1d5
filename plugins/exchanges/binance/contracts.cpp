// The table of contracts; see contracts.hpp.
#include "contracts.hpp"

#include <cstring>

namespace petrel::binance {
namespace {

constexpr std::size_t kSlotsFirst = 1024;

}  // namespace

NameKey key_of(std::string_view name) {
    NameKey key;
    char bytes[kShortNameMax] = {};
    std::memcpy(bytes, name.data(), name.size() < kShortNameMax ? name.size() : kShortNameMax);
    std::memcpy(&key.low, bytes, 8);
    std::memcpy(&key.high, bytes + 8, 8);
    return key;
}

Contracts::Contracts() : slots_(kSlotsFirst), mask_(kSlotsFirst - 1) { rates_[kUsd] = 1.0; }

Contract* Contracts::lookup(std::string_view name) {
    if (name.size() <= kShortNameMax) {
        return find(key_of(name));
    }
    const auto found = long_names_.find(name);
    return found == long_names_.end() ? nullptr : &found->second;
}

Found Contracts::resolve(std::string_view name, DecodeOut& out) {
    // Before the look-up, whose keys take a zero byte for the end of the name.
    if (!is_native_name(name)) {
        return {nullptr, Decoded::rejected("symbol is not 1 to 64 characters of A-Z 0-9 . _ : -")};
    }
    if (Contract* known = lookup(name); known != nullptr) {
        return {known, {}};
    }
    if (is_coin_margined(name)) {
        return {nullptr, Decoded::ignored()};
    }
    const std::optional<Instrument> instrument = instrument_of(name);
    if (!instrument) {
        return {nullptr, Decoded::rejected("symbol ends in no known quote currency or expiry day")};
    }
    if (!announce(*instrument, out)) {
        return {nullptr, Decoded::rejected("more than 4096 symbols: this one is not taken on")};
    }
    return {lookup(name), {}};
}

bool Contracts::announce(const Instrument& instrument, DecodeOut& out) {
    const std::optional<std::uint8_t> quote = quote_index(instrument.quote);
    if (!quote || (lookup(instrument.native) == nullptr && size() >= kContractsMax)) {
        return false;
    }
    const std::uint32_t handle = out.instrument(instrument);
    Contract& contract = place(instrument.native);
    contract.handle = handle;
    contract.quote = *quote;
    contract.base_per_unit = instrument.base_per_unit;
    contract.price_divisor = instrument.price_divisor;
    contract.rated = kCurrencyCount;
    // Only a perpetual in dollars measures a currency: a dated future trades at a premium.
    const std::optional<std::uint8_t> base = quote_index(instrument.base);
    if (*quote == kUsd && base && *base != kUsd && instrument.type == PETREL_INSTRUMENT_PERPETUAL &&
        instrument.base_per_unit == 1.0) {
        contract.rated = *base;
    }
    return true;
}

// The contract's place, made when the name is new.
Contract& Contracts::place(std::string_view name) {
    if (name.size() > kShortNameMax) {
        return long_names_[std::string(name)];
    }
    const NameKey key = key_of(name);
    if (Contract* known = find(key); known != nullptr) {
        return *known;
    }
    if ((count_ + 1) * 2 > slots_.size()) {
        grow();
    }
    std::size_t i = slot_of(key);
    while (!(slots_[i].key == NameKey{})) {
        i = (i + 1) & mask_;
    }
    slots_[i].key = key;
    ++count_;
    return slots_[i].contract;
}

void Contracts::grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    mask_ = slots_.size() - 1;
    for (const Slot& slot : old) {
        if (!(slot.key == NameKey{})) {
            std::size_t i = slot_of(slot.key);
            while (!(slots_[i].key == NameKey{})) {
                i = (i + 1) & mask_;
            }
            slots_[i] = slot;
        }
    }
}

}  // namespace petrel::binance
