// Which connections and subscribe messages a set of subscriptions needs.
//
// Pure: subscriptions in, plans out. Called on the instance's data path when what is wanted
// changes; the host opens the connections and sends the messages.
#pragma once

#include <span>
#include <string_view>

#include "petrel/exchange.hpp"

namespace petrel::okx {

inline constexpr std::string_view kPath = "/ws/v5/public";

// The venue allows 64 KB of args and 480 subscriptions an hour on a connection. 200 channels need
// some 12 KB and ten messages, so that a connection may be subscribed anew many times an hour.
inline constexpr std::size_t kChannelsMax = 200;
inline constexpr std::size_t kChannelsPerMessage = 20;

inline constexpr std::uint32_t kMessageGap_ms = 350;    // three a second
inline constexpr std::uint32_t kKeepalive_ms = 20'000;  // the venue closes after 30 s of silence
inline constexpr std::uint32_t kIdleMax_ms = 45'000;    // two pongs are missing

// Every kind that a channel of the venue brings.
std::uint32_t offered_channels();

Status plan_connections(std::span<const petrel_subscription> wanted, petrel_plan_out& out);

}  // namespace petrel::okx
