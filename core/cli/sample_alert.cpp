// One storm of longs and the cluster of buyers that met it.
#include "cli/sample_alert.hpp"

#include <cmath>

#include "petrel/types.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kAtNs = 1'795'200'040 * kNsPerSecond;  // 2026-11-20 18:40:40 UTC
constexpr std::int64_t kTookS = 78;

// Five minutes in steps of three seconds: calm, then the storm with the price falling.
MarketSeries sample_series() {
    MarketSeries series;
    series.step_ns = 3 * kNsPerSecond;
    series.begin_ns = kAtNs - 100 * series.step_ns;
    double price = 91'214;
    for (int i = 0; i < 100; ++i) {
        const int into = i - (100 - static_cast<int>(kTookS / 3));
        const double wave = std::sin(i * 0.9) * 9 + std::sin(i * 0.37) * 14;
        const double force = into < 0 ? 0 : std::exp(-std::pow((into - 11) / 7.0, 2));
        price -= force * 78 - (into < 0 ? 0.4 : 0);
        series.points.push_back({price + wave, force * 1'440'000 + (i % 17 == 3 ? 60'000 : 0),
                                 i % 11 == 5 ? 35'000.0 : 0});
    }
    return series;
}

SignalPart storm() {
    SignalPart part;
    part.type = "LIQ_STORM";
    part.side = "long";
    part.venue = "all";
    part.events = 312;
    part.onset_ns = kAtNs - kTookS * kNsPerSecond;
    part.at_ns = kAtNs;
    part.notional_usd = 17'934'000;
    part.price = 90'786;
    part.window_ms = kTookS * 1'000;
    part.sampled = true;
    part.likely_usd = 24'100'000;
    part.high_usd = 31'000'000;
    part.evidence_venues = {"exchange-a", "exchange-b", "exchange-c"};
    return part;
}

SignalPart cluster() {
    SignalPart part = storm();
    part.type = "WHALE_CLUSTER";
    part.side = "buy";
    part.events = 14;
    part.notional_usd = 6'200'000;
    part.window_ms = 30'000;
    part.sampled = false;
    return part;
}

SignalPart single(const std::string& type) {
    SignalPart part = storm();
    part.type = type;
    part.side = type == "WHALE_TRADE" ? "buy" : "long";
    part.venue = "exchange-a";
    part.evidence_venues = {"exchange-a"};
    part.events = 1;
    part.notional_usd = type == "WHALE_TRADE" ? 2'480'000 : 1'310'000;
    part.price = 90'412.5;
    part.window_ms = 0;
    part.sampled = type != "WHALE_TRADE";
    return part;
}

}  // namespace

std::vector<std::string> sample_types() {
    return {"LIQUIDATION_LARGE", "WHALE_TRADE",  "LIQ_STORM",
            "WHALE_CLUSTER",     "GLOBAL_RADAR", "SYSTEM"};
}

AlertText sample_alert(const std::string& type, const MessageBook& messages) {
    if (type == "SYSTEM") {
        return compose_system_alert("exchange-c liquidations: nothing for 3 min 41 s",
                                    "Reconnected 5 times, next in 8 s. Windows of 42 symbols are "
                                    "thin until then. See petrel status",
                                    kAtNs, messages);
    }
    Signal signal;
    signal.id = "sig-7f3a00c0ffee";
    signal.type = type;
    signal.symbol = "BTC-USDT-PERP";
    signal.group = "MAJORS";
    signal.cause = type == "LIQUIDATION_LARGE" || type == "WHALE_TRADE" ? single(type)
                   : type == "WHALE_CLUSTER"                            ? cluster()
                                                                        : storm();
    signal.cause.type = type;
    if (type == "GLOBAL_RADAR") {
        signal.joined = {storm(), cluster()};
    }
    signal.onset_ns = signal.cause.onset_ns;
    signal.ts_ns = kAtNs;
    signal.state = SignalState::Active;
    signal.series = sample_series();
    signal.score.total = 1.41;
    signal.score.pattern = type == "GLOBAL_RADAR" ? "storm_and_cluster" : "storm_only";
    signal.score.strength = "extreme";
    signal.score.pressure = "bearish";
    signal.score.volatility = "high";
    signal.score.terms = {{"storm", 0.50}, {"cluster", 0.50}, {"both", 0.30}, {"context", 0.11}};
    signal.score.ensemble.confidence = 0.91;
    signal.score.ensemble.health = 0.93;
    signal.verdict.decision = RuleDecision::Send;
    signal.verdict.note = "A sample: nothing of the kind has happened";
    signal.rule_version = "default@9c41e2";
    return compose_alert(signal, messages);
}

}  // namespace petrel::core
