// Answers of the venue that are no market events: acknowledgements and errors become notices.
#pragma once

#include <string>

#include "fields.hpp"
#include "petrel/exchange.hpp"

namespace petrel::binance {

// An object without an event name; `error` holds the members of its "error".
Decoded read_control(const Fields& fields, const Fields& error, DecodeOut& out);

// "code -1121: Invalid symbol." from an error object: short, printable, safe to show.
std::string error_text(const Fields& error);

}  // namespace petrel::binance
