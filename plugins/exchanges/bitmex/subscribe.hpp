// Which connections and subscribe messages a set of subscriptions needs.
//
// Pure: subscriptions in, plans out. Called on the instance's data path when what is wanted
// changes; the host opens the connections and sends the messages.
#pragma once

#include <span>
#include <string_view>

#include "petrel/exchange.hpp"

namespace petrel::bitmex {

inline constexpr std::string_view kPath = "/realtime";

// Sources disagree on the limits, so: few connections, many topics a message, no haste.
inline constexpr std::size_t kConnectionsMax = 4;
inline constexpr std::size_t kTopicsUsual = 200;  // a connection; more only to stay at four
inline constexpr std::size_t kTopicsPerMessage = 10;
inline constexpr std::uint32_t kMessageGap_ms = 500;

// The venue advises a ping after five silent seconds and to give up after five more.
inline constexpr std::uint32_t kKeepalive_ms = 5'000;
inline constexpr std::uint32_t kIdleMax_ms = 15'000;

// Every kind that a table of the venue brings.
std::uint32_t offered_channels();

Status plan_connections(std::span<const petrel_subscription> wanted, petrel_plan_out& out);

}  // namespace petrel::bitmex
