// What the name of a Bitget contract says: product, base, quote, settlement and size prefix.
//
// Discovery brings these facts as fields; the name alone must do in a replay, where no REST reply
// is there. Pure functions, used when a symbol is met for the first time, never per event.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "petrel/exchange.hpp"

namespace petrel::bitget {

// Longest native name the adapter takes ("1000000BABYDOGEUSDT" has 19 characters).
inline constexpr std::size_t kNativeLengthMax = 32;

enum class Product : std::uint8_t { Usdt, Usdc, Coin };
inline constexpr std::size_t kProducts = 3;

// As v2 writes it: "USDT-FUTURES"; v3 writes the same in lower case.
std::string_view product_name(Product product);
std::string_view product_name_v3(Product product);

// A contract as discovery lists it or as its name tells; views point into the venue's text.
struct Listed {
    Instrument instrument;
    Product product = Product::Usdt;
    double funding_hours = 0;  // 0: unknown
};

// Upper-case letters, digits, '-' and '_': the only characters of a name that are believed.
bool is_native_name(std::string_view text);

// A contract of that product; sizes and prices are in coins after the prefix of the base is undone.
Listed contract_of(Product product, std::string_view native, std::string_view base,
                   std::string_view quote);

// The perpetual that a name tells of: BTCUSDT, BTCPERP (USDC) or BTCUSD (settled in the coin).
// Nothing for any other: when a dated contract expires, its name does not say.
std::optional<Listed> perpetual_of(std::string_view native);

// US dollars in one unit of the quote currency: 1 for USD, USDT and USDC, else 0 = not known here.
double usd_per_quote(std::string_view quote);

}  // namespace petrel::bitget
