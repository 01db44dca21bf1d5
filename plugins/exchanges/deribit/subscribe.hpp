// Which connections and subscribe messages a set of subscriptions needs.
//
// Subscriptions in, plans out; what each message asks for is kept for comparison with the answer.
// Called on the instance's data path when what is wanted changes.
#pragma once

#include <span>
#include <string_view>

#include "parse.hpp"
#include "petrel/exchange.hpp"

namespace petrel::deribit {

inline constexpr std::string_view kPath = "/ws/api/v2";

// A subscribe call costs 3,000 of 30,000 credits, which come back at 10,000 a second: many channels
// to a message, and messages slowly.
inline constexpr std::size_t kChannelsMax = 300;
inline constexpr std::size_t kChannelsPerMessage = 100;
inline constexpr std::uint32_t kMessageGap_ms = 400;

// The venue asks for a sign of life every 30 s and cuts who gives none. Ours go out unasked, too.
inline constexpr std::uint32_t kKeepalive_ms = 10'000;
inline constexpr std::uint32_t kIdleMax_ms = 35'000;  // three answers are missing

// Every kind that a channel of the venue brings.
std::uint32_t offered_channels();

Status plan_connections(std::span<const petrel_subscription> wanted, Asked& asked,
                        petrel_plan_out& out);

}  // namespace petrel::deribit
