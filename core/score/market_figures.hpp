// The market part of a rule's input, read from a symbol's windows. Pure.
#pragma once

#include <cstdint>

#include "script/rule_io.hpp"
#include "window/window.hpp"

namespace petrel::core {

// Figures as of the window's event time; `base_window_ms` is the horizon of the volume figures.
RuleMarket market_figures(const Window& window, std::uint64_t base_window_ms);

}  // namespace petrel::core
