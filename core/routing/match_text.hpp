// A matcher as people write it and as the store keeps it: "symbol=BTC-*,ETH-* type=LIQ_STORM
// severity>=warning score>=0.8". Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "config/routing_config.hpp"
#include "petrel/result.hpp"

namespace petrel::core {

// Words with a space between. What would mean every alert is refused unless it is the one word
// "all", so that nobody silences everything by a slip. A symbol without a * may be written as
// people do (BTCUSDT). An unknown field is refused with the nearest known one.
Result<AlertMatch> parse_match(std::string_view text);

// In the order of the fields; parse_match() reads it back.
std::string match_text(const AlertMatch& match);

}  // namespace petrel::core
