// Which connections and subscribe messages a set of subscriptions needs.
//
// Pure: subscriptions in, plans out. Called on the instance's data path when what is wanted
// changes; the host opens the connections and sends the messages.
#pragma once

#include <span>
#include <string_view>

#include "petrel/exchange.hpp"

namespace petrel::bitfinex {

inline constexpr std::string_view kPath = "/ws/2";

inline constexpr std::size_t kChannelsMax = 25;  // a connection; one channel a message
inline constexpr std::uint32_t kMessageGap_ms = 100;
inline constexpr std::uint32_t kKeepalive_ms = 15'000;
inline constexpr std::uint32_t kIdleMax_ms = 40'000;  // heartbeats of silent channels take 15 s

// Every kind that a channel of the venue brings.
std::uint32_t offered_channels();

Status plan_connections(std::span<const petrel_subscription> wanted, petrel_plan_out& out);

}  // namespace petrel::bitfinex
