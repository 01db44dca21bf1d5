// The naming rules of futures; see symbols.hpp. Runs where a name is first met.
#include "symbols.hpp"

#include <algorithm>
#include <chrono>

namespace petrel::deribit {
namespace {

constexpr std::string_view kPerpetual = "PERPETUAL";
constexpr std::string_view kUsd = "USD";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_code_character(char c) { return (c >= 'A' && c <= 'Z') || is_digit(c); }

bool is_code(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_code_character);
}

}  // namespace

bool is_native_name(std::string_view text) {
    return !text.empty() && text.size() <= kNativeLengthMax &&
           std::ranges::all_of(text,
                               [](char c) { return is_code_character(c) || c == '-' || c == '_'; });
}

Instrument inverse_instrument(std::string_view native, std::string_view base) {
    Instrument i;
    i.native = native;
    i.base = base;
    i.quote = kUsd;
    i.settle = base;
    i.base_per_unit = 0.0;
    i.quote_per_unit = 1.0;
    return i;
}

Instrument linear_instrument(std::string_view native, std::string_view base,
                             std::string_view quote) {
    Instrument i;
    i.native = native;
    i.base = base;
    i.quote = quote;
    i.settle = quote;
    return i;
}

std::optional<Instrument> instrument_of(std::string_view native) {
    const std::size_t dash = native.find('-');
    if (!is_native_name(native) || dash == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view pair = native.substr(0, dash);
    const std::string_view kind = native.substr(dash + 1);
    const std::size_t bar = pair.find('_');
    const bool linear = bar != std::string_view::npos;
    const std::string_view base = pair.substr(0, bar);
    const std::string_view quote = linear ? pair.substr(bar + 1) : kUsd;
    const std::optional<std::int64_t> expiry_ns = delivery_ns(kind);
    if (!is_code(base) || !is_code(quote) || (kind != kPerpetual && !expiry_ns)) {
        return std::nullopt;
    }
    Instrument i =
        linear ? linear_instrument(native, base, quote) : inverse_instrument(native, base);
    if (expiry_ns) {
        i.type = PETREL_INSTRUMENT_FUTURE;
        i.expiry_ns = *expiry_ns;
    }
    return i;
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
    const auto digit = [day](std::size_t at) { return day[at] - '0'; };
    const int number = digits == 1 ? digit(0) : digit(0) * 10 + digit(1);
    const std::chrono::year_month_day date{
        std::chrono::year{2000 + digit(digits + 3) * 10 + digit(digits + 4)},
        std::chrono::month{static_cast<unsigned>(month / 3 + 1)},
        std::chrono::day{static_cast<unsigned>(number)}};
    if (!date.ok()) {
        return std::nullopt;
    }
    const auto at = std::chrono::sys_days{date} + kDeliveryHour;
    return std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
}

double usd_per_quote(std::string_view quote) {
    return quote == kUsd || quote == "USDT" || quote == "USDC" ? 1.0 : 0.0;
}

}  // namespace petrel::deribit
