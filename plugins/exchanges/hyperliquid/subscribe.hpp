// Which connections and subscribe messages a set of subscriptions needs.
//
// Pure: subscriptions in, plans out. Called on the instance's data path when what is wanted
// changes; the host opens the connections and sends the messages.
#pragma once

#include <span>
#include <string_view>

#include "petrel/exchange.hpp"

namespace petrel::hyperliquid {

inline constexpr std::string_view kPath = "/ws";

// An address may have 10 connections with 1,000 subscriptions, and send 2,000 messages a minute.
inline constexpr std::size_t kSubscriptionsMax = 1000;
inline constexpr std::size_t kPerConnectionMax = 250;
inline constexpr std::uint32_t kMessageGap_ms = 50;
inline constexpr std::uint32_t kKeepalive_ms = 30'000;  // the venue cuts after 60 s of silence
inline constexpr std::uint32_t kIdleMax_ms = 65'000;    // two pongs are missing

// Every kind that a channel of the venue brings.
std::uint32_t offered_channels();

Status plan_connections(std::span<const petrel_subscription> wanted, petrel_plan_out& out);

}  // namespace petrel::hyperliquid
