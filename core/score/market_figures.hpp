// The market part of a rule's input, read from a symbol's windows. Pure.
#pragma once

#include <cstdint>

#include "script/rule_io.hpp"
#include "window/window.hpp"

namespace petrel::core {

// Spans that are configured.
struct MarketSpans {
    std::uint64_t base_window_ms = 30'000;         // of the volume figures
    std::uint64_t sentiment_valid_ms = 1'800'000;  // older is as good as none
};

// Figures as of the window's event time.
RuleMarket market_figures(const Window& window, const MarketSpans& spans);

}  // namespace petrel::core
