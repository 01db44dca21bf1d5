// The part of the contract table that runs off the hot path; see contracts.hpp.
#include "contracts.hpp"

namespace petrel::bitget {

ContractTable::ContractTable() : slots_(kSlots) { contracts_.reserve(kContractsMax); }

const Contract* ContractTable::announce(const Listed& listed, DecodeOut& out) {
    const Name name(listed.instrument.native);
    const Contract* known = find(listed.instrument.native);
    if (!name.fits || (known == nullptr && contracts_.size() == kContractsMax)) {
        return nullptr;
    }
    const std::uint32_t handle = out.instrument(listed.instrument);
    if (handle == PETREL_NO_INSTRUMENT) {
        return nullptr;
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
    contract.product = listed.product;
    contract.units = listed.instrument.price_divisor;
    contract.usd_per_quote = usd_per_quote(listed.instrument.quote);
    contract.funding_hours = listed.funding_hours;
    return known;
}

}  // namespace petrel::bitget
