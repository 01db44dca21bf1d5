// The naming rules of perpetuals; see symbols.hpp. Runs where a name is first met.
#include "symbols.hpp"

#include <algorithm>

namespace petrel::hyperliquid {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

}  // namespace

bool is_native_name(std::string_view text) {
    return !text.empty() && text.size() <= kNativeLengthMax && std::ranges::count(text, ':') <= 1 &&
           std::ranges::all_of(
               text, [](char c) { return is_upper(c) || is_lower(c) || is_digit(c) || c == ':'; });
}

std::optional<Instrument> instrument_of(std::string_view native) {
    constexpr std::string_view kQuote = "USDC";
    constexpr double kThousand = 1000.0;
    if (!is_native_name(native)) {
        return std::nullopt;
    }
    const std::size_t colon = native.find(':');
    std::string_view coin = colon == std::string_view::npos ? native : native.substr(colon + 1);
    Instrument i;
    if (coin.size() > 1 && coin[0] == 'k' && is_upper(coin[1])) {
        coin.remove_prefix(1);
        i.base_per_unit = kThousand;
        i.price_divisor = kThousand;
    }
    const bool plain = std::ranges::all_of(coin, [](char c) { return is_upper(c) || is_digit(c); });
    if (coin.empty() || colon == 0 || !plain) {
        return std::nullopt;
    }
    i.native = native;
    i.base = coin;
    i.quote = kQuote;
    i.settle = kQuote;
    return i;
}

}  // namespace petrel::hyperliquid
