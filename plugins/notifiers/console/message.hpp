// An alert as lines for a terminal.
//
//   18:40:40  ▼ BTC-USDT-PERP  long storm at least $17.9M in 78 s   score 1.41
//             Side: long positions liquidated
//             18:40:40 UTC · sig-7f3a
//
// Pure functions; the console channel owns nothing of it.
#pragma once

#include <string>

#include "petrel/notifier.hpp"

namespace petrel::console {

enum class Colour { Plain, Ansi };

// The whole message, ending in a line break. No control character of the alert comes through.
std::string message_of(const Alert& alert, Colour colour);

}  // namespace petrel::console
