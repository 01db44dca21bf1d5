// A venue's symbol text taken apart, for recordings that come without instrument data. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "petrel/result.hpp"

namespace petrel::core {

struct NativeSymbol {
    std::string base;  // without size prefix
    std::string quote;
    double multiplier = 1;  // base units in one unit of the venue's quantity: 1000PEPEUSDT -> 1000
    std::int64_t expiry_ns = 0;  // 08:00 UTC of the date in BTCUSDT_251226, else 0
    bool usd_quote = false;      // the quote counts as US dollars
};

Result<NativeSymbol> split_native(std::string_view native);

}  // namespace petrel::core
