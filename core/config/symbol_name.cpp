// Reads the usual spellings of a contract. The list of quote currencies is what the supported
// venues settle or quote in; the longest match wins, so that FDUSD is not read as USD.
#include "config/symbol_name.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace petrel::core {
namespace {

constexpr std::array<std::string_view, 14> kQuotes{"FDUSD", "USDT", "USDC", "BUSD", "TUSD",
                                                   "USDE",  "USD1", "DAI",  "USD",  "EUR",
                                                   "GBP",   "JPY",  "BTC",  "ETH"};
constexpr std::size_t kNameMax = 40;
constexpr std::size_t kCurrencyMax = 20;

Status not_a_symbol(std::string_view text) {
    const std::string shown(text.substr(0, kNameMax));
    return Status::invalid("'" + shown +
                           "' is no symbol; write it as \"BTCUSDT\" or \"BTC-USDT-PERP\"");
}

bool is_currency(std::string_view text) {
    return !text.empty() && text.size() <= kCurrencyMax &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

bool is_date(std::string_view text) {
    return (text.size() == 6 || text.size() == 8) &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// 1000PEPE -> PEPE: a one, three or more zeros, then a letter.
std::string_view without_size(std::string_view base) {
    const std::size_t zeros_end = base.find_first_not_of('0', 1);
    const bool sized = base.size() > 4 && base[0] == '1' && zeros_end != std::string_view::npos &&
                       zeros_end >= 4 && base[zeros_end] >= 'A';
    return sized ? base.substr(zeros_end) : base;
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find_first_of("-_/:");
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

std::string join(std::string_view base, std::string_view quote, std::string_view suffix) {
    std::string name(without_size(base));
    name += '-';
    name += quote;
    name += suffix;
    return name;
}

Result<std::string> from_run(std::string_view upper, std::string_view text) {
    for (const std::string_view quote : kQuotes) {
        if (upper.size() > quote.size() && upper.ends_with(quote)) {
            return join(upper.substr(0, upper.size() - quote.size()), quote, "-PERP");
        }
    }
    return not_a_symbol(text);
}

}  // namespace

Result<std::string> canonical_symbol(std::string_view text) {
    if (text.empty() || text.size() > kNameMax) {
        return not_a_symbol(text);
    }
    std::string upper(text);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const bool unified = upper.find(':') != std::string::npos;  // BTC/USDT:USDT, a contract
    const std::vector<std::string_view> parts = split(upper);
    if (!std::all_of(parts.begin(), parts.end(), is_currency)) {
        return not_a_symbol(text);
    }
    if (parts.size() == 1) {
        return from_run(parts[0], text);
    }
    if (parts.size() == 2) {
        if (parts[1] == "PERP" || parts[1] == "SWAP") {
            return from_run(parts[0], text);
        }
        return join(parts[0], parts[1], "");
    }
    if (parts.size() == 3 && (unified || parts[2] == "PERP" || parts[2] == "SWAP")) {
        return join(parts[0], parts[1], "-PERP");
    }
    const std::string_view last = parts.back();
    if ((parts.size() == 3 || (parts.size() == 4 && unified)) && is_date(last)) {
        return join(parts[0], parts[1], "-" + std::string(last.substr(last.size() - 6)));
    }
    return not_a_symbol(text);
}

std::string short_symbol(std::string_view canonical) {
    const std::vector<std::string_view> parts = split(canonical);
    if (parts.size() == 3 && parts[2] == "PERP") {
        return std::string(parts[0]) + std::string(parts[1]);
    }
    return std::string(canonical);
}

}  // namespace petrel::core
