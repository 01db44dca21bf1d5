// What signals were worth: outcomes of one horizon, added up by rule version, pattern, group, type
// or strength. (By voter: voter_card.)
//
// A share comes with the interval of Wilson at 95 %, so that three of four does not look like three
// hundred of four hundred. Pure functions of their input; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "signal/signal_outcome.hpp"

namespace petrel::core {

enum class ScoreBy : std::uint8_t { Version, Pattern, Group, Type, Strength, Voter, Reason };

// "version", "pattern", "group", "type", "strength", "voter", "reason" (of near misses).
std::string_view score_by_name(ScoreBy by);
std::optional<ScoreBy> parse_score_by(std::string_view name);

struct Share {
    double value = 0;
    double low = 0;  // of 95 %
    double high = 0;
};

// `part` of `whole`, which is at least 1.
Share wilson_share(std::uint64_t part, std::uint64_t whole);

struct ScoreRow {
    std::string name;
    std::uint64_t signals = 0;
    std::uint64_t hits = 0;
    std::uint64_t false_alarms = 0;
    std::uint64_t flat = 0;
    std::uint64_t unknown = 0;
    // Of those that are known; absent when none is.
    std::optional<Share> hit_share;
    std::optional<double> mean_score;
    std::optional<double> mean_move_pct;  // with the pressure
    std::optional<double> mean_move_sigma;
    std::optional<double> median_lead_s;  // of the hits: to the largest move

    [[nodiscard]] std::uint64_t settled() const { return hits + false_alarms + flat; }
};

struct Scorecard {
    std::int64_t first_ns = 0;  // signals; 0: there is none
    std::int64_t last_ns = 0;
    ScoreRow total;
    std::vector<ScoreRow> rows;         // by name; strengths from weak to extreme
    std::vector<ScoreRow> calibration;  // by strength
};

// All outcomes are of the same horizon. By voter there are no rows.
Scorecard make_scorecard(std::span<const SignalOutcome> outcomes, ScoreBy by);

}  // namespace petrel::core
