// The frames of Bybit v5 public linear topics, written field by field in the venue's layout.
//
// Pure functions but for TickerDelta, which remembers what was last sent for one symbol.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "market_event.hpp"
#include "outcome.hpp"

namespace petrel::sim::bybit {

inline constexpr std::size_t kTradesPerFrame = 1024;

// All trades of one symbol, at most kTradesPerFrame.
std::string public_trade(const SymbolSpec& spec, std::span<const MarketEvent> trades,
                         std::int64_t now_ms);
std::string all_liquidation(const SymbolSpec& spec, std::span<const MarketEvent> orders,
                            std::int64_t now_ms);
std::string orderbook(const SymbolSpec& spec, const Quote& quote, std::int64_t now_ms);

// The trade's id as the venue shows it: a UUID.
std::string trade_uuid(const MarketEvent& trade);

// The named fields of a ticker, as text: what a snapshot holds and a delta leaves out unchanged.
using TickerFields = std::vector<std::pair<std::string_view, std::string>>;
TickerFields ticker_fields(const SymbolSpec& spec, const Quote& quote, std::int64_t now_ms);

class TickerDelta {
public:
    static std::string snapshot(const SymbolSpec& spec, const Quote& quote, std::int64_t now_ms);
    // Nothing when no field changed.
    std::optional<std::string> delta(const SymbolSpec& spec, const Quote& quote,
                                     std::int64_t now_ms);

private:
    TickerFields sent_;
};

enum class Operation : std::uint8_t { Subscribe, Unsubscribe, Ping };

struct ControlRequest {
    Operation operation = Operation::Ping;
    std::vector<std::string> args;
    std::string request_id;
};

struct Topic {
    std::string channel;  // publicTrade, allLiquidation, tickers, orderbook.1
    std::string symbol;
};

// A topic this venue serves; whether the symbol exists is the server's to know.
std::optional<Topic> parse_topic(std::string_view topic);
// The failure's text is the sentence for `ret_msg`.
Outcome<ControlRequest> parse_control(std::string_view text);

struct Reply {
    bool success = true;
    std::string_view message{};
    std::string_view connection_id{};
    std::string_view request_id{};
    std::string_view operation{};
};
std::string reply(const Reply& reply);

}  // namespace petrel::sim::bybit
