// What the name of a Hyperliquid perpetual says: its coin, and how many of it one unit stands for.
//
// All contracts are linear and settled in USDC. Pure functions, used when a name is met for the
// first time, never per event.
#pragma once

#include <optional>
#include <string_view>

#include "petrel/exchange.hpp"

namespace petrel::hyperliquid {

// Longest native name the adapter takes.
inline constexpr std::size_t kNativeLengthMax = 32;

// Letters and digits, with at most one ':' between the name of a market's builder and the coin.
// Names are case-sensitive.
bool is_native_name(std::string_view text);

// BTC is BTC/USDC, kPEPE is a thousand PEPE, xyz:TSLA is TSLA of the builder xyz. Nothing for spot
// pairs (@107, PURR/USDC).
std::optional<Instrument> instrument_of(std::string_view native);

}  // namespace petrel::hyperliquid
