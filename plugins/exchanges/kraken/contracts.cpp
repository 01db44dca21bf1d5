// The contract table; see contracts.hpp.
#include "contracts.hpp"

#include "symbols.hpp"

namespace petrel::kraken {

static_assert(kNativeLengthMax < sizeof(Name::words), "a name fits with a zero behind it");

Contract* ContractTable::find(std::string_view native) {
    if (native.empty() || native.size() > kNativeLengthMax) {
        return nullptr;
    }
    const Name name = Name::of(native);
    for (std::size_t slot = slot_of(name);; slot = (slot + 1) & kSlotMask) {
        const std::uint16_t number = slots_[slot];
        if (number == 0) {
            return nullptr;
        }
        if (Contract& contract = contracts_[number - 1U]; contract.name == name) {
            return &contract;
        }
    }
}

Contract* ContractTable::announce(const Instrument& instrument, DecodeOut& out) {
    if (!is_native_name(instrument.native)) {
        return nullptr;
    }
    Contract* contract = find(instrument.native);
    if (contract == nullptr && contracts_.size() == kContractsMax) {
        return nullptr;
    }
    const std::uint32_t handle = out.instrument(instrument);
    if (handle == PETREL_NO_INSTRUMENT) {
        return nullptr;
    }
    if (contract == nullptr) {
        contract = &contracts_.emplace_back();
        contract->name = Name::of(instrument.native);
        std::size_t slot = slot_of(contract->name);
        while (slots_[slot] != 0) {
            slot = (slot + 1) & kSlotMask;
        }
        slots_[slot] = static_cast<std::uint16_t>(contracts_.size());
    }
    contract->handle = handle;
    contract->base_per_unit = instrument.base_per_unit;
    contract->quote_per_unit = instrument.quote_per_unit;
    contract->price_divisor = instrument.price_divisor;
    contract->usd_per_quote = usd_per_quote(instrument.quote);
    return contract;
}

Contract* ContractTable::find_or_announce(std::string_view native, DecodeOut& out) {
    if (Contract* known = find(native); known != nullptr) [[likely]] {
        return known;
    }
    const std::optional<Instrument> instrument = instrument_of(native);
    return instrument ? announce(*instrument, out) : nullptr;
}

}  // namespace petrel::kraken
