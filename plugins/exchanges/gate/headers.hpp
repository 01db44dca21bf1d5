// The header that the venue wants on the handshake and on requests, or it rounds sizes down to
// whole contracts. Constant; used where plans and requests are made.
#pragma once

#include <array>

#include "petrel/exchange.hpp"

namespace petrel::gate {

inline constexpr std::array<petrel_head_field, 1> kDecimalSizes{
    header_of("X-Gate-Size-Decimal", "1")};

}  // namespace petrel::gate
