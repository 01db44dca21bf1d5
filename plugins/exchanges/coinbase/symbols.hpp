// What the name of a Coinbase product says: BTC-USD is base and quote, always spot.
//
// Pure functions, used when a symbol is met for the first time, never per event.
#pragma once

#include <optional>
#include <string_view>

#include "petrel/exchange.hpp"

namespace petrel::coinbase {

inline constexpr std::size_t kNativeLengthMax = 31;

// Upper-case letters and digits, at most 31: the only coins that are believed.
bool is_coin(std::string_view text);

// Two coins with a dash between, at most 31 characters.
bool is_native_name(std::string_view text);

// The instrument that a name tells of; views point into `native`.
std::optional<Instrument> instrument_of(std::string_view native);

// US dollars in one unit of the quote currency: 1 for USD, USDT and USDC, else 0 = not known here.
double usd_per_quote(std::string_view quote);

}  // namespace petrel::coinbase
