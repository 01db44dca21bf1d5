// What the rows of each channel but `trades` say. Only .cpp files include this header, which brings
// simdjson with it.
#pragma once

#include "contracts.hpp"
#include "kit/events.hpp"
#include "kit/json.hpp"

namespace petrel::okx {

// Adds the rows to `into`. `unlisted` counts those of contracts that discovery has not listed.
Reason read_liquidations(ondemand::array rows, const char* end, const ContractTable& contracts,
                         kit::Events& into, std::size_t& unlisted);

enum class StateChannel : std::uint8_t { MarkPrice, Funding, OpenInterest, BestPrices };

struct StateFrame {
    StateChannel channel;
    std::string_view native;
    const Contract& contract;
    const char* end;
};

// Adds what the rows say of one contract to `into`.
Reason read_states(ondemand::array rows, const StateFrame& frame, kit::Events& into);

}  // namespace petrel::okx
