// What a detector remembers, on its way from an instance to the one that follows it.
//
// The bytes are the host's and bounded. Runs on the thread that uses the instances, between two
// events; both are one shard's.
#pragma once

#include <cstdint>
#include <string>

#include "petrel/result.hpp"
#include "plugin/plugin_instance.hpp"

namespace petrel::core {

struct StateHandover {
    std::uint64_t bytes = 0;
    std::string empty_because;  // why the successor begins empty; empty: it has the state
};

// A failure when the state cannot be written or is refused; `from` goes on as it is in any case.
Result<StateHandover> hand_state_over(const DetectorInstance& from, const DetectorInstance& to);

}  // namespace petrel::core
