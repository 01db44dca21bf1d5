// Stages 5 to 7 under one version of the rules and what comes of its signals, with all that they
// remember.
//
// A shard has one that decides. Beside it there may be another that only looks on: the second
// version of a diff, or the shadow of a running engine. It sees the same findings over the same
// windows, and keeps what it would have sent to itself. Owned by the shard, on its thread; reads no
// clock.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "appropriateness/appropriateness_stage.hpp"
#include "outcome/outcome_tracker.hpp"
#include "score/score_stage.hpp"
#include "script/recent_inputs.hpp"
#include "script/rule_memory.hpp"
#include "script/rule_pack.hpp"
#include "script/rule_vm.hpp"
#include "signal/signal_stage.hpp"
#include "voter/vote_stage.hpp"

namespace petrel::core {

struct TrackOptions {
    MarketSpans spans;
    std::int64_t signal_valid_ns = 7'200 * kNsPerSecond;
    std::map<std::string, std::uint64_t> cooldown_ms;
    OutcomeOptions outcomes;
};

class RuleTrack {
public:
    // `types` are the detectors' finding types; `names` and `sink` outlive the track.
    RuleTrack(const TrackOptions& options, const std::vector<std::string>& types,
              const NameBook& names, SignalSink& sink);
    // Remembers what `other` does, and goes its own way from here on: by the same rules until it is
    // given others.
    RuleTrack(const RuleTrack& other, SignalSink& sink);
    RuleTrack(const RuleTrack&) = delete;
    RuleTrack& operator=(const RuleTrack&) = delete;

    // From the next finding on, this pack decides; what was seen and sent is not forgotten.
    void use_rules(std::shared_ptr<const RulePack> pack, const RuleBudget& budget);
    // The same with a machine of the pack that is there already; gives the one before.
    std::unique_ptr<RuleVm> swap_rules(std::shared_ptr<const RulePack> pack,
                                       std::unique_ptr<RuleVm> machine);
    [[nodiscard]] bool has_rules() const { return rules_ != nullptr; }
    // Their votes are asked for before the rules judge; null: nobody votes. They outlive the track.
    void hear(VoteStage* voters) { voters_ = voters; }
    // Types of findings that a replaced detector brought; they follow those known.
    void add_types(std::span<const std::string> types);
    [[nodiscard]] std::uint32_t radar_type() const { return scores_.radar_type(); }

    // Of one second of event time, at most so many findings are looked at; 0: all.
    void limit_findings(std::uint32_t per_second) { findings_max_ = per_second; }

    void on_finding(const Finding& finding, const Window& window, SymbolNames names);
    void on_tick(std::int64_t now_ns, const WindowStore& windows);

    // Empty before use_rules().
    [[nodiscard]] std::string version() const { return pack_ == nullptr ? "" : pack_->id(); }
    [[nodiscard]] RuleVmFigures rule_figures() const;
    // Inputs of the latest evaluations, for the dry run of a new pack.
    [[nodiscard]] const RecentInputs& recent_inputs() const { return recent_; }
    [[nodiscard]] std::uint64_t skipped() const { return skipped_; }
    [[nodiscard]] std::size_t open_signals() const { return signals_.open(); }
    [[nodiscard]] std::uint64_t admitted() const { return signals_.admitted(); }
    // Symbols whose declared state began anew at a change of rules.
    [[nodiscard]] std::uint64_t state_lost() const { return memory_.lost(); }
    [[nodiscard]] const OutcomeTracker& outcomes() const { return outcomes_; }
    [[nodiscard]] const std::map<std::string, std::uint64_t>& held_by_reason() const {
        return signals_.held_by_reason();
    }

private:
    // Declared state of the symbol goes to the rules before an evaluation, and comes back after it
    // unless a rule failed.
    void recall(std::uint32_t symbol);
    void remember(std::uint32_t symbol, const RuleScore& score);

    ScoreStage scores_;
    AppropriatenessStage appropriateness_;
    SignalStage signals_;
    OutcomeTracker outcomes_;
    SignalSink& sink_;
    VoteStage* voters_ = nullptr;
    std::shared_ptr<const RulePack> pack_;
    std::unique_ptr<RuleVm> rules_;
    Verdict verdict_;
    RecentInputs recent_;
    std::uint32_t findings_max_ = 0;
    std::uint32_t findings_ = 0;  // of this second; counted while there is a limit
    std::uint64_t skipped_ = 0;
    RuleMemory memory_;
};

}  // namespace petrel::core
