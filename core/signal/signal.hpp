// A signal: a scored and judged finding with a life of its own. The value that leaves the shard.
//
// Self-contained (no borrowed text), so that it can cross to the delivery thread. The id says what
// the signal *is* (type, symbol, side, onset): a replay or a replica makes the same one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "petrel/types.hpp"
#include "script/rule_io.hpp"
#include "signal/signal_lifecycle.hpp"
#include "window/market_series.hpp"

namespace petrel::core {

// A finding inside a signal, with names instead of numbers.
struct SignalPart {
    std::string type;
    std::string side;
    std::string venue;  // "all" when several took part
    std::uint32_t events = 0;
    std::int64_t onset_ns = 0;
    std::int64_t at_ns = 0;
    double notional_usd = 0;
    double threshold_usd = 0;
    double price = 0;
    double dominance = 0;
    std::uint32_t window_ms = 0;
    bool sampled = false;
    double likely_usd = 0;  // as in Finding; 0: not known
    double high_usd = 0;
    std::vector<MarketEvent> evidence;         // newest first
    std::vector<std::string> evidence_venues;  // name for each piece of evidence
};

// One figure the rules were given, for the explanation.
struct SignalInput {
    std::string name;
    double value = 0;
};

struct SignalText {
    std::string name;
    std::string value;
};

struct Signal {
    std::string id;
    std::string type;
    std::string symbol;
    std::string short_symbol;
    std::string group;
    SignalPart cause;
    std::vector<SignalPart> joined;  // radar: the storm and the cluster that met
    std::int64_t onset_ns = 0;
    std::int64_t ts_ns = 0;       // event time of the decision
    std::int64_t expires_ns = 0;  // event time, when it was admitted
    SignalState state = SignalState::Held;
    RuleScore score;
    RuleVerdict verdict;
    std::vector<SignalInput> inputs;
    std::vector<SignalText> input_texts;
    std::string rule_version;  // "default@9c41e2"
    std::uint32_t updates = 0;
    double peak_usd = 0;
    std::string cancel_reason;              // of one that was cancelled
    MarketSeries series;                    // at most a second old; not part of its documents
    std::vector<VerdictCheck> sent_checks;  // of the verdict that sent it; updates have their own
};

// "sig-" and twelve hexadecimal digits of a hash of the four.
std::string signal_id(std::string_view type, std::string_view symbol, Side side,
                      std::int64_t onset_ns);

}  // namespace petrel::core
