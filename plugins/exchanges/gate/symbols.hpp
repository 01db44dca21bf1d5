// What the name of a Gate contract says. Its size it does not say: that only discovery knows.
//
// Pure functions, used when contracts are listed or planned, never per event.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "petrel/exchange.hpp"

namespace petrel::gate {

// Longest native name the adapter takes.
inline constexpr std::size_t kNativeLengthMax = 32;

// What a contract is settled in: a part of every path of the venue.
enum class Settle : std::uint8_t { Usdt, Btc, Usd1 };
inline constexpr std::size_t kSettles = 3;
inline constexpr std::array<std::string_view, kSettles> kSettlePaths{"usdt", "btc", "usd1"};
inline constexpr std::array<std::string_view, kSettles> kSettleCoins{"USDT", "BTC", "USD1"};

// A contract as discovery lists it; views point into the reply.
struct Listed {
    Instrument instrument;
    Settle settle = Settle::Usdt;
    std::uint64_t funding_interval_s = 0;
    std::uint64_t funding_next_s = 0;
};

// BTC_USDT cut in two; views point into the name.
struct PairName {
    std::string_view base;
    std::string_view quote;
};
// Nothing for a name that is no pair or holds other characters than A-Z, a-z, 0-9 and one '_'.
std::optional<PairName> pair_name(std::string_view native);

// Where contracts of that quote are settled, for one that is not listed.
std::optional<Settle> settle_of(std::string_view quote);

// A base as the venue names it, cut into the coin and how many of it one unit stands for:
// 1000PEPE is (PEPE, 1000), 1INCH stays (1INCH, 1).
struct SizedBase {
    std::string_view coin;
    double units = 1.0;
};
SizedBase split_size(std::string_view base);

// US dollars in one unit of the quote currency: 1 for USD and its stablecoins, else 0 = not known.
double usd_per_quote(std::string_view quote);

}  // namespace petrel::gate
