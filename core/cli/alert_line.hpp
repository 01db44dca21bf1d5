// A signal as two lines on a terminal: what happened, and why it was said. Pure.
#pragma once

#include <string>

#include "config/problem.hpp"
#include "signal/signal.hpp"

namespace petrel::core {

// "02:19:02  ▼ ETH-USDT-PERP  LONG STORM  at least $4.10M, 12 in 30 s   score 0.50 moderate  sig-…"
std::string alert_line(const Signal& signal, Colour colour);

// "          0.50 = storm 0.50 · bearish · sent: storm_over_minimum"
std::string reason_line(const Signal& signal);

}  // namespace petrel::core
