// The naming rules of linear contracts; see symbols.hpp. Runs where a symbol is first met.
#include "symbols.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace petrel::bybit {
namespace {

using namespace std::string_view_literals;

struct Prefix {
    std::string_view text;
    double units;
};
// Longest first: 10000SATS must not become 0SATS.
constexpr std::array<Prefix, 6> kPrefixes{{{"10000000"sv, 1e7},
                                           {"1000000"sv, 1e6},
                                           {"100000"sv, 1e5},
                                           {"10000"sv, 1e4},
                                           {"1000"sv, 1e3},
                                           {"1M"sv, 1e6}}};

bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::string_view kUsdt = "USDT";
constexpr std::string_view kUsdc = "USDC";

Instrument linear(std::string_view native, std::string_view base, std::string_view quote) {
    const SizedBase sized = split_size(base);
    Instrument i;
    i.native = native;
    i.base = sized.coin;
    i.quote = quote;
    i.settle = quote;
    i.base_per_unit = sized.units;
    i.price_divisor = sized.units;
    return i;
}

// BTC-26DEC26 is settled in USDC, BTCUSDT-25DEC26 in USDT.
std::optional<Instrument> dated(std::string_view native, std::size_t dash) {
    const std::optional<std::int64_t> expiry_ns = delivery_ns(native.substr(dash + 1));
    std::string_view base = native.substr(0, dash);
    std::string_view quote = kUsdc;
    if (base.size() > kUsdt.size() && (base.ends_with(kUsdt) || base.ends_with(kUsdc))) {
        quote = base.substr(base.size() - kUsdt.size());
        base.remove_suffix(kUsdt.size());
    }
    if (!expiry_ns || base.empty()) {
        return std::nullopt;
    }
    Instrument i = linear(native, base, quote);
    i.type = PETREL_INSTRUMENT_FUTURE;
    i.expiry_ns = *expiry_ns;
    return i;
}

}  // namespace

bool is_native_name(std::string_view text) {
    return !text.empty() && text.size() <= kNativeLengthMax &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

SizedBase split_size(std::string_view base) {
    if (base == "SHIB1000") {  // the one contract that says it behind the coin
        return {base.substr(0, 4), 1e3};
    }
    for (const Prefix& prefix : kPrefixes) {
        const bool named = base.size() > prefix.text.size() + 1 && base.starts_with(prefix.text);
        if (named && is_letter(base[prefix.text.size()])) {
            return {base.substr(prefix.text.size()), prefix.units};
        }
    }
    return {base, 1.0};
}

std::optional<Instrument> instrument_of(std::string_view native) {
    if (!is_native_name(native)) {
        return std::nullopt;
    }
    if (const std::size_t dash = native.find('-'); dash != std::string_view::npos) {
        return dated(native, dash);
    }
    for (const std::string_view suffix : {kUsdt, kUsdc, "PERP"sv}) {
        if (native.size() > suffix.size() && native.ends_with(suffix)) {
            const std::string_view base = native.substr(0, native.size() - suffix.size());
            return linear(native, base, suffix == kUsdt ? kUsdt : kUsdc);
        }
    }
    return std::nullopt;
}

std::optional<std::int64_t> delivery_ns(std::string_view day) {
    constexpr std::string_view kMonths = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    constexpr std::chrono::hours kDeliveryHour{8};
    const std::size_t digits = day.size() == 6 ? 1 : 2;  // "5JUN26" and "25JUN26"
    if (day.size() != digits + 5 || !std::all_of(day.begin(), day.begin() + digits, is_digit) ||
        !is_digit(day[digits + 3]) || !is_digit(day[digits + 4])) {
        return std::nullopt;
    }
    const std::size_t month = kMonths.find(day.substr(digits, 3));
    if (month == std::string_view::npos || month % 3 != 0) {
        return std::nullopt;
    }
    const auto number = [&](std::size_t at, std::size_t count) {
        return count == 1 ? day[at] - '0' : (day[at] - '0') * 10 + (day[at + 1] - '0');
    };
    const std::chrono::year_month_day date{
        std::chrono::year{2000 + number(digits + 3, 2)},
        std::chrono::month{static_cast<unsigned>(month / 3 + 1)},
        std::chrono::day{static_cast<unsigned>(number(0, digits))}};
    if (!date.ok()) {
        return std::nullopt;
    }
    const auto at = std::chrono::sys_days{date} + kDeliveryHour;
    return std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
}

double usd_per_quote(std::string_view quote) {
    return quote == "USD" || quote == kUsdt || quote == kUsdc ? 1.0 : 0.0;
}

}  // namespace petrel::bybit
