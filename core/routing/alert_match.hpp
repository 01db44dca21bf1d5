// Does an alert match? And if not, why not. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "config/routing_config.hpp"
#include "routing/alert_facts.hpp"

namespace petrel::core {

// True when * of the pattern can stand for something that makes it the text. Letters are compared
// as they are.
bool glob_matches(std::string_view pattern, std::string_view text);

bool matches(const AlertMatch& match, const AlertFacts& facts);

// The first thing that does not fit, "symbol is ETH-USDT-PERP, not BTC-*"; empty when it matches.
std::string mismatch(const AlertMatch& match, const AlertFacts& facts);

}  // namespace petrel::core
