// The recordings of one replay, merged by time of receipt into one sequence.
//
// Opens each file by its kind (journal, CSV, frames), makes an adapter of every exchange plugin for
// those that hold frames, and inserts the ticks that a running engine would have seen. Owned by the
// replay's thread.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "normaliser/instrument_registry.hpp"
#include "normaliser/normaliser.hpp"
#include "plugin/plugin_instance.hpp"
#include "plugin/plugin_setup.hpp"
#include "replay/event_source.hpp"

namespace petrel::core {

class SourceSet {
public:
    SourceSet(const PluginSetup& setup, InstrumentRegistry& registry);

    // Makes the adapters, so that the venues have their names. Before open().
    Status make_adapters();
    Status open(const std::vector<std::string>& paths);

    // The next events in order, ticks among them; empty at the end. Valid until the next call.
    Result<std::span<const MarketEvent>> next();

    // Which rules decided about the events returned last, by the recording that said so last.
    [[nodiscard]] const RulesMark& rules() const { return rules_; }

    struct Totals {
        std::uint64_t records = 0;
        std::uint64_t bytes = 0;
        std::uint64_t bytes_total = 0;
        std::map<std::string, std::uint64_t> skipped;
        std::map<std::string, std::string> first_case;
        std::set<std::string> detector_changes;
    };
    [[nodiscard]] Totals totals() const;
    [[nodiscard]] const Normaliser& normaliser() const { return normaliser_; }

private:
    struct Lane {
        std::unique_ptr<EventSource> source;
        std::span<const MarketEvent> rest;
        RulesMark rules;  // of what it gave last
        bool ended = false;
    };

    Result<std::unique_ptr<EventSource>> open_one(const std::string& path);
    Status refill(Lane& lane);
    Lane* earliest();
    void note_rules(Lane& lane);
    void append(std::span<const MarketEvent> events, bool own_ticks);

    const PluginSetup& setup_;
    InstrumentRegistry& registry_;
    Normaliser normaliser_;
    std::vector<ExchangeInstance> adapters_;
    std::vector<VenueId> venues_;  // of the adapters
    std::vector<Lane> lanes_;
    std::vector<MarketEvent> merged_;
    RulesMark rules_;
    std::int64_t next_tick_ns_ = 0;
};

}  // namespace petrel::core
