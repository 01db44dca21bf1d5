// For the tests and the fuzz target of this folder: fixture lines by number, and a host without a
// heap, which only counts what it is told and says whether an event leaves its bounds.
#pragma once

#include "kit/testing/decoder_host.hpp"
#include "parse.hpp"

namespace petrel::coinbase {

#ifdef PETREL_FIXTURES
inline std::vector<std::string> fixture_frames() {
    return kit::lines_of(std::string(PETREL_FIXTURES) + "/frames.jsonl");
}
#endif

// Sizes of spot.
inline constexpr kit::EventLimits kLimits{kQuantityMax, 0};

inline bool event_in_bounds(const MarketEvent& e) { return kit::event_in_bounds(e, kLimits); }

struct CountingHost : kit::CountingHost {
    CountingHost() : kit::CountingHost(kLimits) {}
};

}  // namespace petrel::coinbase
