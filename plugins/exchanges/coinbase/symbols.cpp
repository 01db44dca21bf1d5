// The naming rules; see symbols.hpp. Runs where a symbol is first met.
#include "symbols.hpp"

#include <algorithm>

namespace petrel::coinbase {

bool is_coin(std::string_view text) {
    return !text.empty() && text.size() <= kNativeLengthMax &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

bool is_native_name(std::string_view text) {
    const std::size_t dash = text.find('-');
    return text.size() <= kNativeLengthMax && dash != std::string_view::npos &&
           is_coin(text.substr(0, dash)) && is_coin(text.substr(dash + 1));
}

std::optional<Instrument> instrument_of(std::string_view native) {
    if (!is_native_name(native)) {
        return std::nullopt;
    }
    const std::size_t dash = native.find('-');
    Instrument i;
    i.type = PETREL_INSTRUMENT_SPOT;
    i.native = native;
    i.base = native.substr(0, dash);
    i.quote = native.substr(dash + 1);
    i.settle = i.quote;
    return i;
}

double usd_per_quote(std::string_view quote) {
    return quote == "USD" || quote == "USDT" || quote == "USDC" ? 1.0 : 0.0;
}

}  // namespace petrel::coinbase
