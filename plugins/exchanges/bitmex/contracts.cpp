// The parts of the contract table that run off the hot path; see contracts.hpp.
#include "contracts.hpp"

#include "symbols.hpp"

namespace petrel::bitmex {

Contract* ContractTable::announce(const Instrument& instrument, Sizing sizing, DecodeOut& out) {
    Contract* contract =
        is_native_name(instrument.native) ? announce_name(instrument, out) : nullptr;
    if (contract != nullptr) {
        contract->set_size(instrument);
        contract->usd_per_quote = usd_per_quote(instrument.quote);
        contract->by_ratio = sizing == Sizing::ByRatio;
    }
    return contract;
}

Contract* ContractTable::find_or_announce(std::string_view native, DecodeOut& out) {
    if (Contract* known = find(native); known != nullptr) [[likely]] {
        return known;
    }
    const std::optional<Instrument> instrument = instrument_of(native);
    if (!instrument) {
        return nullptr;
    }
    const Sizing sizing = instrument->quote_per_unit != 0.0 ? Sizing::Fixed : Sizing::ByRatio;
    return announce(*instrument, sizing, out);
}

}  // namespace petrel::bitmex
