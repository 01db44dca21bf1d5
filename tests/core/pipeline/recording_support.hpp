// A small market for tests: named perpetuals of one venue, liquidations and ticks at known times,
// and a sink that writes down what leaves a shard.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "journal/journal_writer.hpp"
#include "pipeline_lane.hpp"
#include "pipeline_parts.hpp"

namespace petrel::core {

inline constexpr std::int64_t kMarketStartNs = 1'794'000'000 * kNsPerSecond;

// The product's plugins and rules, with settings like "detection.minima_scale=0.1".
PluginSetup product_setup(std::vector<std::string> settings = {});

// Instruments of the venue "acme" in the order given: handles 0, 1, ...
struct Market {
    explicit Market(const PluginSetup& setup, const std::vector<std::string>& bases);
    InstrumentRegistry registry;
};

MarketEvent liquidation_at(std::uint32_t instrument, std::int64_t ms, double usd,
                           std::uint8_t side = PETREL_SIDE_LONG);
MarketEvent tick_at(std::int64_t seconds);

// Liquidations of `instruments` coins by chance, many of them in storms, and a tick each second.
std::vector<MarketEvent> market_of(std::int64_t seconds, std::uint32_t instruments);

// Writes events to a journal as a run with one shard does.
class Recorder {
public:
    Recorder(const std::string& directory, const InstrumentRegistry& registry);
    void rules(const RulePack& pack);
    void push(std::span<const MarketEvent> events);
    void stop() { writer_->stop(); }

private:
    std::unique_ptr<journal::JournalWriter> writer_;
};

// "admitted sig-… at 12.5 s, 2 updates, peak 3000000, rules default@…": a line for each change.
class Ear final : public SignalSink {
public:
    void on_signal(SignalChange change, const Signal& signal) override;
    void on_outcome(const SignalOutcome& outcome) override;
    [[nodiscard]] std::vector<std::string> sorted() const;
    [[nodiscard]] std::vector<std::string> outcomes() const;  // sorted
    // Ids, of one kind of change.
    [[nodiscard]] std::vector<std::string> ids(SignalChange change) const;
    [[nodiscard]] std::vector<std::string> rules(SignalChange change) const;

private:
    struct Heard {
        SignalChange change;
        std::string id;
        std::string rules;
        std::string line;
    };
    mutable std::mutex mutex_;
    std::vector<Heard> heard_;             // guarded by mutex_
    std::vector<std::string> came_of_it_;  // the same: a line for each outcome
};

}  // namespace petrel::core
