// What the workload does and the enumerator expects: one story, told in one place.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "petrel/types.hpp"
#include "signal/signal.hpp"

namespace petrel::crash_points {

inline constexpr std::int64_t kNowNs = 1'767'225'600 * kNsPerSecond;
inline constexpr int kAdmissions = 60;
inline constexpr int kReopenEvery = 25;  // the store is closed and opened again: a checkpoint
inline constexpr std::array<const char*, 4> kChannels = {"a", "b", "c", "d"};
inline constexpr const char* kStoreName = "petrel.db";
inline constexpr const char* kSpoolName = "store.spool";
inline constexpr const char* kJournalName = "journal";
inline constexpr std::size_t kEventsAnAdmission = 5;

// While the store is down admissions go into the spool, and a start finds it there.
inline bool store_is_down(int number) { return number % 30 >= 18; }

inline MarketEvent event_of(std::uint64_t number) {
    MarketEvent event{};
    event.kind = PETREL_EVENT_TRADE;
    event.side = PETREL_SIDE_SELL;
    event.count = 1;
    event.exchange_ts_ns = kNowNs + static_cast<std::int64_t>(number) * kNsPerMs;
    event.receive_ts_ns = event.exchange_ts_ns;
    event.price = 3'000.0 + static_cast<double>(number * 7'919 % 1'000);
    event.quantity = 0.25;
    event.notional_usd = event.price * event.quantity;
    event.id = number;
    return event;
}

inline core::Signal signal_of(int number) {
    core::Signal signal;
    signal.type = "LIQ_STORM";
    signal.symbol = "BTC-USDT-PERP";
    signal.onset_ns = kNowNs + number;
    signal.id = core::signal_id(signal.type, signal.symbol, Side::Long, signal.onset_ns);
    signal.ts_ns = signal.onset_ns;
    signal.expires_ns = signal.onset_ns + kNsPerSecond;
    signal.state = core::SignalState::Active;
    signal.cause.side = "long";
    signal.cause.notional_usd = 1e6 + number;
    signal.cause.window_ms = 30'000;
    signal.score.strength = "strong";
    signal.verdict.reasons = {"score"};
    signal.verdict.note = std::string(static_cast<std::size_t>(number * 13 % 400), 'n');
    signal.rule_version = "default@000000";
    return signal;
}

// Which of the deliveries of an admission the workload settles, and how.
inline std::string end_of(int number, std::size_t channel) {
    if (number % 2 == 0 || channel > 1 || store_is_down(number)) {
        return "pending";
    }
    return channel == 0 ? "delivered" : "refused";
}

}  // namespace petrel::crash_points
