// Which connections and subscribe messages a set of subscriptions needs.
//
// Pure but for the contracts that discovery has listed: they say where a name is settled. Called on
// the instance's data path when what is wanted changes.
#pragma once

#include <span>
#include <string_view>

#include "contracts.hpp"
#include "petrel/exchange.hpp"

namespace petrel::gate {

// The venue states no limit of streams, but few connections are wise: one for each settlement, with
// many contracts a message.
inline constexpr std::size_t kContractsPerMessage = 50;

inline constexpr std::uint32_t kMessageGap_ms = 100;
inline constexpr std::uint32_t kKeepalive_ms = 15'000;  // ping frames
inline constexpr std::uint32_t kIdleMax_ms = 45'000;    // three pongs are missing

// Every kind that a channel of the venue brings.
std::uint32_t offered_channels();

Status plan_connections(std::span<const petrel_subscription> wanted, ContractTable& contracts,
                        petrel_plan_out& out);

}  // namespace petrel::gate
