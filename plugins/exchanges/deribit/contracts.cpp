// The parts of the contract table that run off the hot path; see contracts.hpp.
#include "contracts.hpp"

namespace petrel::deribit {

ContractTable::ContractTable() : slots_(kSlots) { contracts_.reserve(kContractsMax); }

const Contract* ContractTable::announce(const Instrument& instrument, DecodeOut& out) {
    if (!is_native_name(instrument.native)) {
        return nullptr;
    }
    const NameKey key = key_of(instrument.native);
    std::uint16_t& number = slots_[slot_of(key)];
    if (number == 0 && contracts_.size() == kContractsMax) {
        return nullptr;
    }
    const std::uint32_t handle = out.instrument(instrument);
    if (handle == PETREL_NO_INSTRUMENT) {
        return nullptr;
    }
    if (number == 0) {
        contracts_.emplace_back().key = key;
        number = static_cast<std::uint16_t>(contracts_.size());
    }
    Contract& contract = contracts_[number - 1U];
    contract.handle = handle;
    contract.is_inverse = instrument.quote_per_unit > 0.0;
    contract.usd_per_quote = usd_per_quote(instrument.quote);
    return &contract;
}

}  // namespace petrel::deribit
