// The naming rules of contracts; see symbols.hpp.
#include "symbols.hpp"

#include <algorithm>
#include <array>

namespace petrel::gate {
namespace {

struct Prefix {
    std::string_view text;
    double units;
};
// Longest first: 10000SATS must not become 0SATS.
constexpr std::array<Prefix, 5> kPrefixes{
    {{"1000000", 1e6}, {"100000", 1e5}, {"10000", 1e4}, {"1000", 1e3}, {"1M", 1e6}}};

bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }

bool is_plain(char c) {
    return is_letter(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

std::optional<PairName> pair_name(std::string_view native) {
    const std::size_t cut = native.find('_');
    if (native.size() > kNativeLengthMax || cut == 0 || cut == std::string_view::npos ||
        cut + 1 == native.size() || native.find('_', cut + 1) != std::string_view::npos ||
        !std::all_of(native.begin(), native.end(), is_plain)) {
        return std::nullopt;
    }
    return PairName{native.substr(0, cut), native.substr(cut + 1)};
}

std::optional<Settle> settle_of(std::string_view quote) {
    return quote == "USDT"   ? std::optional(Settle::Usdt)
           : quote == "USD"  ? std::optional(Settle::Btc)
           : quote == "USD1" ? std::optional(Settle::Usd1)
                             : std::nullopt;
}

SizedBase split_size(std::string_view base) {
    for (const Prefix& prefix : kPrefixes) {
        const bool named = base.size() > prefix.text.size() + 1 && base.starts_with(prefix.text);
        if (named && is_letter(base[prefix.text.size()])) {
            return {base.substr(prefix.text.size()), prefix.units};
        }
    }
    return {base, 1.0};
}

double usd_per_quote(std::string_view quote) {
    return quote == "USD" || quote == "USDT" || quote == "USD1" ? 1.0 : 0.0;
}

}  // namespace petrel::gate
