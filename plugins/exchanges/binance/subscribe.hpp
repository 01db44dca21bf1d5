// Which connections, subscribe messages and polls a set of subscriptions needs.
//
// Pure: subscriptions in, plans out. Called on the instance's data path when what is wanted
// changes; the host opens the connections, sends the messages and makes the polls.
#pragma once

#include <span>
#include <string_view>

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::binance {

// A stream that is asked for on the wrong route is acknowledged and stays silent.
inline constexpr std::string_view kMarketPath = "/market/stream";
inline constexpr std::string_view kPublicPath = "/public/stream";

inline constexpr std::size_t kStreamsMax = 200;  // documented 1024; 200 was the older limit
inline constexpr std::size_t kStreamsPerMessage = 50;
inline constexpr std::uint32_t kMessageGap_ms = 300;    // 5 a second were seen to be enforced
inline constexpr std::uint32_t kIdleMax_ms = 60'000;    // the host's pings are answered meanwhile
inline constexpr std::uint32_t kLifeMax_s = 23 * 3600;  // the venue cuts at 24 h

// REST allows 2,400 weight a minute and address; polls may use half of it.
inline constexpr std::uint32_t kPollWeightPerMinute = 1'200;
inline constexpr std::uint32_t kPollIntervalMin_ms = 5'000;

// Every kind that a channel of the venue brings.
std::uint32_t offered_channels();

Status plan_connections(std::span<const petrel_subscription> wanted, Contracts& contracts,
                        petrel_plan_out& out);

}  // namespace petrel::binance
