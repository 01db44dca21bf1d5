// Outcomes and scorecards as JSON: what `rules score --json`, `explain --json` and the engine's
// routes answer with.
//
// Field order is fixed and numbers are the shortest that read back to the same double, so equal
// content gives equal bytes. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "outcome/scorecard.hpp"
#include "outcome/voter_card.hpp"

namespace petrel::core {

// A scorecard and what it rests on.
struct ScoreReport {
    std::string source;        // "store" or "recordings"
    bool near_misses = false;  // else signals that were sent
    std::int64_t horizon_ms = 0;
    ScoreBy by = ScoreBy::Version;
    Scorecard card;
    VoterCard voters;                   // when it is by voter
    std::uint64_t without_outcome = 0;  // signals that have none at this horizon, not in the card
    bool cut = false;                   // there were more signals than are looked at
    std::vector<SignalOutcome> each;    // shown one by one
};

std::string score_report_json(const ScoreReport& report);

// The outcomes of one signal, by horizon, as an array.
std::string outcomes_json(std::span<const SignalOutcome> outcomes);

}  // namespace petrel::core
