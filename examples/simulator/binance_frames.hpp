// The frames of Binance USD-M market streams, written field by field in the venue's layout.
//
// Pure functions: a market event or a quote in, the text of the frame's `data` out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "market_event.hpp"

namespace petrel::sim::binance {

std::string agg_trade(const SymbolSpec& spec, const MarketEvent& trade);
// `event_ms` is the time of sending: the feed shows a second's largest order when it is over.
std::string force_order(const SymbolSpec& spec, const MarketEvent& order, std::int64_t event_ms);
std::string mark_price(const SymbolSpec& spec, const Quote& quote, std::int64_t now_ms);
std::string book_ticker(const SymbolSpec& spec, const Quote& quote, std::int64_t now_ms);

// As `/stream` sends it: {"stream":"...","data":...}.
std::string wrapped(std::string_view stream, std::string_view data);

// Funding is paid every eight hours, counted from midnight UTC.
std::int64_t next_funding_ms(std::int64_t now_ms);

}  // namespace petrel::sim::binance
