// How a venue's end point is chosen, and the words for it in a configuration.
//
// Values and names alone; who chooses is feed/endpoint_set. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace petrel::core {

enum class EndpointStrategy : std::uint8_t {
    Adaptive,            // one of the others, by what was measured
    HealthBased,         // best health; about equal: the first as written
    LeastLatency,        // shortest round trip; what was never measured goes first
    LeastLoad,           // fewest messages a second
    LeastConnections,    // fewest open connections
    RoundRobin,          // one after the other
    WeightedRoundRobin,  // the same, in proportion to the weights
};

inline constexpr std::array<std::string_view, 7> kEndpointStrategyNames = {
    "adaptive",          "health_based", "least_latency",        "least_load",
    "least_connections", "round_robin",  "weighted_round_robin",
};

// The strategy of that name; the default for a name that is none.
inline EndpointStrategy endpoint_strategy_of(std::string_view name) {
    for (std::size_t i = 0; i < kEndpointStrategyNames.size(); ++i) {
        if (kEndpointStrategyNames[i] == name) {
            return static_cast<EndpointStrategy>(i);
        }
    }
    return EndpointStrategy::Adaptive;
}

inline std::vector<std::string> endpoint_strategy_words() {
    return {kEndpointStrategyNames.begin(), kEndpointStrategyNames.end()};
}

}  // namespace petrel::core
