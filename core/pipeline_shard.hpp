// Stages 3 to 7 of the symbols of one shard: what a shard decides is a pure function of the events,
// ticks and control entries it is fed.
//
// Owned and driven by one thread (the feed thread when there is a single shard, its own thread
// otherwise). Reads no clock. The way of an event through it stands in pipeline.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "detector/detector_stage.hpp"
#include "normaliser/instrument_registry.hpp"
#include "pipeline_track.hpp"
#include "voter/vote_stage.hpp"
#include "window/window_store.hpp"

namespace petrel::core {

// Events of the host's own, in the same 64 bytes: what else a shard is fed.
inline constexpr std::uint8_t kTickEvent = 128;  // exchange_ts_ns = the new event time
// In a lane's queue only, never in a batch for a shard: here the control side's next step is due.
inline constexpr std::uint8_t kControlEvent = 129;
// A stream of `instrument` was not seen: `reserved` holds its kind, exchange_ts_ns and id the
// exchange times before and after (id 0: it lasts), count the number in the coverage ledger,
// side 1 that it was mended.
inline constexpr std::uint8_t kBlindEvent = 130;

struct ShardOptions {
    WindowShape window;
    TrackOptions track;
    std::vector<std::string> group_names;
};

// Names for what leaves the shard, from the registry and the configuration.
class RegistryNames final : public NameBook {
public:
    RegistryNames(const InstrumentRegistry& registry, std::vector<std::string> groups)
        : registry_(registry), groups_(std::move(groups)) {}
    [[nodiscard]] std::string_view symbol(std::uint32_t symbol) const override;
    [[nodiscard]] std::string_view short_symbol(std::uint32_t symbol) const override;
    [[nodiscard]] std::string_view group(std::uint32_t group) const override;
    [[nodiscard]] std::string_view venue(std::uint16_t venue) const override;

private:
    const InstrumentRegistry& registry_;
    std::vector<std::string> groups_;
};

struct ShardFigures {
    std::uint64_t events = 0;
    std::uint64_t ticks = 0;
    std::uint64_t symbols = 0;
    std::uint64_t findings = 0;
    std::uint64_t open_signals = 0;
    std::uint64_t admitted = 0;      // signals
    std::uint64_t followed = 0;      // signals whose outcomes are not all there yet
    std::uint64_t not_followed = 0;  // signals that found no room to be followed
    std::uint64_t near_misses_followed = 0;
    std::uint64_t near_misses_not_followed = 0;
    std::string rule_version;
    std::uint64_t rule_calls = 0;
    std::uint64_t rule_errors = 0;      // calls that the pack's fallback answered
    std::string rule_fault;             // the latest of them
    std::uint64_t rule_fuel_max = 0;    // steps of the dearest call
    std::uint64_t rule_state_lost = 0;  // symbols whose state could not be migrated
    std::uint64_t late = 0;             // events too old for the windows
    std::uint64_t forgotten = 0;        // single events given up for want of room
    std::vector<DetectorFigures> detectors;
    std::vector<VoterFigures> voters;
    std::map<std::string, std::uint64_t> findings_by_type;
    std::map<std::string, std::uint64_t> held_by_reason;
};

class Shard {
public:
    // `registry` and `sink` outlive the shard; detector instances are borrowed.
    Shard(const ShardOptions& options, std::vector<DetectorHandle> detectors,
          const InstrumentRegistry& registry, SignalSink& sink);

    // These vote on what is found, before the rules judge it. Before the first event.
    void use_voters(std::vector<VoterHandle> voters);

    // From the next event on, this pack decides. Between two batches only.
    void use_rules(std::shared_ptr<const RulePack> pack, const RuleBudget& budget);
    // The same with a machine of the pack that is there already; gives the one before.
    std::unique_ptr<RuleVm> swap_rules(std::shared_ptr<const RulePack> pack,
                                       std::unique_ptr<RuleVm> machine) {
        return live_.swap_rules(std::move(pack), std::move(machine));
    }
    [[nodiscard]] bool has_rules() const { return live_.has_rules(); }

    // A second version that looks on from the next event on, with the memory of the first; what it
    // would have sent goes to `sink`, which outlives it. Takes the place of the one before.
    void look_on(std::shared_ptr<const RulePack> pack, const RuleBudget& budget, SignalSink& sink);
    void stop_looking_on() { onlooker_.reset(); }
    // Bounds what looking on costs, as RuleTrack says. After look_on().
    void limit_onlooker(std::uint32_t findings_per_second) {
        onlooker_->limit_findings(findings_per_second);
    }

    // What a detector that is to replace one may ask of the windows. Constant; any thread.
    [[nodiscard]] WindowLimits window_limits() const {
        return {whole_from_usd_, windows_.kept_horizon_ns()};
    }
    // These see every event from the next one on, beside the detectors that decide; what they find
    // is dropped. Null ends it. Between two batches only, as is the next one.
    void try_out(std::unique_ptr<DetectorStage> successors) { trial_ = std::move(successors); }
    // From the next event on, this one decides in place of detector `number`.
    void replace_detector(std::size_t number, DetectorHandle detector, const DetectorWants& wants);

    // Feeds a batch, in order: market events and the host's own.
    void on_events(std::span<const MarketEvent> events);

    // From which size a trade is looked at by itself, where the event belongs. Any thread that may
    // ask the registry: it does not change.
    [[nodiscard]] double whole_from_usd(const MarketEvent& event) const;

    [[nodiscard]] ShardFigures figures() const;
    [[nodiscard]] std::uint64_t ticks() const { return ticks_; }
    // Inputs of the latest evaluations, for the dry run of a new pack.
    [[nodiscard]] const RecentInputs& recent_inputs() const { return live_.recent_inputs(); }
    // Which version decides; empty before use_rules().
    [[nodiscard]] std::string rule_version() const { return live_.version(); }
    // The version that looks on; null when there is none.
    [[nodiscard]] const RuleTrack* onlooker() const { return onlooker_.get(); }

private:
    void on_event(const MarketEvent& event);
    void on_finding(const Finding& finding, const Window& window);
    void on_tick(std::int64_t now_ns);
    void on_blind(const MarketEvent& event);
    EventPlace place_of(std::uint32_t instrument);

    const InstrumentRegistry& registry_;
    RegistryNames names_;
    DetectorStage detectors_;
    std::unique_ptr<DetectorStage> trial_;
    const std::vector<double> whole_from_usd_;  // by group
    WindowStore windows_;
    std::unique_ptr<VoteStage> voters_;  // null: none
    RuleTrack live_;
    std::unique_ptr<RuleTrack> onlooker_;
    std::vector<EventPlace> places_;  // by instrument
    std::uint64_t events_ = 0;
    std::uint64_t ticks_ = 0;
    std::vector<std::uint64_t> findings_by_type_;  // the radar's place stays empty
};

}  // namespace petrel::core
