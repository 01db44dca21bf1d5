// The parts of the product table that run off the hot path; see products.hpp.
#include "products.hpp"

#include "symbols.hpp"

namespace petrel::coinbase {

Product* ProductTable::announce(const Instrument& instrument, DecodeOut& out) {
    Product* product = is_native_name(instrument.native) ? announce_name(instrument, out) : nullptr;
    if (product != nullptr) {
        product->usd_per_quote = usd_per_quote(instrument.quote);
    }
    return product;
}

Product* ProductTable::find_or_announce(std::string_view native, DecodeOut& out) {
    if (Product* known = find(native); known != nullptr) [[likely]] {
        return known;
    }
    const std::optional<Instrument> instrument = instrument_of(native);
    return instrument ? announce(*instrument, out) : nullptr;
}

}  // namespace petrel::coinbase
