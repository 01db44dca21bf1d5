// One storm of longs, the cluster of buyers that met it, and what becomes of it.
#include "cli/sample_alert.hpp"

#include <cmath>
#include <set>
#include <span>

#include "notifier/test_desk.hpp"
#include "outbox/alert_codec.hpp"
#include "outbox/digest.hpp"
#include "outbox/escalations.hpp"
#include "outbox/fire_drill.hpp"
#include "petrel/abi/notifier.h"
#include "petrel/types.hpp"

namespace petrel::core {
namespace {

constexpr std::int64_t kAtNs = 1'795'200'040 * kNsPerSecond;  // 2026-11-20 18:40:40 UTC
constexpr std::int64_t kTookS = 78;

// Five minutes in steps of three seconds: calm, then the storm with the price falling.
MarketSeries sample_series() {
    MarketSeries series;
    series.step_ns = 3 * kNsPerSecond;
    series.sampled = true;
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

Signal sample_signal(const std::string& type) {
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
    signal.expires_ns = kAtNs + 7'200 * kNsPerSecond;
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
    return signal;
}

SampleMessage end_sample(bool cancelled, const SampleChannel& channel,
                         const MessageBook& messages) {
    Signal signal = sample_signal("LIQ_STORM");
    signal.ts_ns = signal.expires_ns;
    signal.state = cancelled ? SignalState::Cancelled : SignalState::Expired;
    signal.cancel_reason = cancelled ? "too many stories are open" : "";
    signal.updates = 2;
    signal.peak_usd = 21'300'000;
    return {end_alert(signal, channel.traits, messages), "end", kFirstId,
            channel.traits.follows() ? "" : "it is told of no ends"};
}

SampleMessage escalation_sample(const SampleChannel& channel, const MessageBook& messages) {
    RoutingDecision decision;
    EscalationChoice& choice = decision.escalations.emplace_back();
    choice.step = 1;
    choice.channel = channel.name;
    choice.route = "storms";
    choice.after_ms = 300'000;
    const Signal signal = sample_signal("LIQ_STORM");
    const auto rows = escalation_rows(compose_alert(signal, messages), decision,
                                      {kAtNs, 900 * kNsPerSecond, signal.expires_ns}, messages);
    return {*decode_alert(rows.front().payload)};
}

SampleMessage acknowledged_sample(const SampleChannel& channel, const MessageBook& messages) {
    NotificationRow sent;
    sent.channel = channel.name;
    sent.state = "delivered";
    sent.provider_id = kFirstId;
    sent.payload = encode_alert(compose_alert(sample_signal("LIQ_STORM"), messages));
    AckRow ack;
    ack.author = "anna";
    ack.comment = "looking at it";
    ack.at_ns = kAtNs + 95 * kNsPerSecond;
    const std::set<std::string> channels{channel.name};
    const auto rows = tellings_of(ack, std::span(&sent, 1), {channels, 0, messages});
    const bool told = (channel.traits.abilities & PETREL_CAN_ACKNOWLEDGE) != 0;
    return {*decode_alert(rows.front().payload), "new", kFirstId,
            told ? "" : "it is told of no acknowledgements"};
}

SampleMessage digest_sample(const SampleChannel& channel, const MessageBook& messages) {
    std::vector<AlertText> alerts;
    for (int i = 0; i < 15; ++i) {
        constexpr const char* types[] = {"LIQ_STORM", "LIQUIDATION_LARGE", "WHALE_TRADE"};
        constexpr const char* coins[] = {"BTC", "ETH", "SOL", "XRP", "DOGE", "AVAX"};
        Signal signal = sample_signal(types[i % 3]);
        signal.symbol = std::string(coins[i % 6]) + "-USDT-PERP";
        signal.cause.notional_usd /= i + 1;
        signal.ts_ns = kAtNs - (15 - i) * kNsPerSecond;
        alerts.push_back(compose_alert(signal, messages));
    }
    return {compose_digest("dig-7f3a00c0ffee", alerts, kAtNs, messages), "digest", "",
            channel.traits.takes_digests() ? "" : "it gets each alert alone"};
}

AlertText system_sample(const MessageBook& messages) {
    return compose_system_alert("exchange-c liquidations: nothing for 3 min 41 s",
                                "Reconnected 5 times, next in 8 s. Windows of 42 symbols are "
                                "thin until then. See petrel status",
                                kAtNs, messages);
}

}  // namespace

std::vector<std::string> sample_kinds() {
    return {"LIQUIDATION_LARGE",   "WHALE_TRADE",           "LIQ_STORM",
            "WHALE_CLUSTER",       "GLOBAL_RADAR",          "SYSTEM",
            occasion::kUpdate,     occasion::kEnd,          occasion::kCancelled,
            occasion::kEscalation, occasion::kAcknowledged, occasion::kDigest,
            occasion::kDrill,      occasion::kTest};
}

SampleMessage sample_message(const std::string& kind, const SampleChannel& channel,
                             const MessageBook& messages) {
    if (kind == "SYSTEM") {
        return {system_sample(messages)};
    }
    if (kind == occasion::kUpdate) {
        return {update_alert(sample_signal("LIQ_STORM"), channel.traits, 1, messages), "update",
                kFirstId,
                channel.traits.updates == UpdateMode::None ? "it is told of no updates" : ""};
    }
    if (kind == occasion::kEnd || kind == occasion::kCancelled) {
        return end_sample(kind == occasion::kCancelled, channel, messages);
    }
    if (kind == occasion::kEscalation) {
        return escalation_sample(channel, messages);
    }
    if (kind == occasion::kAcknowledged) {
        return acknowledged_sample(channel, messages);
    }
    if (kind == occasion::kDigest) {
        return digest_sample(channel, messages);
    }
    if (kind == occasion::kDrill) {
        return {compose_drill(channel.name, kAtNs, messages)};
    }
    if (kind == occasion::kTest) {
        return {compose_test("test-7f3a00c0ffee", channel.name, kAtNs, messages)};
    }
    return {compose_alert(sample_signal(kind), messages)};
}

}  // namespace petrel::core
