// How many connections of each type all venues together may hold: market data, user data, trading,
// system, and in total.
//
// Owned by the feed supervisor, asked when a venue plans its connections, on the feed thread. What
// stands beside another for a moment, as a successor does, is not counted.
#pragma once

#include <array>
#include <cstdint>

#include "config/config.hpp"
#include "petrel/result.hpp"

namespace petrel::core {

// By purpose, PETREL_CONNECTION_...
using ConnectionCounts = std::array<std::uint32_t, 4>;

class ConnectionBudget {
public:
    explicit ConnectionBudget(const ConnectionLimits& limits) : limits_(limits) {}

    // Gives `held` back and takes `wanted`; or changes nothing and says which limit it would pass.
    Status replace(const ConnectionCounts& held, const ConnectionCounts& wanted);

private:
    ConnectionLimits limits_;
    ConnectionCounts used_{};
};

}  // namespace petrel::core
