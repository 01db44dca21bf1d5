// How good voters are: their votes beside what came of the signals, at one horizon; and whether a
// higher confidence is more often right.
//
// A vote of one half and more is right before a hit, one below before a false alarm. Flat and
// unknown outcomes count for nobody. Pure functions of their input; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "outcome/scorecard.hpp"
#include "signal/signal_outcome.hpp"

namespace petrel::core {

struct VoterRow {
    std::string name;
    std::uint64_t votes = 0;
    std::uint64_t abstained = 0;
    std::uint64_t right = 0;
    std::uint64_t wrong = 0;
    std::uint64_t open = 0;  // voted, and the outcome was flat or is unknown
    std::optional<Share> right_share;
    std::optional<double> mean_vote;
};

// Signals of a confidence from `low` on and below `high`; the last band has its end within.
struct ConfidenceBand {
    double low = 0;
    double high = 1;
    std::uint64_t signals = 0;
    std::uint64_t hits = 0;
    std::uint64_t false_alarms = 0;
    std::optional<Share> hit_share;  // of hits and false alarms
    std::optional<double> mean_confidence;
};

struct VoterCard {
    std::vector<VoterRow> voters;       // by name
    std::vector<ConfidenceBand> bands;  // those that have a signal, ascending
    std::uint64_t without_votes = 0;    // signals of rules without an ensemble
};

// All outcomes are of the same horizon.
VoterCard make_voter_card(std::span<const SignalOutcome> outcomes);

}  // namespace petrel::core
