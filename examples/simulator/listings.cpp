// One short function a venue; figures of contracts are those of the venues where BTC is concerned.
#include "listings.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "text.hpp"

namespace petrel::sim {
namespace {

// Bitcoin's price that the quanto contracts are held at: their size in base currency does not move
// here, though the clients must not know that.
constexpr double kQuantoBtc_usd = 91'250.0;
constexpr double kQuantoBtcPerUsd = 1e-6;

bool sized(const SymbolSpec& spec) { return spec.base.starts_with("1000"); }

std::string plain_base(const SymbolSpec& spec) {
    return sized(spec) ? spec.base.substr(4) : spec.base;
}

std::string xbt(const SymbolSpec& spec) { return spec.base == "BTC" ? "XBT" : spec.base; }

Listing in_base(const SymbolSpec& spec, std::string native) {
    return {.native = std::move(native), .step = spec.lot, .digits = spec.quantity_digits};
}

Listing in_dollars(std::string native, double usd, double step = 1.0) {
    return {.native = std::move(native),
            .base_per_contract = 0.0,
            .usd_per_contract = usd,
            .step = step};
}

// A contract of 10^-digits of the base.
Listing in_contracts(std::string native, int digits, double step, int size_digits) {
    return {.native = std::move(native),
            .base_per_contract = std::pow(10.0, -digits),
            .step = step,
            .digits = size_digits};
}

using Maybe = std::optional<Listing>;

Maybe as_named(const SymbolSpec& spec) {
    return spec.quote == "USD" ? Maybe() : in_base(spec, spec.name);
}

Maybe okx(const SymbolSpec& spec) {
    std::string native = join(spec.base, '-', spec.quote, "-SWAP");
    return spec.quote == "USD" ? in_dollars(std::move(native), spec.base == "BTC" ? 100.0 : 10.0)
                               : in_contracts(std::move(native), spec.quantity_digits - 1, 0.01, 2);
}

Maybe bitget(const SymbolSpec& spec) {
    return in_base(spec, spec.quote == "USDC" ? join(spec.base, "PERP") : spec.name);
}

Maybe gate(const SymbolSpec& spec) {
    std::string native = join(spec.base, '_', spec.quote);
    if (spec.quote == "USDT") {
        return in_contracts(std::move(native), spec.quantity_digits + 1, 1.0, 0);
    }
    return spec.name == "BTCUSD" ? in_dollars(std::move(native), 1.0) : Maybe();
}

Maybe deribit(const SymbolSpec& spec) {
    if (sized(spec)) {
        return {};
    }
    if (spec.quote != "USD") {
        return in_base(spec, join(spec.base, '_', spec.quote, "-PERPETUAL"));
    }
    const bool coin = spec.base == "BTC" || spec.base == "ETH";
    return coin ? in_dollars(join(spec.base, "-PERPETUAL"), 1.0, spec.base == "BTC" ? 10.0 : 1.0)
                : Maybe();
}

Maybe bitfinex(const SymbolSpec& spec) {
    return spec.quote == "USDT" && !sized(spec) ? in_base(spec, join('t', spec.base, "F0:USTF0"))
                                                : Maybe();
}

Maybe kraken(const SymbolSpec& spec) {
    if (spec.quote != "USD") {
        return {};
    }
    return spec.base == "BTC" ? in_dollars("PI_XBTUSD", 1.0)
                              : in_base(spec, join("PF_", spec.base, "USD"));
}

Maybe bitmex(const SymbolSpec& spec) {
    std::string native = join(xbt(spec), spec.quote);
    if (spec.quote == "USDT") {
        return in_contracts(std::move(native), spec.quantity_digits + 3, 1.0, 0);
    }
    if (spec.quote != "USD") {
        return {};
    }
    if (spec.base == "BTC") {
        return in_dollars(std::move(native), 1.0);
    }
    Listing quanto{.native = std::move(native), .quanto = true};
    quanto.base_per_contract = kQuantoBtc_usd * kQuantoBtcPerUsd;
    return quanto;
}

Maybe hyperliquid(const SymbolSpec& spec) {
    return spec.quote == "USDC" ? in_base(spec, join(sized(spec) ? "k" : "", plain_base(spec)))
                                : Maybe();
}

Maybe coinbase(const SymbolSpec& spec) {
    return spec.quote == "USDC" || sized(spec) ? Maybe()
                                               : in_base(spec, join(spec.base, '-', spec.quote));
}

}  // namespace

double Listing::size_of(double base, double price) const {
    const double units = inverse() ? base * price / usd_per_contract : base / base_per_contract;
    return std::max(step, std::round(units / step) * step);
}

std::string Listing::size_text(double base, double price) const {
    return decimal(size_of(base, price), digits);
}

std::string Listing::factor_text() const {
    const int places = static_cast<int>(std::lround(-std::log10(base_per_contract)));
    return decimal(base_per_contract, std::max(0, places));
}

std::optional<Listing> listing_of(Venue venue, const SymbolSpec& spec) {
    using List = Maybe (*)(const SymbolSpec&);
    static constexpr std::array<List, kVenueCount> kLists{as_named, as_named,    okx,      bitget,
                                                          gate,     deribit,     bitfinex, kraken,
                                                          bitmex,   hyperliquid, coinbase};
    return kLists[index_of(venue)](spec);
}

}  // namespace petrel::sim
