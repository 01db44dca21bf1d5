// The naming rules; see symbols.hpp. Runs where a symbol is first met.
#include "symbols.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace petrel::bitmex {
namespace {

using namespace std::string_view_literals;

bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::string_view kMonthCodes = "FGHJKMNQUVXZ";

// "Z26": contracts end on the last Friday of the month at 12:00 UTC.
std::optional<std::int64_t> expiry_of(std::string_view code) {
    const std::size_t month = kMonthCodes.find(code[0]);
    if (month == std::string_view::npos || !is_digit(code[1]) || !is_digit(code[2])) {
        return std::nullopt;
    }
    const std::chrono::year year{2000 + (code[1] - '0') * 10 + (code[2] - '0')};
    const std::chrono::sys_days day{year / std::chrono::month{static_cast<unsigned>(month + 1)} /
                                    std::chrono::Friday[std::chrono::last]};
    const auto at = day + std::chrono::hours{12};
    return std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
}

}  // namespace

bool is_native_name(std::string_view text) {
    return !text.empty() && text.size() <= kNativeLengthMax &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

std::string_view plain_coin(std::string_view coin) {
    if (coin == "XBT" || coin == "XBt") {
        return "BTC";
    }
    return coin == "USDt" ? "USDT"sv : coin == "Gwei" ? "ETH"sv : coin;
}

SizedBase split_size(std::string_view base) {
    struct Prefix {
        std::string_view text;
        double units;
    };
    static constexpr std::array<Prefix, 3> kPrefixes{
        {{"1000000"sv, 1e6}, {"10000"sv, 1e4}, {"1000"sv, 1e3}}};
    for (const Prefix& prefix : kPrefixes) {
        if (base.size() > prefix.text.size() + 1 && base.starts_with(prefix.text) &&
            is_letter(base[prefix.text.size()])) {
            return {base.substr(prefix.text.size()), prefix.units};
        }
    }
    return {plain_coin(base), 1.0};
}

std::optional<Instrument> instrument_of(std::string_view native) {
    constexpr std::size_t kCodeLength = 3;
    if (!is_native_name(native)) {
        return std::nullopt;
    }
    Instrument i;
    std::string_view root = native;
    if (root.size() > kCodeLength) {
        if (const auto expiry_ns = expiry_of(root.substr(root.size() - kCodeLength))) {
            i.type = PETREL_INSTRUMENT_FUTURE;
            i.expiry_ns = *expiry_ns;
            root.remove_suffix(kCodeLength);
        }
    }
    std::string_view quote;
    for (const std::string_view suffix : {"USDT"sv, "USDC"sv, "USD"sv, "EUR"sv}) {
        if (quote.empty() && root.size() > suffix.size() && root.ends_with(suffix)) {
            quote = suffix;
            root.remove_suffix(suffix.size());
        }
    }
    if (quote.empty() && i.type != PETREL_INSTRUMENT_FUTURE) {
        return std::nullopt;
    }
    if (quote.empty()) {  // XBTZ26 is quoted in USD, ETHZ26 in XBT
        quote = root == "XBT" ? "USD"sv : "BTC"sv;
    }
    const bool inverse = root == "XBT" && (quote == "USD" || quote == "EUR");
    const SizedBase sized = split_size(root);
    i.native = native;
    i.base = sized.coin;
    i.quote = quote;
    i.settle = quote == "USDT" || quote == "USDC" ? quote : "BTC"sv;
    i.base_per_unit = 0.0;
    i.quote_per_unit = inverse ? 1.0 : 0.0;
    i.price_divisor = sized.units;
    return i;
}

double usd_per_quote(std::string_view quote) {
    return quote == "USD" || quote == "USDT" || quote == "USDC" ? 1.0 : 0.0;
}

}  // namespace petrel::bitmex
