// The hot path of the rules: fill, call, read. In steady state it allocates nothing on the C++
// side.
#include "script/rule_vm.hpp"

#include <algorithm>
#include <lua.hpp>

#include "script/lua_bound.hpp"
#include "script/lua_checks.hpp"
#include "script/lua_input.hpp"
#include "script/lua_kept.hpp"
#include "script/lua_memory.hpp"
#include "script/lua_modules.hpp"
#include "script/lua_results.hpp"
#include "script/lua_state.hpp"
#include "script/lua_terms.hpp"
#include "script/lua_voters.hpp"
#include "script/lua_window.hpp"
#include "script/rule_pack.hpp"

namespace petrel::core {
namespace {

constexpr int kScoreResults = 5;
constexpr int kEnsembleResults = 2;

// What stands in for a score that failed.
void set_fallback(const RuleFallback& fallback, RuleScore& out) {
    out.total = fallback.score;
    out.pattern = "fallback";
    out.strength = "weak";
    out.pressure = "neutral";
    out.volatility = "low";
    out.terms.clear();
}

// As of a pack without an ensemble.
void clear(RuleEnsemble& ensemble) {
    ensemble.ran = false;
    ensemble.failed = false;
    ensemble.confidence = -1;
    ensemble.health = -1;
    ensemble.votes.clear();
    ensemble.parts.clear();
}

}  // namespace

struct RuleVm::Impl {
    Impl(std::shared_ptr<const RulePack> owner, const RuleManifest& declared,
         const RuleBudget& budget)
        : pack(std::move(owner)), fallback(declared.fallback), state(budget) {
        const Status status = build(declared);
        if (!status) {
            build_fault = pack->id() + " " + status.message();
        }
        base = lua_gettop(lua);
    }

    Status build(const RuleManifest& manifest) {
        window.install(lua);
        memory.install(lua, pack->manifest().state);
        checks.install(lua);
        Status status = install_modules(state, pack->sources(), manifest);
        if (status) {
            status = push_module_function(state, "score", "score");
        }
        score_function = lua_gettop(lua);
        if (status) {
            status = push_module_function(state, "appropriateness", "judge");
        }
        judge_function = lua_gettop(lua);
        if (status && pack->sources().find("ensemble.lua") != nullptr) {
            status = push_module_function(state, "ensemble", "vote");
            ensemble_function = lua_gettop(lua);
        }
        for (const int function : {score_function, judge_function, ensemble_function}) {
            if (status && function != 0) {
                status = find_kept_writes(lua, function);
            }
        }
        if (status) {
            score_bound = step_bound(lua, score_function);
            judge_bound = step_bound(lua, judge_function);
            ensemble_bound = ensemble_function == 0 ? 0 : step_bound(lua, ensemble_function);
            voters.build(lua, manifest);
            const auto may_write = [rules = pack.get()](std::string_view field) {
                return rules->may_write(field);
            };
            score_input.build(lua, voters, may_write);
            judge_input.build(lua, voters, may_write);
            terms.build(lua);
        }
        return status;
    }

    // After a call: takes the fault, counts, and leaves the stack as it was.
    std::string fail(const std::string& fault) {
        ++figures.errors;
        memory.roll_back();
        lua_settop(lua, base);
        figures.last_fault = pack->id() + " " + explain_nil(fault);
        return figures.last_fault;
    }

    void begin_call(const RuleInput& input) {
        voters.begin_input(input);
        window.begin(input.window);
        if (memory.declared()) {
            memory.begin();
        }
    }

    // The state as the call will find it, for the record.
    void tell_state(std::vector<RuleTerm>& values) const {
        const std::vector<RuleStateKey>& keys = pack->manifest().state.keys;
        values.resize(keys.size());
        for (std::size_t i = 0; i < keys.size(); ++i) {
            values[i].name.assign(keys[i].name);
            values[i].value = memory.cells()[i];
        }
    }

    // After a good score, by the same input.
    void run_ensemble(const RuleInput& input, RuleScore& out) {
        RuleEnsemble& ensemble = out.ensemble;
        const ScoreView view{out.total, out.pattern, out.strength, out.pressure, out.volatility,
                             -1,        -1};
        voters.begin();
        voters.begin_input(input);
        score_input.refill(lua, input);
        score_input.fill_score(lua, view);
        lua_settop(lua, base);
        lua_pushvalue(lua, ensemble_function);
        for (const int slot : {score_input.input_slot(), score_input.score_slot(),
                               voters.votes_slot(), voters.weights_slot(), voters.parts_slot()}) {
            lua_pushvalue(lua, slot);
        }
        bool good = state.call(5, kEnsembleResults, ensemble_bound);
        score_input.forget();
        end_call();
        figures.fuel_ensemble = figures.fuel_last;
        ensemble.ran = true;
        if (!good) {
            out.fault = fail(state.take_fault());
        } else if (!results.read_ensemble(base + 1, ensemble, scratch)) {
            good = false;
            out.fault = fail(scratch);
        }
        if (good) {
            voters.take(ensemble);
        } else {
            clear(ensemble);
            ensemble.failed = true;
        }
    }

    void end_call() {
        voters.forget_input();
        ++figures.calls;
        figures.fuel_last = state.budget().fuel_used();
        figures.fuel_max = std::max(figures.fuel_max, figures.fuel_last);
    }

    // Shared with the catalog: the version must outlive the machine that runs it.
    std::shared_ptr<const RulePack> pack;
    RuleFallback fallback;
    LuaState state;
    lua_State* lua = state.raw();
    LuaInput score_input;
    LuaInput judge_input;
    LuaTerms terms;
    LuaVoters voters;
    LuaResults results{lua};
    LuaWindow window;
    LuaMemory memory;
    LuaChecks checks;
    int score_function = 0;
    int judge_function = 0;
    int ensemble_function = 0;  // 0: the pack has none
    std::uint64_t score_bound = kUnbounded;
    std::uint64_t judge_bound = kUnbounded;
    std::uint64_t ensemble_bound = kUnbounded;
    int base = 0;
    RuleVmFigures figures;
    std::string build_fault;
    std::string scratch;
};

RuleVm::RuleVm(std::shared_ptr<const RulePack> pack, const RuleManifest& manifest,
               const RuleBudget& budget)
    : impl_(std::make_unique<Impl>(std::move(pack), manifest, budget)) {}

RuleVm::~RuleVm() = default;

void RuleVm::score(const RuleInput& input, RuleScore& out) {
    Impl& vm = *impl_;
    bool good = vm.build_fault.empty();
    out.fault.clear();
    if (!good) {
        ++vm.figures.errors;
        out.fault = vm.build_fault;
        out.asked.clear();
    } else {
        vm.terms.begin();
        vm.begin_call(input);
        vm.tell_state(out.state);
        vm.score_input.fill(vm.lua, input);
        lua_pushvalue(vm.lua, vm.score_function);
        lua_pushvalue(vm.lua, vm.score_input.input_slot());
        lua_pushvalue(vm.lua, vm.terms.slot());
        good = vm.state.call(2, kScoreResults, vm.score_bound);
        vm.score_input.forget();
        vm.end_call();
        vm.figures.fuel_score = vm.figures.fuel_last;
        if (!good) {
            out.fault = vm.fail(vm.state.take_fault());
        } else if (!vm.results.read_score(vm.base + 1, out, vm.scratch)) {
            good = false;
            out.fault = vm.fail(vm.scratch);
        } else {
            vm.terms.take(out.terms);
        }
        if (good && vm.ensemble_function != 0) {
            vm.run_ensemble(input, out);
        } else {
            clear(out.ensemble);
        }
        vm.window.take(out.asked);
        lua_settop(vm.lua, vm.base);
    }
    if (!good) {
        set_fallback(vm.fallback, out);
        clear(out.ensemble);
    }
}

void RuleVm::judge(const RuleInput& input, const RuleScore& score, RuleVerdict& out) {
    Impl& vm = *impl_;
    bool good = vm.build_fault.empty();
    out.fault.clear();
    if (!good) {
        ++vm.figures.errors;
        out.fault = vm.build_fault;
        out.asked.clear();
    } else if (score.ensemble.failed) {
        good = false;  // told and counted there
        out.asked.clear();
    } else {
        const ScoreView view{score.total,          score.pattern,    score.strength,
                             score.pressure,       score.volatility, score.ensemble.confidence,
                             score.ensemble.health};
        vm.begin_call(input);
        vm.checks.begin();
        vm.judge_input.fill(vm.lua, input);
        vm.judge_input.fill_score(vm.lua, view);
        lua_pushvalue(vm.lua, vm.judge_function);
        lua_pushvalue(vm.lua, vm.judge_input.input_slot());
        lua_pushvalue(vm.lua, vm.judge_input.score_slot());
        good = vm.state.call(2, LUA_MULTRET, vm.judge_bound);
        vm.checks.end();
        vm.judge_input.forget();
        vm.end_call();
        if (!good) {
            out.fault = vm.fail(vm.state.take_fault());
        } else if (!vm.results.read_verdict(vm.base + 1, out, vm.scratch)) {
            good = false;
            out.fault = vm.fail(vm.scratch);
        }
        vm.window.take(out.asked);
        vm.checks.take(out.checks);
        lua_settop(vm.lua, vm.base);
    }
    if (!good) {
        out.checks.clear();
        out.decision = vm.fallback.decision;
        out.reasons.assign(1, vm.fallback.reason);
        out.note = "The rule failed; the pack's fallback decides.";
    }
}

void RuleVm::set_state(const RuleCells& cells) { impl_->memory.set(cells); }

const RuleCells& RuleVm::state() const { return impl_->memory.cells(); }

double RuleVm::active_for_s() const { return impl_->pack->active_for_s(); }

RuleSlot RuleVm::slot_of(std::string_view finding_type) const {
    return impl_->pack->slot_of(finding_type);
}

const RulePack& RuleVm::pack() const { return *impl_->pack; }

RuleVmFigures RuleVm::figures() const {
    RuleVmFigures figures = impl_->figures;
    figures.score_proved = impl_->score_bound != kUnbounded;
    figures.judge_proved = impl_->judge_bound != kUnbounded;
    figures.ensemble_proved = impl_->ensemble_bound != kUnbounded;
    figures.proved = figures.score_proved && figures.judge_proved && figures.ensemble_proved;
    figures.memory_bytes = impl_->state.budget().memory_bytes();
    return figures;
}

const std::string& RuleVm::build_fault() const { return impl_->build_fault; }

}  // namespace petrel::core
