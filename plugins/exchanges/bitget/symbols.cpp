// The naming rules of contracts; see symbols.hpp.
#include "symbols.hpp"

#include <algorithm>
#include <array>

namespace petrel::bitget {
namespace {

struct Prefix {
    std::string_view text;
    double units;
};
// Longest first: 10000SATS must not become 0SATS.
constexpr std::array<Prefix, 5> kPrefixes{
    {{"1000000", 1e6}, {"100000", 1e5}, {"10000", 1e4}, {"1000", 1e3}, {"1M", 1e6}}};

bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }

struct Suffix {
    std::string_view text;
    std::string_view quote;
    Product product;
};
constexpr std::array<Suffix, 4> kSuffixes{{{"USDT", "USDT", Product::Usdt},
                                           {"USDC", "USDC", Product::Usdc},
                                           {"PERP", "USDC", Product::Usdc},
                                           {"USD", "USD", Product::Coin}}};

}  // namespace

std::string_view product_name(Product product) {
    static constexpr std::array<std::string_view, kProducts> kNames{"USDT-FUTURES", "USDC-FUTURES",
                                                                    "COIN-FUTURES"};
    return kNames[static_cast<std::size_t>(product)];
}

std::string_view product_name_v3(Product product) {
    static constexpr std::array<std::string_view, kProducts> kNames{"usdt-futures", "usdc-futures",
                                                                    "coin-futures"};
    return kNames[static_cast<std::size_t>(product)];
}

bool is_native_name(std::string_view text) {
    return !text.empty() && text.size() <= kNativeLengthMax &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
           });
}

Listed contract_of(Product product, std::string_view native, std::string_view base,
                   std::string_view quote) {
    Listed listed;
    listed.product = product;
    Instrument& i = listed.instrument;
    i.native = native;
    i.base = base;
    i.quote = quote;
    for (const Prefix& prefix : kPrefixes) {
        const bool named = base.size() > prefix.text.size() + 1 && base.starts_with(prefix.text);
        if (named && is_letter(base[prefix.text.size()])) {
            i.base = base.substr(prefix.text.size());
            i.base_per_unit = prefix.units;
            i.price_divisor = prefix.units;
            break;
        }
    }
    i.settle = product == Product::Coin ? i.base : quote;
    return listed;
}

std::optional<Listed> perpetual_of(std::string_view native) {
    if (!is_native_name(native)) {
        return std::nullopt;
    }
    for (const Suffix& suffix : kSuffixes) {
        if (native.size() > suffix.text.size() && native.ends_with(suffix.text)) {
            const std::string_view base = native.substr(0, native.size() - suffix.text.size());
            return contract_of(suffix.product, native, base, suffix.quote);
        }
    }
    return std::nullopt;
}

double usd_per_quote(std::string_view quote) {
    return quote == "USD" || quote == "USDT" || quote == "USDC" ? 1.0 : 0.0;
}

}  // namespace petrel::bitget
