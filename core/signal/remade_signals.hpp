// What a start makes anew of the signals in the journal: of each story its newest state, and no
// more, so that hours of journal do not tell a story over again.
//
// Stage 7. Filled while a shard is rebuilt, on the thread that does it; taken by delivery, which
// knows what of it is on record. Bounded: a story that has not changed for longest goes first,
// because a crash loses what was decided last.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <vector>

#include "signal/signal_stage.hpp"

namespace petrel::core {

struct RemadeSignal {
    Signal signal;                 // as its newest change left it
    std::int64_t admitted_ns = 0;  // event time; 0: not within what is kept
};

// What all shards made anew.
struct RemadeLot {
    std::vector<RemadeSignal> signals;
    // Those that were admitted from here on may be new to the store; the others it knows, or they
    // come of rules or settings that are not those of then. Event time.
    std::int64_t admit_since_ns = 0;
};

class RemadeSignals {
public:
    static constexpr std::size_t kMost = 1'024;

    // Near misses are left alone: nothing was told of them.
    void note(SignalChange change, const Signal& signal);
    // All of them, that changed last at the end; none is kept.
    [[nodiscard]] std::vector<RemadeSignal> take();

private:
    std::list<RemadeSignal> by_change_;
    std::map<std::string, std::list<RemadeSignal>::iterator> by_id_;
};

}  // namespace petrel::core
