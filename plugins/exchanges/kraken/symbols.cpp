// The naming rules; see symbols.hpp. Runs where a symbol is first met.
#include "symbols.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "kit/iso_time.hpp"

namespace petrel::kraken {
namespace {

using namespace std::string_view_literals;

bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Dated contracts end at 16:00 in London; the day is what matters, discovery brings the hour.
std::optional<std::int64_t> expiry_of(std::string_view day) {
    if (day.size() != 6 || !std::all_of(day.begin(), day.end(), is_digit)) {
        return std::nullopt;
    }
    std::string text = "20";
    text.append(day.substr(0, 2)).append("-").append(day.substr(2, 2)).append("-");
    text.append(day.substr(4, 2)).append("T16:00:00Z");
    return kit::parse_iso_ns(text);
}

}  // namespace

bool is_native_name(std::string_view text) {
    return !text.empty() && text.size() <= kNativeLengthMax &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

std::string_view plain_coin(std::string_view coin) {
    return coin == "XBT" ? "BTC"sv : coin == "XDG" ? "DOGE"sv : coin;
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
    constexpr std::size_t kPrefixLength = 3;
    const std::string_view prefix = native.substr(0, std::min(kPrefixLength, native.size()));
    const bool inverse = prefix == "PI_" || prefix == "FI_";
    const bool dated = prefix == "FF_" || prefix == "FI_";
    if (!is_native_name(native) || (!inverse && prefix != "PF_" && prefix != "FF_")) {
        return std::nullopt;
    }
    std::string_view pair = native.substr(kPrefixLength);
    Instrument i;
    if (dated) {
        const std::size_t line = pair.find('_');
        const auto expiry_ns =
            line == std::string_view::npos ? std::nullopt : expiry_of(pair.substr(line + 1));
        if (!expiry_ns) {
            return std::nullopt;
        }
        pair = pair.substr(0, line);
        i.type = PETREL_INSTRUMENT_FUTURE;
        i.expiry_ns = *expiry_ns;
    }
    for (const std::string_view quote : {"USDT"sv, "USDC"sv, "USD"sv, "EUR"sv, "GBP"sv}) {
        if (pair.size() <= quote.size() || !pair.ends_with(quote)) {
            continue;
        }
        const SizedBase sized = split_size(pair.substr(0, pair.size() - quote.size()));
        i.native = native;
        i.base = sized.coin;
        i.quote = quote;
        i.settle = inverse ? sized.coin : quote;
        i.base_per_unit = inverse ? 0.0 : sized.units;
        i.quote_per_unit = inverse ? 1.0 : 0.0;
        i.price_divisor = sized.units;
        return i;
    }
    return std::nullopt;
}

double usd_per_quote(std::string_view quote) {
    return quote == "USD" || quote == "USDT" || quote == "USDC" ? 1.0 : 0.0;
}

}  // namespace petrel::kraken
