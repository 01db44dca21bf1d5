// What the name of a Binance contract says: base, quote, expiry and size prefix.
//
// Discovery brings these facts as fields; the name alone must do in a replay, where no REST reply
// is there. Pure functions, used when a symbol is met for the first time, never per event.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "petrel/exchange.hpp"

namespace petrel::binance {

inline constexpr std::size_t kNameLengthMax = 64;

// Letters, digits and the punctuation of [A-Z0-9._:-]. The venue lists some names in other scripts;
// they are refused, for they cannot be written in a configuration or a stream name.
bool is_native_name(std::string_view text);

// A currency code as the host takes it: 1 to 32 upper-case letters and digits.
bool is_currency(std::string_view text);

// A base asset cut into the coin and how many of it one unit stands for: 1000PEPE is (PEPE, 1000),
// 1MBABYDOGE is (BABYDOGE, 1000000), 1INCH stays (1INCH, 1).
struct SizedBase {
    std::string_view coin;
    double units = 1.0;
};
SizedBase split_size(std::string_view base);

// COIN-M names (BTCUSD_PERP, BTCUSD_261225): counted in contracts, so not ours to read.
bool is_coin_margined(std::string_view native);

// The instrument that a name tells of; views point into `native`. Nothing when the name ends in no
// known quote currency.
std::optional<Instrument> instrument_of(std::string_view native);

// Currencies in which contracts are quoted. Index kUsd stands for the dollar and the stablecoins
// that count as one; the others need a price to be turned into dollars.
inline constexpr std::uint8_t kUsd = 0;
inline constexpr std::size_t kCurrencyCount = 16;
// The index of `code`, or nothing when petrel knows no such quote currency.
std::optional<std::uint8_t> quote_index(std::string_view code);
// The code of an index above kUsd.
std::string_view quote_code(std::uint8_t index);

}  // namespace petrel::binance
