// What the name of a Deribit contract says: base, quote, settlement, expiry, inverse or linear.
//
// Discovery brings these facts as fields; the name alone must do in a replay, where no REST reply
// is there. Pure functions, used when a name is met for the first time, never per event.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "petrel/exchange.hpp"

namespace petrel::deribit {

// Longest native name the adapter takes ("PAXG_USDC-PERPETUAL" has 19 characters).
inline constexpr std::size_t kNativeLengthMax = 32;

// Upper-case letters, digits, '-' and '_': the only characters of a name that are believed.
bool is_native_name(std::string_view text);

// The instrument that a name tells of; views point into `native`. BTC-PERPETUAL and BTC-25DEC26 are
// inverse, BTC_USDC-PERPETUAL and BTC_USDC-25DEC26 linear. Nothing for options, combinations, spot
// pairs and whatever else is no future.
std::optional<Instrument> instrument_of(std::string_view native);

// An inverse contract counts in dollars, a linear one in its base currency.
Instrument inverse_instrument(std::string_view native, std::string_view base);
Instrument linear_instrument(std::string_view native, std::string_view base,
                             std::string_view quote);

// 08:00 UTC of a day written "25DEC26", when dated contracts are delivered.
std::optional<std::int64_t> delivery_ns(std::string_view day);

// US dollars in one unit of the quote currency: 1 for USD, USDT and USDC, else 0 = not known here.
double usd_per_quote(std::string_view quote);

}  // namespace petrel::deribit
