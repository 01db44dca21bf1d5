// The real recovery on a crashed folder, held against what had been promised by then.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace petrel::crash_points {

// What the workload had been told when the crash came.
struct Promises {
    std::uint64_t durable_events = 0;
    int admitted = 0;                         // signals 0 .. admitted - 1
    std::map<std::string, std::string> ends;  // settled notifications: key to state

    void add(const std::string& text);  // "J 25", "A 3", "S key state"
};

struct Tally {
    std::uint64_t states = 0;
    std::uint64_t lost = 0;          // something promised is not there
    std::uint64_t half = 0;          // a signal without all of its notifications, or the reverse
    std::uint64_t corrupt = 0;       // recovery failed, or the journal is no prefix
    std::uint64_t invented = 0;      // something is there that was never written
    std::vector<std::string> cases;  // the first of them in words

    [[nodiscard]] std::uint64_t faults() const { return lost + half + corrupt + invented; }
};

// Recovers what lies in `folder` and adds what it finds to the tally. `where` names the state.
void check_recovery(const std::string& folder, const Promises& promises, const std::string& where,
                    Tally& tally);

}  // namespace petrel::crash_points
