// The naming rules of derivatives; see symbols.hpp. Runs where a name is first met.
#include "symbols.hpp"

#include <algorithm>
#include <array>

namespace petrel::bitfinex {
namespace {

constexpr std::string_view kDerivative = "F0";  // ends the code of a currency of derivatives

struct Alias {
    std::string_view venue;
    std::string_view code;
};
// Codes of three letters from the venue's first years.
constexpr std::array<Alias, 8> kAliases{{{"UST", "USDT"},
                                         {"UDC", "USDC"},
                                         {"EUT", "EURT"},
                                         {"ALG", "ALGO"},
                                         {"ATO", "ATOM"},
                                         {"DSH", "DASH"},
                                         {"IOT", "IOTA"},
                                         {"QTM", "QTUM"}}};

bool is_code_character(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// The plain code of a currency of derivatives, empty for any other text.
std::string_view plain_code(std::string_view text) {
    if (text.size() <= kDerivative.size() || !text.ends_with(kDerivative) ||
        !std::ranges::all_of(text, is_code_character)) {
        return {};
    }
    text.remove_suffix(kDerivative.size());
    const auto* alias = std::ranges::find(kAliases, text, &Alias::venue);
    return alias == kAliases.end() ? text : alias->code;
}

}  // namespace

bool is_native_name(std::string_view text) {
    return text.size() > 1 && text.size() <= kNativeLengthMax && text.front() == 't' &&
           std::all_of(text.begin() + 1, text.end(),
                       [](char c) { return is_code_character(c) || c == ':'; });
}

std::optional<Instrument> instrument_of(std::string_view native) {
    const std::size_t colon = native.find(':');
    if (!is_native_name(native) || colon == std::string_view::npos) {
        return std::nullopt;
    }
    Instrument i;
    i.native = native;
    i.base = plain_code(native.substr(1, colon - 1));
    i.quote = plain_code(native.substr(colon + 1));
    i.settle = i.quote;
    return i.base.empty() || i.quote.empty() ? std::nullopt : std::optional(i);
}

double usd_per_quote(std::string_view quote) {
    return quote == "USD" || quote == "USDT" || quote == "USDC" ? 1.0 : 0.0;
}

}  // namespace petrel::bitfinex
