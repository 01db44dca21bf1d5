// The instruments of the simulated market: steps, typical sizes and the scale of their storms.
//
// Values only, made once at start. What each venue calls a symbol, and in which unit it counts it,
// is in listings.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "outcome.hpp"

namespace petrel::sim {

enum class Venue : std::uint8_t {
    Binance,
    Bybit,
    Okx,
    Bitget,
    Gate,
    Deribit,
    Bitfinex,
    Kraken,
    Bitmex,
    Hyperliquid,
    Coinbase
};
inline constexpr std::array kVenues{Venue::Binance,     Venue::Bybit,   Venue::Okx,
                                    Venue::Bitget,      Venue::Gate,    Venue::Deribit,
                                    Venue::Bitfinex,    Venue::Kraken,  Venue::Bitmex,
                                    Venue::Hyperliquid, Venue::Coinbase};
inline constexpr std::size_t kVenueCount = kVenues.size();
constexpr std::size_t index_of(Venue venue) { return static_cast<std::size_t>(venue); }
std::string_view venue_name(Venue venue);
Outcome<Venue> venue_from(std::string_view name);

// USD amounts at which a radar with default thresholds speaks; storms are sized by them.
struct Scale {
    double storm_usd = 500'000;
    double whale_usd = 200'000;
};

struct SymbolSpec {
    std::string name;  // base and quote in one word
    std::string base;
    std::string quote;
    double price = 1.0;  // where the walk begins, and what it is drawn back to
    int price_digits = 4;
    double tick = 0.0001;
    int quantity_digits = 1;
    double lot = 0.1;
    double weight = 1.0;  // share of the market's events, relative to the other symbols
    Scale scale;
};

inline constexpr std::size_t kSymbolsMax = 1000;

// `text` is empty (the default set), a number of symbols, or a list of names such as BTCUSDT (what
// Binance and most others trade), BTCUSD or BTCUSDC.
Outcome<std::vector<SymbolSpec>> choose_symbols(const std::string& text);

double round_to_tick(const SymbolSpec& spec, double price);
// Never below one lot.
double round_to_lot(const SymbolSpec& spec, double quantity);

}  // namespace petrel::sim
