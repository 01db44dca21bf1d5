// C++ names for the plain values of the ABI: event kinds, sides, times, text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "petrel/abi/market_event.h"

namespace petrel {

using MarketEvent = petrel_market_event;

static_assert(sizeof(MarketEvent) == 64 && std::is_trivially_copyable_v<MarketEvent>);

enum class EventKind : std::uint8_t {
    Trade = PETREL_EVENT_TRADE,
    Liquidation = PETREL_EVENT_LIQUIDATION,
    MarkPrice = PETREL_EVENT_MARK_PRICE,
    Funding = PETREL_EVENT_FUNDING,
    OpenInterest = PETREL_EVENT_OPEN_INTEREST,
    BestBid = PETREL_EVENT_BEST_BID,
    BestAsk = PETREL_EVENT_BEST_ASK,
    Sentiment = PETREL_EVENT_SENTIMENT,
};

enum class Side : std::uint8_t {
    None = PETREL_SIDE_NONE,
    Buy = PETREL_SIDE_BUY,
    Sell = PETREL_SIDE_SELL,
    Long = PETREL_SIDE_LONG,
    Short = PETREL_SIDE_SHORT,
};

constexpr std::uint32_t kind_bit(EventKind kind) {
    return PETREL_KIND_BIT(static_cast<std::uint32_t>(kind));
}

constexpr std::string_view kind_name(std::uint8_t kind) {
    constexpr std::string_view names[] = {"",           "trade",    "liquidation",
                                          "mark_price", "funding",  "open_interest",
                                          "best_bid",   "best_ask", "sentiment"};
    return kind < PETREL_EVENT_KIND_END ? names[kind] : std::string_view("unknown");
}

constexpr std::string_view side_name(std::uint8_t side) {
    constexpr std::string_view names[] = {"none", "buy", "sell", "long", "short"};
    return side <= PETREL_SIDE_SHORT ? names[side] : std::string_view("unknown");
}

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kNsPerSecond = 1'000'000'000;

constexpr petrel_text text_of(std::string_view text) { return {text.data(), text.size()}; }

inline std::string_view view_of(petrel_text text) {
    return text.data == nullptr
               ? std::string_view()
               : std::string_view(text.data, static_cast<std::size_t>(text.length));
}

inline std::string string_of(petrel_text text) { return std::string(view_of(text)); }

}  // namespace petrel
