// What a detector saw, as the core keeps it: the value that passes from stage 4 to stage 5.
//
// Made by the detector stage, owned by the shard, copied where it is kept; no thread but the
// shard's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "petrel/abi/detector.h"
#include "petrel/types.hpp"

namespace petrel::core {

enum class Phase : std::uint8_t {
    Onset = PETREL_PHASE_ONSET,
    Update = PETREL_PHASE_UPDATE,
    Single = PETREL_PHASE_SINGLE,
};

struct Finding {
    std::uint32_t type = 0;  // index into the shard's list of alert types
    Phase phase = Phase::Single;
    Side side = Side::None;
    std::uint16_t venue = PETREL_VENUE_ALL;
    std::uint32_t symbol = 0;
    std::uint32_t group = 0;
    bool sampled = false;  // the figure is "at least"
    // What the sum probably was, and what it hardly exceeded (5 % do); 0: not known. Where nothing
    // is sampled both are `notional_usd`.
    double likely_usd = 0;
    double high_usd = 0;
    std::uint32_t events = 0;
    std::int64_t onset_ns = 0;
    std::int64_t at_ns = 0;
    double notional_usd = 0;
    double threshold_usd = 0;
    double price = 0;
    double dominance = 0;
    std::uint32_t window_ms = 0;
    std::vector<MarketEvent> evidence;  // newest first
};

}  // namespace petrel::core
