// The hot path of the rules: fill, call, read. In steady state it allocates nothing on the C++
// side.
#include "script/rule_vm.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <lua.hpp>

#include "observe/clean_text.hpp"
#include "script/lua_bound.hpp"
#include "script/lua_input.hpp"
#include "script/lua_kept.hpp"
#include "script/lua_memory.hpp"
#include "script/lua_modules.hpp"
#include "script/lua_state.hpp"
#include "script/lua_terms.hpp"
#include "script/lua_window.hpp"
#include "script/rule_note.hpp"
#include "script/rule_pack.hpp"

namespace petrel::core {
namespace {

constexpr double kScoreMax = 100;
constexpr std::size_t kWordBytesMax = 40;
constexpr int kScoreResults = 5;
constexpr std::size_t kReasonsMax = 8;
constexpr std::size_t kNoteBytesMax = 400;
constexpr std::size_t kNoteNumbersMax = 8;
constexpr std::array<std::string_view, 4> kStrengths{"weak", "moderate", "strong", "extreme"};
constexpr std::array<std::string_view, 3> kPressures{"bullish", "bearish", "neutral"};
constexpr std::array<std::string_view, 4> kVolatilities{"low", "medium", "high", "extreme"};

bool is_word(std::string_view text) {
    if (text.empty() || text.size() > kWordBytesMax) {
        return false;
    }
    bool good = true;
    for (const char c : text) {
        good &= (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
    return good;
}

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
    for (const std::string_view word : words) {
        if (text == word) {
            return true;
        }
    }
    return false;
}

// Most notes are, so that few have to be cleaned. Without a branch a byte, for speed.
bool is_plain(std::string_view text) {
    bool plain = true;
    for (const char c : text) {
        plain &= c >= ' ' && c <= '~';
    }
    return plain;
}

// Borrowed from the stack slot; "" when it is no text.
std::string_view text_at(lua_State* lua, int slot) {
    if (lua_type(lua, slot) != LUA_TSTRING) {
        return {};
    }
    std::size_t bytes = 0;
    const char* text = lua_tolstring(lua, slot, &bytes);
    return {text, bytes};
}

// How a wrong value is shown in a fault.
std::string shown(lua_State* lua, int slot) {
    switch (lua_type(lua, slot)) {
        case LUA_TSTRING:
            return "'" + clean_text(text_at(lua, slot), kWordBytesMax) + "'";
        case LUA_TNUMBER:
            return std::to_string(lua_tonumber(lua, slot));
        case LUA_TNONE:
            return "nothing";
        default:
            return luaL_typename(lua, slot);
    }
}

// Lua says "attempt to index a nil value (local 'cluster')"; say when that happens and what to do.
std::string explain_nil(const std::string& fault) {
    const std::size_t at = fault.find("attempt to index a nil value (");
    if (at == std::string::npos) {
        return fault;
    }
    struct Slot {
        std::string_view name;
        std::string_view when;
    };
    constexpr std::array<Slot, 3> slots{{{"storm", "no storm is active"},
                                         {"cluster", "no cluster is active"},
                                         {"finding", "nothing new was found"}}};
    for (const Slot& slot : slots) {
        const std::string name(slot.name);
        if (fault.find(" '" + name + "')", at) != std::string::npos) {
            return fault.substr(0, at) + "input." + name + " is nil when " +
                   std::string(slot.when) + ". Guard it: if input." + name + " then ... end";
        }
    }
    return fault;
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
        Status status = install_modules(state, pack->sources(), manifest);
        if (status) {
            status = push_module_function(state, "score", "score");
        }
        score_function = lua_gettop(lua);
        if (status) {
            status = push_module_function(state, "appropriateness", "judge");
        }
        judge_function = lua_gettop(lua);
        if (status) {
            status = find_kept_writes(lua, score_function);
        }
        if (status) {
            status = find_kept_writes(lua, judge_function);
        }
        if (status) {
            score_bound = step_bound(lua, score_function);
            judge_bound = step_bound(lua, judge_function);
            const auto may_write = [rules = pack.get()](std::string_view field) {
                return rules->may_write(field);
            };
            score_input.build(lua, may_write);
            judge_input.build(lua, may_write);
            terms.build(lua);
        }
        return status;
    }

    bool read_score(RuleScore& out, std::string& fault) {
        const int at = base + 1;
        out.total = lua_tonumber(lua, at);
        if (lua_type(lua, at) != LUA_TNUMBER || !std::isfinite(out.total) || out.total < 0 ||
            out.total > kScoreMax) {
            fault = "score.lua: returned " + shown(lua, at) + " as total, expected 0 to 100";
            return false;
        }
        const std::string_view pattern = text_at(lua, at + 1);
        const std::string_view strength = text_at(lua, at + 2);
        const std::string_view pressure = text_at(lua, at + 3);
        const std::string_view volatility = text_at(lua, at + 4);
        const bool good = (pattern == known_pattern || is_word(pattern)) &&
                          is_one_of(strength, kStrengths) && is_one_of(pressure, kPressures) &&
                          is_one_of(volatility, kVolatilities);
        if (!good) {
            fault = "score.lua: returned pattern " + shown(lua, at + 1) + ", strength " +
                    shown(lua, at + 2) + ", pressure " + shown(lua, at + 3) + ", volatility " +
                    shown(lua, at + 4) +
                    "; expected a word, weak|moderate|strong|extreme, bullish|bearish|neutral, "
                    "low|medium|high|extreme";
            return false;
        }
        out.pattern.assign(pattern);
        known_pattern.assign(pattern);
        out.strength.assign(strength);
        out.pressure.assign(pressure);
        out.volatility.assign(volatility);
        terms.take(out.terms);
        return true;
    }

    bool read_reasons(std::string_view list, RuleVerdict& out) {
        std::size_t count = 0;
        while (!list.empty() && count < kReasonsMax) {
            const std::size_t comma = list.find(',');
            const std::string_view reason = list.substr(0, comma);
            if (!is_word(reason)) {
                return false;
            }
            if (count == out.reasons.size()) {
                out.reasons.emplace_back();
            }
            out.reasons[count++].assign(reason);
            list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
        }
        out.reasons.resize(count);
        return count > 0 && list.empty();
    }

    bool read_verdict(RuleVerdict& out, std::string& fault) {
        const int at = base + 1;
        if (!decision_of(text_at(lua, at), out.decision)) {
            fault = "appropriateness.lua: returned " + shown(lua, at) +
                    " as decision, expected send, hold or update";
            return false;
        }
        if (!read_reasons(text_at(lua, at + 1), out)) {
            fault = "appropriateness.lua: returned " + shown(lua, at + 1) +
                    " as reasons, expected one to eight names with commas between";
            return false;
        }
        const std::string_view note = text_at(lua, at + 2);
        if (note.size() > kNoteBytesMax) {
            fault = "appropriateness.lua: the note has more than 400 characters";
            return false;
        }
        std::array<double, kNoteNumbersMax> numbers{};
        std::size_t count = 0;
        for (int slot = at + 3; slot <= lua_gettop(lua) && count < numbers.size(); ++slot) {
            numbers[count++] = lua_tonumber(lua, slot);
        }
        write_note(note, {numbers.data(), count}, out.note);
        if (!is_plain(note)) {
            out.note = clean_text(out.note);
        }
        return true;
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

    void count_call() {
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
    LuaWindow window;
    LuaMemory memory;
    int score_function = 0;
    int judge_function = 0;
    std::uint64_t score_bound = kUnbounded;
    std::uint64_t judge_bound = kUnbounded;
    int base = 0;
    RuleVmFigures figures;
    std::string build_fault;
    std::string scratch;
    std::string known_pattern = "single";  // the latest one that was found to be a word
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
        vm.count_call();
        if (!good) {
            out.fault = vm.fail(vm.state.take_fault());
        } else if (!vm.read_score(out, vm.scratch)) {
            good = false;
            out.fault = vm.fail(vm.scratch);
        }
        vm.window.take(out.asked);
        lua_settop(vm.lua, vm.base);
    }
    if (!good) {
        out.total = vm.fallback.score;
        out.pattern = "fallback";
        out.strength = "weak";
        out.pressure = "neutral";
        out.volatility = "low";
        out.terms.clear();
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
    } else {
        const ScoreView view{score.total, score.pattern, score.strength, score.pressure,
                             score.volatility};
        vm.begin_call(input);
        vm.judge_input.fill(vm.lua, input);
        vm.judge_input.fill_score(vm.lua, view);
        lua_pushvalue(vm.lua, vm.judge_function);
        lua_pushvalue(vm.lua, vm.judge_input.input_slot());
        lua_pushvalue(vm.lua, vm.judge_input.score_slot());
        good = vm.state.call(2, LUA_MULTRET, vm.judge_bound);
        vm.judge_input.forget();
        vm.count_call();
        if (!good) {
            out.fault = vm.fail(vm.state.take_fault());
        } else if (!vm.read_verdict(out, vm.scratch)) {
            good = false;
            out.fault = vm.fail(vm.scratch);
        }
        vm.window.take(out.asked);
        lua_settop(vm.lua, vm.base);
    }
    if (!good) {
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
    figures.proved = figures.score_proved && figures.judge_proved;
    figures.memory_bytes = impl_->state.budget().memory_bytes();
    return figures;
}

const std::string& RuleVm::build_fault() const { return impl_->build_fault; }

}  // namespace petrel::core
