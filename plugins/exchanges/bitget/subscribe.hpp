// Which connections and subscribe messages a set of subscriptions needs.
//
// Pure but for the contracts that discovery has listed: they say of which product a name is. Called
// on the instance's data path when what is wanted changes.
#pragma once

#include <span>
#include <string_view>

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::bitget {

inline constexpr std::string_view kPath = "/v2/ws/public";
inline constexpr std::string_view kPathV3 = "/v3/ws/public";  // liquidations alone

// The venue advises fewer than 50 channels a connection and takes 240 subscriptions an hour.
inline constexpr std::size_t kChannelsMax = 48;
inline constexpr std::size_t kChannelsPerMessage = 8;

inline constexpr std::uint32_t kMessageGap_ms = 150;    // ten messages a second, pings included
inline constexpr std::uint32_t kKeepalive_ms = 25'000;  // a ping every 30 s is asked for
inline constexpr std::uint32_t kIdleMax_ms = 60'000;    // two pongs are missing
inline constexpr std::uint32_t kLifeMax_s = 23 * 3600;  // the venue cuts at 24 h

// Every kind that a channel of the venue brings.
std::uint32_t offered_channels();

Status plan_connections(std::span<const petrel_subscription> wanted, const ContractTable& contracts,
                        petrel_plan_out& out);

}  // namespace petrel::bitget
