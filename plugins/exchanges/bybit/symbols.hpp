// What the name of a Bybit contract says: base, quote, settlement, expiry and size prefix.
//
// Discovery brings these facts as fields; the name alone must do in a replay, where no REST reply
// is there. Pure functions, used when a symbol is met for the first time, never per event.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "petrel/exchange.hpp"

namespace petrel::bybit {

// Longest native name the adapter takes ("1000000BABYDOGEUSDT" has 19 characters).
inline constexpr std::size_t kNativeLengthMax = 30;

// Upper-case letters, digits and '-': the only characters of a name that are believed.
bool is_native_name(std::string_view text);

// A base as the venue names it, cut into the coin and how many of it one unit stands for:
// 1000PEPE is (PEPE, 1000), SHIB1000 is (SHIB, 1000), 1INCH stays (1INCH, 1).
struct SizedBase {
    std::string_view coin;
    double units = 1.0;
};
SizedBase split_size(std::string_view base);

// The instrument that a name tells of; views point into `native`. Nothing for a name that is no
// linear contract's: inverse contracts (BTCUSD) count in dollars and must not be read as linear.
std::optional<Instrument> instrument_of(std::string_view native);

// 08:00 UTC of a day written "25DEC26", when dated contracts are delivered.
std::optional<std::int64_t> delivery_ns(std::string_view day);

// US dollars in one unit of the quote currency: 1 for USD, USDT and USDC, else 0 = not known here.
double usd_per_quote(std::string_view quote);

}  // namespace petrel::bybit
