// Names of Binance contracts; see symbols.hpp.
#include "symbols.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace petrel::binance {
namespace {

constexpr std::array<std::string_view, 14> kDollars{"USDT", "USDC", "FDUSD", "BUSD", "USD",
                                                    "TUSD", "DAI",  "USDE",  "USDP", "USD1",
                                                    "USDS", "GUSD", "PYUSD", "RLUSD"};
// Position here is the index; the first place belongs to the dollars.
constexpr std::array<std::string_view, 11> kOthers{"",    "BTC", "ETH", "BNB", "SOL", "XRP",
                                                   "TRX", "EUR", "GBP", "TRY", "BRL"};
static_assert(kOthers.size() <= kCurrencyCount);

constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The longest quote currency that `name` ends in, leaving at least one character for the base.
std::string_view quote_suffix(std::string_view name) {
    std::string_view best;
    const auto consider = [&](std::string_view code) {
        if (code.size() > best.size() && name.size() > code.size() && name.ends_with(code)) {
            best = code;
        }
    };
    std::ranges::for_each(kDollars, consider);
    std::ranges::for_each(kOthers, consider);
    return best;
}

bool is_six_digits(std::string_view text) {
    return text.size() == 6 && std::ranges::all_of(text, is_digit);
}

// 08:00 UTC of a day written "261225", when dated contracts are delivered.
std::optional<std::int64_t> delivery_ns(std::string_view day) {
    if (!is_six_digits(day)) {
        return std::nullopt;
    }
    const auto two = [&](std::size_t at) { return (day[at] - '0') * 10 + (day[at + 1] - '0'); };
    const std::chrono::year_month_day date{std::chrono::year(2000 + two(0)),
                                           std::chrono::month(static_cast<unsigned>(two(2))),
                                           std::chrono::day(static_cast<unsigned>(two(4)))};
    if (!date.ok()) {
        return std::nullopt;
    }
    const auto hours = std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(8);
    return std::chrono::nanoseconds(hours).count();
}

}  // namespace

bool is_native_name(std::string_view text) {
    return !text.empty() && text.size() <= kNameLengthMax && std::ranges::all_of(text, [](char c) {
        return is_upper(c) || is_digit(c) || c == '.' || c == '_' || c == ':' || c == '-';
    });
}

bool is_currency(std::string_view text) {
    return !text.empty() && text.size() <= 32 &&
           std::ranges::all_of(text, [](char c) { return is_upper(c) || is_digit(c); });
}

SizedBase split_size(std::string_view base) {
    struct Prefix {
        std::string_view text;
        double units;
    };
    constexpr std::array<Prefix, 4> kPrefixes{
        {{"1000000", 1e6}, {"10000", 1e4}, {"1000", 1e3}, {"1M", 1e6}}};
    for (const Prefix& prefix : kPrefixes) {
        // A letter must follow, or part of a longer number would be taken for the prefix.
        if (base.size() > prefix.text.size() && base.starts_with(prefix.text) &&
            is_upper(base[prefix.text.size()])) {
            return {base.substr(prefix.text.size()), prefix.units};
        }
    }
    return {base, 1.0};
}

bool is_coin_margined(std::string_view native) {
    const std::size_t bar = native.rfind('_');
    if (bar == std::string_view::npos) {
        return false;
    }
    const std::string_view pair = native.substr(0, bar);
    const std::string_view suffix = native.substr(bar + 1);
    // BNBUSD is quoted in USD, not BUSD; of the stablecoins only FDUSD is told from a plain USD.
    return suffix == "PERP" ||
           (is_six_digits(suffix) && pair.ends_with("USD") && !pair.ends_with("FDUSD"));
}

std::optional<Instrument> instrument_of(std::string_view native) {
    Instrument instrument;
    instrument.native = native;
    std::string_view pair = native;
    const std::size_t bar = native.rfind('_');
    if (bar != std::string_view::npos) {
        const std::optional<std::int64_t> expiry = delivery_ns(native.substr(bar + 1));
        if (!expiry) {
            return std::nullopt;
        }
        instrument.type = PETREL_INSTRUMENT_FUTURE;
        instrument.expiry_ns = *expiry;
        pair = native.substr(0, bar);
    }
    instrument.quote = quote_suffix(pair);
    if (instrument.quote.empty()) {
        return std::nullopt;
    }
    const SizedBase base = split_size(pair.substr(0, pair.size() - instrument.quote.size()));
    if (!is_currency(base.coin)) {
        return std::nullopt;
    }
    instrument.base = base.coin;
    instrument.settle = instrument.quote;
    instrument.base_per_unit = base.units;
    instrument.price_divisor = base.units;
    return instrument;
}

std::optional<std::uint8_t> quote_index(std::string_view code) {
    if (std::ranges::find(kDollars, code) != kDollars.end()) {
        return kUsd;
    }
    const auto found = std::find(kOthers.begin() + 1, kOthers.end(), code);
    return found == kOthers.end()
               ? std::nullopt
               : std::optional(static_cast<std::uint8_t>(found - kOthers.begin()));
}

std::string_view quote_code(std::uint8_t index) {
    return index < kOthers.size() ? kOthers[index] : std::string_view();
}

}  // namespace petrel::binance
