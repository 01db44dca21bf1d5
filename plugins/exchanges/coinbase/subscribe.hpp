// Which connections and subscribe messages a set of subscriptions needs.
//
// Pure: subscriptions in, plans out. Called on the instance's data path when what is wanted
// changes; the host opens the connections and sends the messages.
#pragma once

#include <span>
#include <string_view>

#include "petrel/exchange.hpp"

namespace petrel::coinbase {

// A bad product fails its whole message, so messages are short; the first has to be sent within
// five seconds of connecting, which the host does.
inline constexpr std::size_t kProductsPerMessage = 10;
inline constexpr std::size_t kProductsPerConnection = 100;
inline constexpr std::uint32_t kMessageGap_ms = 150;  // the venue allows 100 messages a second

// Every product has a heartbeat a second; ping frames only keep the way open.
inline constexpr std::uint32_t kKeepalive_ms = 20'000;
inline constexpr std::uint32_t kIdleMax_ms = 30'000;

// Every kind that a channel of the venue brings.
std::uint32_t offered_channels();

Status plan_connections(std::span<const petrel_subscription> wanted, petrel_plan_out& out);

}  // namespace petrel::coinbase
