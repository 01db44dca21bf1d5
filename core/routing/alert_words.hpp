// An alert as people say it, "LIQ_STORM BTC-USDT-PERP extreme venue=bybit", for the question where
// it would go. Pure; any thread.
#pragma once

#include <string_view>

#include "petrel/result.hpp"
#include "routing/alert_facts.hpp"

namespace petrel::core {

// Words with a space between: a type in capitals first; a symbol as people write it; a severity
// (info, warning, critical) or a strength (weak, moderate, strong, extreme); field=value with
// group, venue, side, pattern, rule or score. What is left out is empty, the severity warning, and
// the score as high as scores go, so that no route refuses it for that. Says which word it cannot
// read.
Result<AlertFacts> parse_alert(std::string_view text);

}  // namespace petrel::core
