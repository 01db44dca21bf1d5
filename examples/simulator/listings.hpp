// What a venue calls a symbol of the market, and in which unit it counts it.
//
// Pure. A venue lists a symbol or does not: Kraken trades against USD, Hyperliquid in USDC, most
// others against USDT. The market makes events for those that list a symbol, in sizes that the
// venue can write.
#pragma once

#include <optional>
#include <string>

#include "symbols.hpp"

namespace petrel::sim {

struct Listing {
    std::string native;              // the venue's name of the contract
    double base_per_contract = 1.0;  // base currency in one unit of size; 0: inverse
    double usd_per_contract = 0.0;   // inverse contracts
    double step = 1.0;               // of sizes, in units
    int digits = 0;                  // of sizes as text
    bool quanto = false;             // settled in another coin: its base moves with that coin

    [[nodiscard]] bool inverse() const { return usd_per_contract > 0.0; }
    [[nodiscard]] double base_of(double size, double price) const {
        return inverse() ? size * usd_per_contract / price : size * base_per_contract;
    }
    // Rounded to steps, never below one.
    [[nodiscard]] double size_of(double base, double price) const;
    // `base` of it as the venue writes it.
    [[nodiscard]] std::string size_text(double base, double price) const;
    [[nodiscard]] std::string factor_text() const;  // base_per_contract
};

std::optional<Listing> listing_of(Venue venue, const SymbolSpec& spec);

// Hyperliquid and Coinbase tell nobody whom they liquidate.
constexpr bool tells_liquidations(Venue venue) {
    return venue != Venue::Hyperliquid && venue != Venue::Coinbase;
}
// Deribit and Kraken mark a trade instead of telling the liquidation apart.
constexpr bool marks_trades(Venue venue) {
    return venue == Venue::Deribit || venue == Venue::Kraken;
}

}  // namespace petrel::sim
