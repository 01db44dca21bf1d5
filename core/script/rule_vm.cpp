// The hot path of the rules: run the program of a function, or fill, call and read in Lua. In
// steady state it allocates nothing on the C++ side.
#include "script/rule_vm.hpp"

#include <algorithm>
#include <array>
#include <lua.hpp>

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
#include "script/rule_function.hpp"
#include "script/rule_pack.hpp"

namespace petrel::core {
namespace {

constexpr int kScoreResults = 5;
constexpr int kEnsembleResults = 2;
constexpr std::array kScoreArguments{RuleHostTable::Input, RuleHostTable::Terms};
constexpr std::array kEnsembleArguments{RuleHostTable::Input, RuleHostTable::Score,
                                        RuleHostTable::Votes, RuleHostTable::Weights,
                                        RuleHostTable::Parts};
constexpr std::array kJudgeArguments{RuleHostTable::Input, RuleHostTable::Score};

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
        const auto find = [&](const char* module, const char* name, RuleFunction& function) {
            if (status) {
                status = push_module_function(state, module, name);
                function.set_slot(lua_gettop(lua));
            }
            if (status) {
                status = find_kept_writes(lua, function.slot());
            }
        };
        find("score", "score", score);
        find("appropriateness", "judge", judge);
        if (pack->sources().find("ensemble.lua") != nullptr) {
            find("ensemble", "vote", ensemble);
        }
        if (status) {
            voters.build(lua, manifest);
            const auto may_write = [rules = pack.get()](std::string_view field) {
                return rules->may_write(field);
            };
            score_input.build(lua, voters, may_write);
            judge_input.build(lua, voters, may_write);
            terms.build(lua);
            prove(manifest);
        }
        return status;
    }

    void prove(const RuleManifest& manifest) {
        luaL_checkstack(lua, LUA_MINSTACK, "translating rules");
        lua_newtable(lua);
        const int kept = lua_gettop(lua);
        const RuleRun::Scene scene{&state, &terms, &voters, &checks};
        score.prove(scene, kScoreArguments.size(), kept, manifest, pack->writes());
        judge.prove(scene, kJudgeArguments.size(), kept, manifest, pack->writes());
        ensemble.prove(scene, kEnsembleArguments.size(), kept, manifest, pack->writes());
    }

    // After a call: takes the fault, counts, and leaves the stack as it was.
    std::string fail(const std::string& fault) {
        ++figures.errors;
        memory.roll_back();
        lua_settop(lua, base);
        figures.last_fault = pack->id() + " " + explain_nil(fault);
        return figures.last_fault;
    }

    // The state as the call will find it, for the record.
    void tell_state(std::vector<RuleTerm>& told) const {
        const std::vector<RuleStateKey>& keys = pack->manifest().state.keys;
        told.resize(keys.size());
        for (std::size_t i = 0; i < keys.size(); ++i) {
            told[i].name.assign(keys[i].name);
            told[i].value = memory.cells()[i];
        }
    }

    // An evaluation by score or judge begins.
    void begin(const RuleInput& input) {
        window.begin(input.window);
        if (memory.declared()) {
            memory.begin();
        }
    }

    // What a call writes begins empty.
    void clear_written(const RuleFunction& function) {
        if (&function == &score) {
            terms.begin();
        } else if (&function == &ensemble) {
            voters.begin();
        } else {
            checks.begin();
        }
    }

    // The program of the function. False: there is none, or Lua decides; then nothing has happened.
    bool run_program(RuleFunction& function, const RuleInput& input, const ScoreView* view,
                     std::span<const RuleHostTable> arguments) {
        const RuleCells cells = memory.declared() ? memory.cells() : RuleCells{};
        bool left = false;
        if (function.run(input, view, arguments, left)) {
            values = function.results();
            ++figures.translated;
            return true;
        }
        if (left) {
            ++figures.left;
            memory.set(memory.declared() ? cells : memory.cells());
            clear_written(function);
        }
        return false;
    }

    // After a call in Lua, which may have changed what programs hold as constants.
    void look_at_tables() {
        if (!score.holds() || !judge.holds() || !ensemble.holds()) {
            score.drop_program();
            judge.drop_program();
            ensemble.drop_program();
        }
    }

    int slot_of(RuleHostTable table, const LuaInput& tables) const {
        switch (table) {
            case RuleHostTable::Input:
                return tables.input_slot();
            case RuleHostTable::Score:
                return tables.score_slot();
            case RuleHostTable::Terms:
                return terms.slot();
            case RuleHostTable::Votes:
                return voters.votes_slot();
            case RuleHostTable::Weights:
                return voters.weights_slot();
            default:
                return voters.parts_slot();
        }
    }

    // Calls the function, as a program or in Lua. True: `values` has the results until the next
    // call. False: the state has the fault.
    bool call(RuleFunction& function, const RuleInput& input, const ScoreView* view,
              std::span<const RuleHostTable> arguments, int wanted) {
        voters.begin_input(input);
        clear_written(function);
        bool good = run_program(function, input, view, arguments);
        if (!good) {
            LuaInput& tables = &function == &judge ? judge_input : score_input;
            const bool filled = &function == &ensemble && score_filled;
            filled ? tables.refill(lua, input) : tables.fill(lua, input);
            if (view != nullptr) {
                tables.fill_score(lua, *view);
            }
            lua_settop(lua, base);
            lua_pushvalue(lua, function.slot());
            for (const RuleHostTable table : arguments) {
                lua_pushvalue(lua, slot_of(table, tables));
            }
            good = state.call(static_cast<int>(arguments.size()), wanted, function.bound());
            tables.forget();
            values = good ? results.from_stack(base + 1) : std::span<const RuleValue>{};
            score_filled = &function == &score;
            look_at_tables();
        }
        checks.end();
        voters.forget_input();
        ++figures.calls;
        figures.fuel_last = state.budget().fuel_used();
        figures.fuel_max = std::max(figures.fuel_max, figures.fuel_last);
        return good;
    }

    // After a good score, by the same input.
    void run_ensemble(const RuleInput& input, RuleScore& out) {
        RuleEnsemble& told = out.ensemble;
        const ScoreView view{out.total, out.pattern, out.strength, out.pressure, out.volatility,
                             -1,        -1};
        bool good = call(ensemble, input, &view, kEnsembleArguments, kEnsembleResults);
        figures.fuel_ensemble = figures.fuel_last;
        told.ran = true;
        if (!good) {
            out.fault = fail(state.take_fault());
        } else if (!LuaResults::read_ensemble(values, told, scratch)) {
            good = false;
            out.fault = fail(scratch);
        }
        if (good) {
            voters.take(told);
        } else {
            clear(told);
            told.failed = true;
        }
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
    RuleFunction score;
    RuleFunction judge;
    RuleFunction ensemble;
    bool score_filled = false;          // the tables of the score have the input of this evaluation
    std::span<const RuleValue> values;  // of the latest call
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
        vm.begin(input);
        vm.tell_state(out.state);
        vm.score_filled = false;
        good = vm.call(vm.score, input, nullptr, kScoreArguments, kScoreResults);
        vm.figures.fuel_score = vm.figures.fuel_last;
        if (!good) {
            out.fault = vm.fail(vm.state.take_fault());
        } else if (!vm.results.read_score(vm.values, out, vm.scratch)) {
            good = false;
            out.fault = vm.fail(vm.scratch);
        } else {
            vm.terms.take(out.terms);
        }
        if (good && vm.ensemble.there()) {
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
        vm.begin(input);
        good = vm.call(vm.judge, input, &view, kJudgeArguments, LUA_MULTRET);
        if (!good) {
            out.fault = vm.fail(vm.state.take_fault());
        } else if (!vm.results.read_verdict(vm.values, out, vm.scratch)) {
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
    figures.score_proved = impl_->score.bound() != kUnbounded;
    figures.judge_proved = impl_->judge.bound() != kUnbounded;
    figures.ensemble_proved = impl_->ensemble.bound() != kUnbounded;
    figures.proved = figures.score_proved && figures.judge_proved && figures.ensemble_proved;
    figures.memory_bytes = impl_->state.budget().memory_bytes();
    return figures;
}

std::array<RuleWay, 3> RuleVm::ways() const {
    return {impl_->score.way(), impl_->ensemble.way(), impl_->judge.way()};
}

const std::string& RuleVm::build_fault() const { return impl_->build_fault; }

}  // namespace petrel::core
