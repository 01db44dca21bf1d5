// What came of a signal, or of a near miss: what the symbol's price did until a horizon after it.
//
// A self-contained value, made by the outcome tracker on the shard's thread, then handed to the
// signals' sink and from there to the store, to scorecards and explanations. A figure that is not
// known is absent: 0 would be read as one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "script/rule_io.hpp"

namespace petrel::core {

enum class OutcomeResult : std::uint8_t { Hit, FalseAlarm, Flat, Unknown };

constexpr std::string_view result_name(OutcomeResult result) {
    constexpr std::string_view names[] = {"hit", "false_alarm", "flat", "unknown"};
    return names[static_cast<std::size_t>(result)];
}

struct SignalOutcome {
    // Of the signal, as it was admitted or held.
    std::string signal_id;
    std::string type;
    std::string symbol;
    std::string group;
    std::string pattern;
    std::string strength;
    std::string pressure;
    std::string rule_version;
    double score = 0;
    std::string held_for;        // the deciding reason of a near miss; empty: it was sent
    std::int64_t signal_ns = 0;  // event time of its admission, or of the hold
    double confidence = -1;      // of the rules' ensemble; -1: not known
    std::vector<RuleShare> votes;

    std::int64_t horizon_ms = 0;
    std::int64_t at_ns = 0;  // event time of the tick that looked
    OutcomeResult result = OutcomeResult::Unknown;
    std::string reason;  // why it is unknown; else empty

    std::optional<double> price_before;  // at the signal
    std::optional<double> price_after;   // at the horizon
    std::optional<double> return_pct;    // from the one to the other
    std::optional<double> return_sigma;  // the same in units of volatility
    // The largest moves until the horizon, as seen at ticks, at least 0. A neutral signal has no
    // direction: `with` is the larger one of both, `against` is absent.
    std::optional<double> with_pct;
    std::optional<double> against_pct;
    std::optional<double> lead_s;  // from the signal to the largest move with it

    [[nodiscard]] bool settled() const { return result != OutcomeResult::Unknown; }
};

// A move as the signal meant it: positive with its pressure. Of a neutral one, its size.
constexpr double with_pressure(std::string_view pressure, double move) {
    if (pressure == "bullish") {
        return move;
    }
    return pressure == "bearish" || move < 0 ? -move : move;
}

}  // namespace petrel::core
