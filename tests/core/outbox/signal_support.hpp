// Signals for tests of delivery: one of each kind that the wording tells apart.
#pragma once

#include <string>

#include "core/store/store_support.hpp"
#include "signal/signal.hpp"

namespace petrel::core {

inline SignalPart storm_part() {
    SignalPart part;
    part.type = "LIQ_STORM";
    part.side = "long";
    part.venue = "all";
    part.events = 312;
    part.onset_ns = kNow - 78 * kSecond;
    part.at_ns = kNow;
    part.notional_usd = 17'934'000;
    part.threshold_usd = 2'000'000;
    part.price = 91'214.5;
    part.window_ms = 78'000;
    return part;
}

// A storm that was admitted; say what differs.
inline Signal storm_signal(const std::string& id = "sig-00000000000a") {
    Signal signal;
    signal.id = id;
    signal.type = "LIQ_STORM";
    signal.symbol = "BTC-USDT-PERP";
    signal.short_symbol = "BTC";
    signal.group = "BTC";
    signal.cause = storm_part();
    signal.onset_ns = signal.cause.onset_ns;
    signal.ts_ns = kNow;
    signal.expires_ns = kNow + 7'200 * kSecond;
    signal.state = SignalState::Active;
    signal.score.total = 1.414;
    signal.score.pattern = "storm_only";
    signal.score.strength = "extreme";
    signal.score.pressure = "bearish";
    signal.score.volatility = "high";
    signal.verdict.decision = RuleDecision::Send;
    signal.verdict.reasons = {"score above minimum"};
    signal.rule_version = "default@9c41e2";
    return signal;
}

inline Signal single_signal(const std::string& type, const std::string& side) {
    Signal signal = storm_signal("sig-00000000000b");
    signal.type = type;
    signal.cause.type = type;
    signal.cause.side = side;
    signal.cause.venue = "venue-a";
    signal.cause.events = 1;
    signal.cause.notional_usd = 2'214'000;
    signal.cause.window_ms = 0;
    signal.score.strength = "weak";
    return signal;
}

inline Signal cluster_signal() {
    Signal signal = storm_signal("sig-00000000000c");
    signal.type = "WHALE_CLUSTER";
    signal.cause.type = "WHALE_CLUSTER";
    signal.cause.side = "buy";
    signal.cause.events = 5;
    signal.cause.notional_usd = 1'480'000;
    signal.cause.window_ms = 30'000;
    signal.score.strength = "moderate";
    signal.score.total = 0.6;
    return signal;
}

inline Signal radar_signal() {
    Signal signal = storm_signal("sig-00000000000d");
    signal.type = "GLOBAL_RADAR";
    signal.joined = {storm_part(), cluster_signal().cause};
    signal.score.pattern = "convergence";
    signal.verdict.note = "Whales buy what the storm sells";
    return signal;
}

}  // namespace petrel::core
