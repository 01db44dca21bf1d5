// The part of the contract table that runs off the hot path; see contracts.hpp.
#include "contracts.hpp"

namespace petrel::gate {

ContractTable::ContractTable() : slots_(kSlots) { contracts_.reserve(kContractsMax); }

bool ContractTable::announce(const Listed& listed, DecodeOut& out) {
    const Instrument& instrument = listed.instrument;
    const Name name(instrument.native);
    if (!name.fits) {
        return false;
    }
    Contract* known = find(instrument.native);
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
    Contract& contract = *known;
    contract.name = name.words;
    contract.handle = handle;
    contract.base_per_unit = instrument.base_per_unit;
    contract.quote_per_unit = instrument.quote_per_unit;
    contract.price_divisor = instrument.price_divisor;
    contract.usd_per_quote = usd_per_quote(instrument.quote);
    contract.settle = listed.settle;
    contract.funding_interval_s = listed.funding_interval_s;
    contract.funding_next_s = listed.funding_next_s;
    return true;
}

}  // namespace petrel::gate
