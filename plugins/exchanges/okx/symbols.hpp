// What the name of an OKX swap says. Its size it does not say: that only discovery knows.
//
// Pure functions, used when contracts are listed or planned, never per event.
#pragma once

#include <optional>
#include <string_view>

namespace petrel::okx {

// Longest native name the adapter takes ("1000000BABYDOGE-USDT-SWAP" has 25 characters).
inline constexpr std::size_t kNativeLengthMax = 32;

// BTC-USDT-SWAP cut in two; views point into the name.
struct SwapName {
    std::string_view base;
    std::string_view quote;
};
// Nothing for a name that is no swap's or holds other characters than A-Z, 0-9, '-' and '_'.
std::optional<SwapName> swap_name(std::string_view native);

// A base as the venue names it, cut into the coin and how many of it one unit stands for:
// 1000PEPE is (PEPE, 1000), 1INCH stays (1INCH, 1).
struct SizedBase {
    std::string_view coin;
    double units = 1.0;
};
SizedBase split_size(std::string_view base);

// US dollars in one unit of the quote currency: 1 for USD, USDT and USDC, else 0 = not known here.
double usd_per_quote(std::string_view quote);

}  // namespace petrel::okx
