// Built on the configuration's canonical names, so that a recording, a rule and a person mean the
// same symbol.
#include "replay/native_symbol.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "config/symbol_name.hpp"
#include "petrel/types.hpp"

namespace petrel::core {
namespace {

constexpr std::array<std::string_view, 10> kUsdQuotes = {"USDT", "USDC", "USD",  "FDUSD", "BUSD",
                                                         "TUSD", "DAI",  "USDE", "USD1",  "USDP"};

// Days since 1970-01-01 of a civil date, after Hinnant's "chrono-compatible low-level date
// algorithms" (days_from_civil).
std::int64_t days_from_civil(std::int64_t y, unsigned m, unsigned d) {
    y -= m <= 2 ? 1 : 0;
    const std::int64_t era = y / 400;
    const auto yoe = static_cast<unsigned>(y - era * 400);
    const unsigned doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
    const unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146'097 + doe - 719'468;
}

// "251226" as 2025-12-26 08:00 UTC, the usual hour of delivery; 0 when it is no date.
std::int64_t expiry_of(std::string_view digits) {
    const bool numeric =
        digits.size() == 6 &&
        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!numeric) {
        return 0;
    }
    const auto two = [&](std::size_t at) {
        return static_cast<unsigned>((digits[at] - '0') * 10 + (digits[at + 1] - '0'));
    };
    const unsigned month = two(2);
    const unsigned day = two(4);
    if (month < 1 || month > 12 || day < 1 || day > 31) {
        return 0;
    }
    return (days_from_civil(2000 + two(0), month, day) * 24 + 8) * 3'600 * kNsPerSecond;
}

double multiplier_of(std::string_view native, std::string_view base) {
    constexpr std::array<std::pair<std::string_view, double>, 4> prefixes = {
        {{"1000000", 1e6}, {"10000", 1e4}, {"1000", 1e3}, {"1M", 1e6}}};
    for (const auto& [prefix, factor] : prefixes) {
        if (native.starts_with(prefix) && native.substr(prefix.size()).starts_with(base)) {
            return factor;
        }
    }
    return 1;
}

}  // namespace

Result<NativeSymbol> split_native(std::string_view native) {
    NativeSymbol symbol;
    std::string_view pair = native;
    if (const std::size_t underscore = native.rfind('_'); underscore != std::string_view::npos) {
        symbol.expiry_ns = expiry_of(native.substr(underscore + 1));
        if (symbol.expiry_ns != 0) {
            pair = native.substr(0, underscore);
        }
    }
    const Result<std::string> canonical = canonical_symbol(pair);
    if (!canonical.ok()) {
        return canonical.status();
    }
    const std::string& name = *canonical;
    const std::size_t first = name.find('-');
    const std::size_t second = name.find('-', first + 1);
    symbol.base = name.substr(0, first);
    symbol.quote =
        name.substr(first + 1, second == std::string::npos ? second : second - first - 1);
    symbol.multiplier = multiplier_of(native, symbol.base);
    symbol.usd_quote =
        std::find(kUsdQuotes.begin(), kUsdQuotes.end(), symbol.quote) != kUsdQuotes.end();
    return symbol;
}

}  // namespace petrel::core
