// What the name of a BitMEX contract says: base, quote, settlement, expiry, inverse or not.
//
// Discovery brings these facts as fields; the name alone must do in a replay, where no REST reply
// is there. Pure functions, used when a symbol is met for the first time, never per event.
#pragma once

#include <optional>
#include <string_view>

#include "petrel/exchange.hpp"

namespace petrel::bitmex {

inline constexpr std::size_t kNativeLengthMax = 31;

// Upper-case letters, digits and '_', at most 31: the only names that are believed. Indices begin
// with a point and are left out with that.
bool is_native_name(std::string_view text);

// A currency as it is named elsewhere: XBT and the minor unit XBt are BTC, USDt is USDT, Gwei is
// ETH; others stay as they are.
std::string_view plain_coin(std::string_view coin);

// A base as the venue names it, cut into the coin and how many of it one unit stands for:
// 1000PEPE is (PEPE, 1000), 1INCH stays (1INCH, 1).
struct SizedBase {
    std::string_view coin;
    double units = 1.0;
};
SizedBase split_size(std::string_view base);

// The instrument that a name tells of; views point into `native` or are literals. XBTUSD, XBTZ26:
// inverse, one unit of the quote a contract. Of any other name the size of a contract is unknown:
// both factors are 0.
std::optional<Instrument> instrument_of(std::string_view native);

// US dollars in one unit of the quote currency: 1 for USD, USDT and USDC, else 0 = not known here.
double usd_per_quote(std::string_view quote);

}  // namespace petrel::bitmex
