// Symbols as people type them, made canonical: "BTCUSDT", "btc/usdt:usdt" -> "BTC-USDT-PERP".
//
// Used wherever a person names a symbol: configuration, command line, API. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "petrel/result.hpp"

namespace petrel::core {

// Canonical names are BASE-QUOTE-PERP (perpetual), BASE-QUOTE-YYMMDD (dated) and BASE-QUOTE (spot).
// A name without separators is a perpetual, split before a known quote currency; size prefixes
// (1000PEPEUSDT) are taken off, as the adapters do.
Result<std::string> canonical_symbol(std::string_view text);

// "BTC-USDT-PERP" -> "BTCUSDT"; anything else unchanged.
std::string short_symbol(std::string_view canonical);

}  // namespace petrel::core
