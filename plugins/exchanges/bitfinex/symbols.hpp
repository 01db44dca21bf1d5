// What the name of a Bitfinex derivative says: base, quote, settlement.
//
// The venue's list of derivatives brings names only, so the name is all there is. Pure functions,
// used when a name is met for the first time, never per event.
#pragma once

#include <optional>
#include <string_view>

#include "petrel/exchange.hpp"

namespace petrel::bitfinex {

// Longest native name the adapter takes ("tEUROPE50IXF0:USTF0" has 19 characters).
inline constexpr std::size_t kNativeLengthMax = 32;

// A `t`, then upper-case letters, digits and ':'.
bool is_native_name(std::string_view text);

// tBTCF0:USTF0 is BTC/USDT, settled in USDT. Nothing for spot pairs. Texts point into `native` or
// are constant.
std::optional<Instrument> instrument_of(std::string_view native);

// US dollars in one unit of the quote currency: 1 for USD, USDT and USDC, else 0 = not known here.
double usd_per_quote(std::string_view quote);

}  // namespace petrel::bitfinex
