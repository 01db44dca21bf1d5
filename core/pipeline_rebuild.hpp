// A start rebuilds what a shard remembers (windows, stories, open signals, cooldowns) from the last
// of its own journal, before anything is connected.
//
// The same events, ticks and rules go through stages 3 to 7 once more; what leaves them goes
// nowhere, as the run before has told it. Control thread, before the shards have threads of their
// own. Whatever is wrong with the journal, the start goes on from what could be had.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "pipeline_lane.hpp"
#include "pipeline_rules.hpp"

namespace petrel::core {

struct RebuildWish {
    std::string journal;           // its folder
    std::int64_t now_ns = 0;       // wall time of the start
    std::uint64_t reach_ms = 0;    // how far back; 0: not at all
    std::uint64_t events_max = 0;  // at most so many, the newest; bounds the time it takes
};

// What `petrel status` and the log tell about it.
struct RebuildFigures {
    std::uint64_t events = 0;
    std::uint64_t ticks = 0;
    std::int64_t first_ns = 0;  // receipt of the first event and the last entry; 0: none
    std::int64_t last_ns = 0;
    std::int64_t blind_ns = 0;       // from there to the start: what nobody saw
    double seconds = 0;              // that it took
    std::uint64_t open_signals = 0;  // active again
    bool cut = false;                // events_max left out some that were wanted
    bool absent = false;             // there was nothing to rebuild from, which is no fault
    std::string trouble;             // why it is empty or not whole; empty: nothing to say
};

// The reach that nothing the shards remember outlives: windows, cooldowns, life of a signal.
std::uint64_t rebuild_reach_ms(const ShardOptions& options);

RebuildFigures rebuild_shards(const RebuildWish& wish, InstrumentRegistry& registry,
                              RecordedRules& rules,
                              std::span<const std::unique_ptr<ShardLane>> lanes);

// The sentence for the log.
std::string rebuild_sentence(const RebuildFigures& figures);

}  // namespace petrel::core
