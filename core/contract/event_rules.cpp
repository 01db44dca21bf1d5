// Bounds are those that the header of the ABI states; see petrel/abi/market_event.h.
#include "contract/event_rules.hpp"

#include <cmath>
#include <cstdio>
#include <string_view>

namespace petrel::core {
namespace {

constexpr std::int64_t kYear2009_ns = 1'230'768'000 * kNsPerSecond;
constexpr std::int64_t kYear2100_ns = 4'102'444'800 * kNsPerSecond;
constexpr std::uint16_t kFlags = PETREL_FLAG_SAMPLED | PETREL_FLAG_LATE | PETREL_FLAG_ID_HASHED |
                                 PETREL_FLAG_MERGED | PETREL_FLAG_ID_SEQUENCE;

std::string number(double value) {
    char text[40];
    std::snprintf(text, sizeof(text), "%.12g", value);
    return text;
}

std::string_view sides_of(std::uint8_t kind) {
    switch (kind) {
        case PETREL_EVENT_TRADE:
            return "buy or sell";
        case PETREL_EVENT_LIQUIDATION:
            return "long or short";
        case PETREL_EVENT_BEST_BID:
            return "buy";
        case PETREL_EVENT_BEST_ASK:
            return "sell";
        default:
            return "none";
    }
}

bool side_fits(std::uint8_t kind, std::uint8_t side) {
    const std::string_view allowed = sides_of(kind);
    return side <= PETREL_SIDE_SHORT && allowed.find(side_name(side)) != std::string_view::npos;
}

bool has_value(std::uint8_t kind) {
    return kind == PETREL_EVENT_TRADE || kind == PETREL_EVENT_LIQUIDATION ||
           kind == PETREL_EVENT_BEST_BID || kind == PETREL_EVENT_BEST_ASK;
}

std::string mood_fault(const MarketEvent& e) {
    if (std::abs(e.price) > 1) {
        return "a sentiment lies between -1 and 1, this one is " + number(e.price);
    }
    if (e.quantity > 1) {
        return "a news impact (quantity) lies between 0 and 1, this one is " + number(e.quantity);
    }
    return e.notional_usd == 0
               ? std::string()
               : "notional_usd of a sentiment is 0, this one is " + number(e.notional_usd);
}

std::string number_fault(const MarketEvent& e) {
    for (const auto& [name, value] : {std::pair{"price", e.price},
                                      {"quantity", e.quantity},
                                      {"notional_usd", e.notional_usd}}) {
        const bool may_be_negative =
            (e.kind == PETREL_EVENT_FUNDING || e.kind == PETREL_EVENT_SENTIMENT) &&
            std::string_view(name) == "price";
        if (!std::isfinite(value)) {
            return std::string(name) + " is " + number(value) + ", which is no finite number";
        }
        if (value < 0 && !may_be_negative) {
            return std::string(name) + " is negative: " + number(value);
        }
    }
    if (e.kind == PETREL_EVENT_FUNDING && std::abs(e.price) > 1) {
        return "a funding rate is a fraction of at most 1, this one is " + number(e.price);
    }
    if (e.kind == PETREL_EVENT_SENTIMENT) {
        return mood_fault(e);
    }
    if ((has_value(e.kind) || e.kind == PETREL_EVENT_MARK_PRICE) && !(e.price > 0)) {
        return "price is " + number(e.price) + ", a price lies above 0";
    }
    return {};
}

std::string value_fault(const MarketEvent& e, const InstrumentRegistry& registry) {
    const InstrumentEntry& instrument = registry.instrument(e.instrument);
    if (!has_value(e.kind) || !counts_as_dollars(instrument.quote)) {
        return {};
    }
    const double product = e.price * e.quantity;
    if (std::abs(product - e.notional_usd) <= 1e-6 * product + 1e-9) {
        return {};
    }
    return "notional_usd is " + number(e.notional_usd) + ", but price times quantity is " +
           number(product) + " and the quote is " + instrument.quote;
}

}  // namespace

bool counts_as_dollars(const std::string& quote) {
    return quote == "USD" || quote == "USDT" || quote == "USDC";
}

std::string event_fault(const MarketEvent& event, const InstrumentRegistry& registry,
                        std::int64_t receive_ts_ns) {
    if (event.kind == 0 || event.kind >= PETREL_EVENT_KIND_END) {
        return "kind is " + std::to_string(event.kind) + ", kinds are 1 to " +
               std::to_string(PETREL_EVENT_KIND_END - 1);
    }
    if (event.instrument >= registry.instrument_count()) {
        return "instrument is " + std::to_string(event.instrument) +
               ", a handle that the host never gave";
    }
    if (!side_fits(event.kind, event.side)) {
        return "side is " + std::string(side_name(event.side)) + ", of a " +
               std::string(kind_name(event.kind)) + " it is " + std::string(sides_of(event.kind));
    }
    if (std::string fault = number_fault(event); !fault.empty()) {
        return fault;
    }
    if (event.venue != 0 || event.reserved != 0) {
        return "venue and reserved are left 0 by a plugin";
    }
    if (event.count == 0 || (event.flags & ~kFlags) != 0) {
        return event.count == 0 ? "count is 0, an event stands for one at least"
                                : "flags " + std::to_string(event.flags) +
                                      " hold one that is the host's or unknown";
    }
    if (event.exchange_ts_ns < kYear2009_ns || event.exchange_ts_ns > kYear2100_ns) {
        return "exchange_ts_ns is " + std::to_string(event.exchange_ts_ns) +
               ", no time between 2009 and 2100 in nanoseconds";
    }
    if (event.receive_ts_ns != receive_ts_ns) {
        return "receive_ts_ns is " + std::to_string(event.receive_ts_ns) + ", the frame's is " +
               std::to_string(receive_ts_ns);
    }
    const bool in_sequence = (event.flags & PETREL_FLAG_ID_SEQUENCE) != 0;
    if (in_sequence && (event.id == 0 || event.id < event.count)) {
        return "id is " + std::to_string(event.id) + " for " + std::to_string(event.count) +
               " events, but it is said to be of a sequence";
    }
    return value_fault(event, registry);
}

std::string event_text(const MarketEvent& event, const InstrumentRegistry& registry) {
    const std::string instrument = event.instrument < registry.instrument_count()
                                       ? registry.instrument(event.instrument).native
                                       : "instrument " + std::to_string(event.instrument);
    return std::string(kind_name(event.kind)) + " " + instrument + " " +
           std::string(side_name(event.side)) + " " + number(event.quantity) + " at " +
           number(event.price) + " (" + number(event.notional_usd) + " USD, id " +
           std::to_string(event.id) + ", flags " + std::to_string(event.flags) + ", " +
           std::to_string(event.exchange_ts_ns) + ")";
}

bool same_event(const MarketEvent& a, const MarketEvent& b, const InstrumentRegistry& registry) {
    const bool dollars = a.instrument >= registry.instrument_count() ||
                         counts_as_dollars(registry.instrument(a.instrument).quote);
    return a.kind == b.kind && a.side == b.side && a.flags == b.flags &&
           a.instrument == b.instrument && a.count == b.count &&
           a.exchange_ts_ns == b.exchange_ts_ns && a.price == b.price && a.quantity == b.quantity &&
           (!dollars || a.notional_usd == b.notional_usd) && a.id == b.id;
}

}  // namespace petrel::core
