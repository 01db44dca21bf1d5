// The product table; see products.hpp.
#include "products.hpp"

#include "symbols.hpp"

namespace petrel::coinbase {

static_assert(kNativeLengthMax < sizeof(Name::words), "a name fits with a zero behind it");

Product* ProductTable::find(std::string_view native) {
    if (native.empty() || native.size() > kNativeLengthMax) {
        return nullptr;
    }
    const Name name = Name::of(native);
    for (std::size_t slot = slot_of(name);; slot = (slot + 1) & kSlotMask) {
        const std::uint16_t number = slots_[slot];
        if (number == 0) {
            return nullptr;
        }
        if (Product& product = products_[number - 1U]; product.name == name) {
            return &product;
        }
    }
}

Product* ProductTable::announce(const Instrument& instrument, DecodeOut& out) {
    if (!is_native_name(instrument.native)) {
        return nullptr;
    }
    Product* product = find(instrument.native);
    if (product == nullptr && products_.size() == kProductsMax) {
        return nullptr;
    }
    const std::uint32_t handle = out.instrument(instrument);
    if (handle == PETREL_NO_INSTRUMENT) {
        return nullptr;
    }
    if (product == nullptr) {
        product = &products_.emplace_back();
        product->name = Name::of(instrument.native);
        std::size_t slot = slot_of(product->name);
        while (slots_[slot] != 0) {
            slot = (slot + 1) & kSlotMask;
        }
        slots_[slot] = static_cast<std::uint16_t>(products_.size());
    }
    product->handle = handle;
    product->usd_per_quote = usd_per_quote(instrument.quote);
    return product;
}

Product* ProductTable::find_or_announce(std::string_view native, DecodeOut& out) {
    if (Product* known = find(native); known != nullptr) [[likely]] {
        return known;
    }
    const std::optional<Instrument> instrument = instrument_of(native);
    return instrument ? announce(*instrument, out) : nullptr;
}

void ProductTable::forget_ids(std::uint32_t connection) {
    for (Product& product : products_) {
        if (product.connection == connection) {
            product.last_id = 0;
            product.awaited_id = 0;
        }
    }
}

}  // namespace petrel::coinbase
