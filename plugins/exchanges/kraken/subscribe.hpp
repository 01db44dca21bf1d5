// Which connections and subscribe messages a set of subscriptions needs.
//
// Pure: subscriptions in, plans out. Called on the instance's data path when what is wanted
// changes; the host opens the connections and sends the messages.
#pragma once

#include <span>
#include <string_view>

#include "petrel/exchange.hpp"

namespace petrel::kraken {

inline constexpr std::string_view kPath = "/ws/v1";

// The venue states 100 connections and 100 requests a second; it states no number of products a
// connection, so this keeps the loss small when one dies.
inline constexpr std::size_t kProductsPerConnection = 100;
inline constexpr std::size_t kProductsPerMessage = 20;

inline constexpr std::uint32_t kMessageGap_ms = 50;
inline constexpr std::uint32_t kKeepalive_ms =
    20'000;                                           // a ping frame; the venue asks for one a min
inline constexpr std::uint32_t kIdleMax_ms = 50'000;  // two pongs are missing

// Every kind that a feed of the venue brings.
std::uint32_t offered_channels();

Status plan_connections(std::span<const petrel_subscription> wanted, petrel_plan_out& out);

}  // namespace petrel::kraken
