// The venue's messages as plain values, their bounds, and how each becomes events.
//
// Both decoders (parse_fast, parse_slow) fill these structs and call emit(): whatever they agree
// on in the struct, they agree on in the events. An emit() checks everything before it writes the
// first event, so a bad message leaves none. It returns the reason of a refusal, or nothing.
// On the instance's data path, header-only because it is on the way of every frame.
#pragma once

#include <cstdint>
#include <string_view>

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::binance {

inline constexpr double kPriceMax = 1e12;
inline constexpr double kQuantityMax = 1e15;
inline constexpr double kNotionalUsdMax = 1e12;
inline constexpr double kFundingRateMax = 1.0;               // 100 % an interval
inline constexpr std::uint64_t kTimeMin_ms = 1230768000000;  // 2009-01-01
inline constexpr std::uint64_t kTimeMax_ms = 4102444800000;  // 2100-01-01

inline constexpr std::string_view kBadPrice = "price is not above 0 and at most 1e12";
inline constexpr std::string_view kBadQuantity = "quantity is not above 0 and at most 1e15";
inline constexpr std::string_view kBadNotional = "value is above 1e12 USD";
inline constexpr std::string_view kBadTime = "time is not in milliseconds of 2009 to 2100";
inline constexpr std::string_view kBadRate = "funding rate is not within -1 and 1";
inline constexpr std::string_view kNoRate = "quote currency has no known USD price yet";

struct TradeMessage {  // aggTrade and trade
    double price = 0;
    double quantity = 0;
    std::uint64_t id = 0;
    std::uint64_t time_ms = 0;
    std::uint16_t flags = 0;
    bool buyer_is_maker = false;
};
struct LiquidationMessage {  // forceOrder, filled
    double price = 0;        // average fill
    double quantity = 0;     // filled in total
    std::uint64_t time_ms = 0;
    bool order_sells = false;
};
struct MarkMessage {  // markPriceUpdate
    double mark = 0;
    double index = 0;
    double funding_rate = 0;
    std::uint64_t time_ms = 0;
    std::uint64_t next_funding_ms = 0;
    bool has_funding = false;
};
struct BookMessage {  // bookTicker; a side of which price and size are 0 is empty
    double bid = 0;
    double bid_size = 0;
    double ask = 0;
    double ask_size = 0;
    std::uint64_t id = 0;
    std::uint64_t time_ms = 0;
};
struct InterestMessage {  // REST openInterest
    double quantity = 0;
    std::uint64_t time_ms = 0;
};

inline bool is_time(std::uint64_t time_ms) {
    return time_ms >= kTimeMin_ms && time_ms < kTimeMax_ms;
}
inline std::int64_t to_ns(std::uint64_t time_ms) {
    return static_cast<std::int64_t>(time_ms) * kNsPerMs;
}

// Price and quantity of one base unit, with their value, once known to be within bounds.
struct Amounts {
    double price = 0;
    double quantity = 0;
    double notional_usd = 0;
};
inline std::string_view measure(const Contract& contract, double usd_rate, double venue_price,
                                double venue_quantity, Amounts& amounts) {
    amounts.price = venue_price / contract.price_divisor;
    amounts.quantity = venue_quantity * contract.base_per_unit;
    amounts.notional_usd = venue_price * venue_quantity * usd_rate;
    if (!(amounts.price > 0 && amounts.price <= kPriceMax)) {
        return kBadPrice;
    }
    if (!(amounts.quantity > 0 && amounts.quantity <= kQuantityMax)) {
        return kBadQuantity;
    }
    if (usd_rate == 0) {
        return kNoRate;
    }
    return amounts.notional_usd <= kNotionalUsdMax ? std::string_view() : kBadNotional;
}

template <typename Sink>
[[gnu::always_inline]] inline MarketEvent& put(Sink& sink, EventKind kind, Side side,
                                               const Contract& contract, const Amounts& amounts) {
    MarketEvent& event = sink.push();
    event.kind = static_cast<std::uint8_t>(kind);
    event.side = static_cast<std::uint8_t>(side);
    event.instrument = contract.handle;
    event.receive_ts_ns = sink.receive_ts_ns();
    event.price = amounts.price;
    event.quantity = amounts.quantity;
    event.notional_usd = amounts.notional_usd;
    return event;
}

template <typename Sink>
std::string_view emit(const TradeMessage& message, Contracts& contracts, Contract& contract,
                      Sink& sink) {
    Amounts amounts;
    const std::string_view bad =
        measure(contract, contracts.usd_rate(contract), message.price, message.quantity, amounts);
    if (!bad.empty()) {
        return bad;
    }
    if (!is_time(message.time_ms)) {
        return kBadTime;
    }
    contracts.note_price(contract, amounts.price);
    const Side side = message.buyer_is_maker ? Side::Sell : Side::Buy;
    MarketEvent& event = put(sink, EventKind::Trade, side, contract, amounts);
    event.flags = message.id == 0 ? 0 : message.flags;  // 0 is no id, and part of no sequence
    event.exchange_ts_ns = to_ns(message.time_ms);
    event.id = message.id;
    return {};
}

template <typename Sink>
std::string_view emit(const LiquidationMessage& message, Contracts& contracts, Contract& contract,
                      Sink& sink) {
    Amounts amounts;
    const std::string_view bad =
        measure(contract, contracts.usd_rate(contract), message.price, message.quantity, amounts);
    if (!bad.empty()) {
        return bad;
    }
    if (!is_time(message.time_ms)) {
        return kBadTime;
    }
    // The order that closes a long sells.
    const Side side = message.order_sells ? Side::Long : Side::Short;
    MarketEvent& event = put(sink, EventKind::Liquidation, side, contract, amounts);
    event.flags = PETREL_FLAG_SAMPLED;
    event.exchange_ts_ns = to_ns(message.time_ms);
    return {};
}

template <typename Sink>
std::string_view emit(const MarkMessage& message, Contracts& contracts, Contract& contract,
                      Sink& sink) {
    const Amounts mark{message.mark / contract.price_divisor,
                       message.index / contract.price_divisor, 0};
    if (!(mark.price > 0 && mark.price <= kPriceMax)) {
        return kBadPrice;
    }
    if (!(mark.quantity >= 0 && mark.quantity <= kPriceMax)) {
        return "index price is not 0 to 1e12";
    }
    if (!is_time(message.time_ms)) {
        return kBadTime;
    }
    // Dated futures have no rate, or a rate of 0 and no next time.
    const bool has_funding = message.has_funding && message.next_funding_ms != 0;
    if (has_funding && !is_time(message.next_funding_ms)) {
        return kBadTime;
    }
    if (has_funding &&
        !(message.funding_rate >= -kFundingRateMax && message.funding_rate <= kFundingRateMax)) {
        return kBadRate;
    }
    contracts.note_price(contract, mark.price);
    put(sink, EventKind::MarkPrice, Side::None, contract, mark).exchange_ts_ns =
        to_ns(message.time_ms);
    if (has_funding) {
        MarketEvent& funding = put(sink, EventKind::Funding, Side::None, contract,
                                   Amounts{message.funding_rate, 0, 0});
        funding.exchange_ts_ns = to_ns(message.time_ms);
        funding.id = message.next_funding_ms;
    }
    return {};
}

template <typename Sink>
std::string_view emit(const BookMessage& message, Contracts& contracts, Contract& contract,
                      Sink& sink) {
    const double rate = contracts.usd_rate(contract);
    const bool has_bid = message.bid != 0 || message.bid_size != 0;
    const bool has_ask = message.ask != 0 || message.ask_size != 0;
    Amounts bid;
    Amounts ask;
    std::string_view bad;
    if (has_bid) {
        bad = measure(contract, rate, message.bid, message.bid_size, bid);
    }
    if (bad.empty() && has_ask) {
        bad = measure(contract, rate, message.ask, message.ask_size, ask);
    }
    if (!bad.empty()) {
        return bad;
    }
    if (!is_time(message.time_ms)) {
        return kBadTime;
    }
    const auto put_side = [&](EventKind kind, Side side, const Amounts& amounts) {
        MarketEvent& event = put(sink, kind, side, contract, amounts);
        event.exchange_ts_ns = to_ns(message.time_ms);
        event.id = message.id;
    };
    if (has_bid) {
        put_side(EventKind::BestBid, Side::Buy, bid);
    }
    if (has_ask) {
        put_side(EventKind::BestAsk, Side::Sell, ask);
    }
    return {};
}

template <typename Sink>
std::string_view emit(const InterestMessage& message, Contracts& contracts, Contract& contract,
                      Sink& sink) {
    const double quantity = message.quantity * contract.base_per_unit;
    const double rate = contracts.usd_rate(contract);
    const double price = rate == 0 ? 0 : contract.last_price;
    const Amounts amounts{price, quantity, quantity * price * rate};
    if (!(quantity >= 0 && quantity <= kQuantityMax)) {
        return "open interest is not 0 to 1e15";
    }
    if (!(amounts.notional_usd <= kNotionalUsdMax)) {
        return kBadNotional;
    }
    if (!is_time(message.time_ms)) {
        return kBadTime;
    }
    put(sink, EventKind::OpenInterest, Side::None, contract, amounts).exchange_ts_ns =
        to_ns(message.time_ms);
    return {};
}

}  // namespace petrel::binance
