// Runs one version of a rule pack: a finding's input to a score, with what the pack's ensemble
// makes of it, and a score to a verdict.
//
// One for each pack version and shard, owned by the shard and used on its thread only. Never throws
// and never stops: when a rule raises, breaks its budget or returns nonsense, the pack's declared
// fallback answers and `fault` says what happened, with file and line.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "script/rule_budget.hpp"
#include "script/rule_io.hpp"
#include "script/rule_manifest.hpp"
#include "script/rule_state.hpp"
#include "script/rule_way.hpp"

namespace petrel::core {

class RulePack;

struct RuleVmFigures {
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;    // calls that the fallback answered
    std::uint64_t fuel_max = 0;  // of one call, as LuaBudget::fuel_used
    std::uint64_t fuel_last = 0;
    std::uint64_t fuel_score = 0;  // of the latest score alone, and of the ensemble after it
    std::uint64_t fuel_ensemble = 0;
    std::string last_fault;  // what the latest error was
    bool proved = false;     // all functions are proved to end, so that no hook meters them
    bool score_proved = false;
    bool judge_proved = false;
    bool ensemble_proved = false;  // also when the pack has none
    std::uint64_t translated = 0;  // calls that ran as a program of the host's, without Lua
    std::uint64_t left = 0;        // that began so and were made once more in Lua
    std::size_t memory_bytes = 0;
};

class RuleVm {
public:
    RuleVm(std::shared_ptr<const RulePack> pack, const RuleManifest& manifest,
           const RuleBudget& budget);
    ~RuleVm();
    RuleVm(const RuleVm&) = delete;
    RuleVm& operator=(const RuleVm&) = delete;

    // score.lua, then ensemble.lua where the pack has one.
    void score(const RuleInput& input, RuleScore& out);
    // The fallback's verdict when the ensemble of the score failed.
    void judge(const RuleInput& input, const RuleScore& score, RuleVerdict& out);

    // State of the symbol that the next calls are about, and what they made of it; a call that
    // fails makes nothing of it. Only of a pack that declares state.
    void set_state(const RuleCells& cells);
    [[nodiscard]] const RuleCells& state() const;

    [[nodiscard]] double active_for_s() const;
    [[nodiscard]] RuleSlot slot_of(std::string_view finding_type) const;
    [[nodiscard]] const RulePack& pack() const;
    [[nodiscard]] RuleVmFigures figures() const;
    // Of score, ensemble and appropriateness: how their calls are made.
    [[nodiscard]] std::array<RuleWay, 3> ways() const;
    // Why the machine could not be built; empty when it runs.
    [[nodiscard]] const std::string& build_fault() const;

private:
    struct Impl;  // holds everything that speaks Lua
    std::unique_ptr<Impl> impl_;
};

}  // namespace petrel::core
