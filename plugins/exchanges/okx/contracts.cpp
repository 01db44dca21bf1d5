// The part of the contract table that runs off the hot path; see contracts.hpp.
#include "contracts.hpp"

#include "symbols.hpp"

namespace petrel::okx {

ContractTable::ContractTable() : slots_(kSlots) { contracts_.reserve(kContractsMax); }

bool ContractTable::announce(const Instrument& instrument, DecodeOut& out) {
    const Name name(instrument.native);
    if (!name.fits) {
        return false;
    }
    const Contract* known = find(instrument.native);
    if (known == nullptr && contracts_.size() == kContractsMax) {
        return false;
    }
    const std::uint32_t handle = out.instrument(instrument);
    if (handle == PETREL_NO_INSTRUMENT) {
        return false;
    }
    if (known == nullptr) {
        known = &contracts_.emplace_back();
        std::size_t slot = slot_of(name);
        while (slots_[slot] != 0) {
            slot = (slot + 1) & kSlotMask;
        }
        slots_[slot] = static_cast<std::uint16_t>(contracts_.size());
    }
    Contract& contract = contracts_[static_cast<std::size_t>(known - contracts_.data())];
    contract.name = name.words;
    contract.handle = handle;
    contract.base_per_unit = instrument.base_per_unit;
    contract.quote_per_unit = instrument.quote_per_unit;
    contract.price_divisor = instrument.price_divisor;
    contract.usd_per_quote = usd_per_quote(instrument.quote);
    return true;
}

}  // namespace petrel::okx
