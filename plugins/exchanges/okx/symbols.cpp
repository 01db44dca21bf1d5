// The naming rules of swaps; see symbols.hpp.
#include "symbols.hpp"

#include <algorithm>
#include <array>

namespace petrel::okx {
namespace {

constexpr std::string_view kSuffix = "-SWAP";

struct Prefix {
    std::string_view text;
    double units;
};
// Longest first: 10000SATS must not become 0SATS.
constexpr std::array<Prefix, 5> kPrefixes{
    {{"1000000", 1e6}, {"100000", 1e5}, {"10000", 1e4}, {"1000", 1e3}, {"1M", 1e6}}};

bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }

bool is_plain(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_'; }

}  // namespace

std::optional<SwapName> swap_name(std::string_view native) {
    if (native.size() > kNativeLengthMax || !native.ends_with(kSuffix) ||
        !std::all_of(native.begin(), native.end(), is_plain)) {
        return std::nullopt;
    }
    const std::string_view pair = native.substr(0, native.size() - kSuffix.size());
    const std::size_t dash = pair.find('-');
    if (dash == 0 || dash == std::string_view::npos || dash + 1 == pair.size() ||
        pair.find('-', dash + 1) != std::string_view::npos) {
        return std::nullopt;
    }
    return SwapName{pair.substr(0, dash), pair.substr(dash + 1)};
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
    return quote == "USD" || quote == "USDT" || quote == "USDC" ? 1.0 : 0.0;
}

}  // namespace petrel::okx
