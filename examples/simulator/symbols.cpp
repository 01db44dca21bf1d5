// The catalogue of default symbols, and how names outside it get figures of their own.
#include "symbols.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "text.hpp"

namespace petrel::sim {
namespace {

struct Row {
    std::string_view name;
    double price;
    int price_digits;
    int quantity_digits;
    double weight;
};

// clang-format off
constexpr std::array<Row, 22> kCatalogue{{
    {"BTCUSDT", 91250.0, 1, 3, 22},    {"ETHUSDT", 3010.0, 2, 3, 16},
    {"SOLUSDT", 141.20, 2, 1, 9},      {"XRPUSDT", 2.2140, 4, 1, 7},
    {"DOGEUSDT", 0.16230, 5, 0, 6},    {"BNBUSDT", 905.40, 2, 2, 5},
    {"1000PEPEUSDT", 0.0048310, 7, 0, 4}, {"ADAUSDT", 0.4815, 4, 0, 4},
    {"AVAXUSDT", 14.625, 3, 1, 3},     {"DOTUSDT", 2.418, 3, 1, 2},
    {"LINKUSDT", 13.512, 3, 2, 3},     {"SUIUSDT", 1.6104, 4, 1, 3},
    {"LTCUSDT", 92.35, 2, 3, 2},       {"TRXUSDT", 0.28140, 5, 0, 2},
    {"NEARUSDT", 2.104, 3, 0, 2},      {"APTUSDT", 2.911, 3, 1, 2},
    {"ARBUSDT", 0.2205, 4, 1, 2},      {"OPUSDT", 0.3310, 4, 1, 2},
    {"WLDUSDT", 0.6612, 4, 0, 2},      {"AAVEUSDT", 178.22, 2, 1, 2},
    {"BCHUSDT", 481.10, 2, 3, 2},      {"1000BONKUSDT", 0.0101250, 7, 0, 2},
}};
// clang-format on

// Figures for a name outside the catalogue, from the name alone so that they never change.
Row row_for(std::string_view name) {
    std::uint32_t hash = 2166136261U;
    for (const char letter : name) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 16777619U;
    }
    return {name, 0.5 + static_cast<double>(hash % 5000U) / 1000.0, 4, 1, 1.0};
}

Scale scale_for(std::string_view base) {
    if (base == "BTC" || base == "ETH" || base == "BNB") {
        return {2'000'000, 1'000'000};
    }
    if (base == "SOL" || base == "ADA" || base == "XRP") {
        return {1'000'000, 500'000};
    }
    return {};
}

SymbolSpec spec_from(const Row& row) {
    SymbolSpec spec;
    spec.name = row.name;
    spec.quote = row.name.substr(row.name.size() - (row.name.ends_with("USD") ? 3 : 4));
    spec.base = row.name.substr(0, row.name.size() - spec.quote.size());
    spec.price = row.price;
    spec.price_digits = row.price_digits;
    spec.tick = std::pow(10.0, -row.price_digits);
    spec.quantity_digits = row.quantity_digits;
    spec.lot = std::pow(10.0, -row.quantity_digits);
    spec.weight = row.weight;
    spec.scale = scale_for(spec.base);
    return spec;
}

// What is not in the catalogue but quoted in another dollar has the figures of its like there.
SymbolSpec spec_named(std::string_view name) {
    const auto quote = name.size() - (name.ends_with("USD") ? 3 : 4);
    const std::string tether = join(name.substr(0, quote), "USDT");
    const auto known = std::ranges::find(kCatalogue, tether, &Row::name);
    Row row = known != kCatalogue.end() ? *known : row_for(name);
    row.name = name;
    return spec_from(row);
}

bool well_formed(std::string_view name) {
    const bool letters = std::ranges::all_of(
        name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
    return letters && name.size() > 4 && name.size() <= 30 &&
           (name.ends_with("USDT") || name.ends_with("USDC") || name.ends_with("USD"));
}

Outcome<std::vector<SymbolSpec>> listed(const std::string& text) {
    std::vector<SymbolSpec> specs;
    for (const auto& name : split(text, ',')) {
        if (!well_formed(name)) {
            return Failure{join("--symbols: '", name, "' is not a symbol such as BTCUSDT (capital ",
                                "letters and digits, ending in USDT, USDC or USD)")};
        }
        if (std::ranges::find(specs, name, &SymbolSpec::name) != specs.end()) {
            return Failure{join("--symbols: ", name, " is there twice; name it once")};
        }
        specs.push_back(spec_named(name));
    }
    if (specs.size() > kSymbolsMax) {
        return Failure{join("--symbols: ", specs.size(), " names, the most is ", kSymbolsMax)};
    }
    return specs;
}

}  // namespace

std::string_view venue_name(Venue venue) {
    static constexpr std::array<std::string_view, kVenueCount> kNames{
        "binance",  "bybit",  "okx",    "bitget",      "gate",    "deribit",
        "bitfinex", "kraken", "bitmex", "hyperliquid", "coinbase"};
    return kNames[index_of(venue)];
}

Outcome<Venue> venue_from(std::string_view name) {
    if (name == "binance_usdm") {
        return Venue::Binance;
    }
    std::string known;
    for (const Venue venue : kVenues) {
        if (name == venue_name(venue)) {
            return venue;
        }
        known += join(known.empty() ? "" : ", ", venue_name(venue));
    }
    return Failure{join("venue '", name, "' is not known here; use one of ", known)};
}

Outcome<std::vector<SymbolSpec>> choose_symbols(const std::string& text) {
    std::size_t count = kCatalogue.size();
    if (!text.empty()) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (error != std::errc{} || end != text.data() + text.size()) {
            return listed(text);
        }
        if (count == 0 || count > kSymbolsMax) {
            return Failure{join("--symbols: ", text, " symbols asked, use 1 to ", kSymbolsMax)};
        }
    }
    std::vector<SymbolSpec> specs;
    for (std::size_t index = 0; index < count; ++index) {
        specs.push_back(index < kCatalogue.size() ? spec_from(kCatalogue[index])
                                                  : spec_named(join("SIM", index, "USDT")));
    }
    return specs;
}

double round_to_tick(const SymbolSpec& spec, double price) {
    return std::max(spec.tick, std::round(price / spec.tick) * spec.tick);
}

double round_to_lot(const SymbolSpec& spec, double quantity) {
    return std::max(spec.lot, std::round(quantity / spec.lot) * spec.lot);
}

}  // namespace petrel::sim
