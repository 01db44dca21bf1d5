// Which connections and subscribe messages a set of subscriptions needs.
//
// Pure: subscriptions in, plans out. Called on the instance's data path when what is wanted
// changes; the host opens the connections and sends the messages.
#pragma once

#include <span>
#include <string_view>

#include "petrel/exchange.hpp"

namespace petrel::bybit {

inline constexpr std::string_view kPath = "/v5/public/linear";

// The venue allows 21,000 characters of args on a connection; 200 topics need some 5,000 and keep
// the loss small when one connection dies. Names of the longest kind still stay below it.
inline constexpr std::size_t kTopicsMax = 200;
inline constexpr std::size_t kArgsCharactersMax = 21'000;
// One bad topic may fail its whole message, so messages are short.
inline constexpr std::size_t kTopicsPerMessage = 10;

inline constexpr std::uint32_t kMessageGap_ms = 100;
inline constexpr std::uint32_t kKeepalive_ms = 20'000;
inline constexpr std::uint32_t kIdleMax_ms = 50'000;  // two pongs are missing

// REST allows 600 requests in five seconds and address; each weighs 1.
inline constexpr std::uint32_t kRequestsPerMinute = 7'200;

// Every kind that a channel of the venue brings.
std::uint32_t offered_channels();

Status plan_connections(std::span<const petrel_subscription> wanted, petrel_plan_out& out);

}  // namespace petrel::bybit
