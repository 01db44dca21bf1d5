// The parts of the contract table that run off the hot path; see contracts.hpp.
#include "contracts.hpp"

#include <cstring>

#include "symbols.hpp"

namespace petrel::bybit {
namespace {

static_assert(kNativeLengthMax < 8 * SymbolKey::kWords, "a name and its quote fit a key");

// The key of a name that does not stand in a frame. The name is valid: no quote inside.
SymbolKey key_of(std::string_view native) {
    std::array<char, 8 * SymbolKey::kWords> text{};
    std::memcpy(text.data(), native.data(), native.size());
    text[native.size()] = '"';
    SymbolKey key;
    (void)read_symbol(text.data(), key);
    return key;
}

}  // namespace

ContractTable::ContractTable() : slots_(kSlots) { contracts_.reserve(kContractsMax); }

Contract* ContractTable::find(std::string_view native) {
    return is_native_name(native) ? find(key_of(native)) : nullptr;
}

Contract* ContractTable::announce(const Instrument& instrument, DecodeOut& out) {
    if (!is_native_name(instrument.native)) {
        return nullptr;
    }
    const SymbolKey key = key_of(instrument.native);
    Contract* contract = find(key);
    if (contract == nullptr && contracts_.size() == kContractsMax) {
        return nullptr;
    }
    const std::uint32_t handle = out.instrument(instrument);
    if (handle == PETREL_NO_INSTRUMENT) {
        return nullptr;
    }
    if (contract == nullptr) {
        contract = &contracts_.emplace_back();
        contract->key = key;
        std::size_t slot = slot_of(key);
        while (slots_[slot] != 0) {
            slot = (slot + 1) & kSlotMask;
        }
        slots_[slot] = static_cast<std::uint16_t>(contracts_.size());
    }
    contract->handle = handle;
    contract->base_per_unit = instrument.base_per_unit;
    contract->price_divisor = instrument.price_divisor;
    contract->usd_per_quote = usd_per_quote(instrument.quote);
    return contract;
}

}  // namespace petrel::bybit
