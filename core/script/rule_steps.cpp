// Constants are kept once; what is read of a table that nothing changes is one, too.
#include "script/rule_steps.hpp"

#include <algorithm>
#include <lua.hpp>

#include "script/lua_checks.hpp"
#include "script/lua_obstacle.hpp"
#include "script/lua_value.hpp"
#include "script/rule_places.hpp"
#include "script/rule_trim.hpp"

namespace petrel::core {
namespace {

using Code = RuleProgram::Code;

constexpr std::size_t kStepsMax = 8'192;
constexpr std::size_t kProgramConstantsMax = 4'096;
constexpr const char* kInexact = "an integer beyond 2^53";
constexpr std::size_t kLeavesBytesMax = 200;  // for a few obstacles

}  // namespace

RuleSteps::RuleSteps(lua_State* lua, int kept, const RuleManifest& manifest,
                     const RuleWrites& writes)
    : lua_(lua), kept_(kept), manifest_(manifest), writes_(writes) {
    program_->kept_slot = kept;
    program_->writes = writes;
}

int RuleSteps::keep_top() {
    const auto at = static_cast<lua_Integer>(lua_rawlen(lua_, kept_) + 1);
    lua_pushvalue(lua_, -1);
    lua_rawseti(lua_, kept_, at);
    return static_cast<int>(at);
}

void RuleSteps::add(const RuleProgram::Step& step) {
    if (program_->steps.size() >= kStepsMax) {
        fail("more than 8,192 steps");
    }
    program_->steps.push_back(step);
    goes_on_ = step.goes_on();
}

void RuleSteps::set(std::uint32_t to, RuleProgram::Step step) {
    need(to + 1);
    step.a = static_cast<std::uint16_t>(to);
    overwrite(to);
    add(step);
}

void RuleSteps::overwrite(std::uint32_t place) {
    std::replace(known_.begin(), known_.end(), static_cast<Operand>(place), kUnknown);
    known_[place] = kUnknown;
}

void RuleSteps::move(std::uint32_t to, Operand from) {
    if (from == to) {
        return;
    }
    set(to, {Code::Move, false, 0, from});
    known_[to] = from;
}

void RuleSteps::read(std::uint32_t to, Operand table, Operand key) {
    if (table >= kConstants && key >= kConstants && !failed_) {
        const RuleValue& from = value_of(table);
        RuleValue found;
        if (from.type == RuleType::Constants && !from.constants->may_change &&
            from.constants->read(value_of(key), writes_, found)) {
            return move(to, constant(found));
        }
    }
    if (key >= kConstants && !failed_ && value_of(key).is_text()) {
        set(to, {Code::GetField, false, 0, table, field(key)});
    } else {
        set(to, {Code::GetTable, false, 0, table, key});
    }
}

void RuleSteps::library_call(std::uint32_t first, std::size_t arguments, std::size_t wanted,
                             bool exact) {
    need(first + std::max(arguments + 1, wanted));
    RuleProgram::Step step{Code::Call, exact, static_cast<std::uint16_t>(first),
                           static_cast<std::uint16_t>(arguments),
                           static_cast<std::uint16_t>(wanted)};
    RuleProgram::CheckList checks;
    if (LuaChecks::is_check(lua_, lua_gettop(lua_), checks.first, checks.count)) {
        step.code = exact ? Code::Leave : Code::Checks;
        for (std::uint32_t i = 1; i <= arguments; ++i) {
            checks.places.push_back(operand(first + i));
        }
        step.target = static_cast<std::uint32_t>(program_->checks.size());
        program_->checks.push_back(checks);
    } else {
        step.target = static_cast<std::uint32_t>(keep_top());
    }
    for (std::uint32_t i = 0; i < wanted; ++i) {
        overwrite(first + i);
    }
    add(step);
}

void RuleSteps::note_left(const char* what, int line) {
    if (!std::exchange(left_, false)) {
        return;
    }
    std::string& all = program_->leaves_for;
    const std::string one = (failed_ ? failure_ : what) + place_in_top(lua_, line);
    if (failed_) {
        all = one;
    } else if (all.find(one) == std::string::npos && all.size() < kLeavesBytesMax) {
        all += (all.empty() ? "" : ", ") + one;
    }
}

void RuleSteps::set_target(std::size_t step, std::size_t target) {
    program_->steps[step].target = static_cast<std::uint32_t>(target);
}

void RuleSteps::keep_common(Known& known, const Known& other) {
    known.resize(std::max(known.size(), other.size()), kUnknown);
    for (std::size_t i = 0; i < known.size(); ++i) {
        known[i] = i < other.size() && known[i] == other[i] ? known[i] : kUnknown;
    }
}

void RuleSteps::branch(std::optional<Known>& there, const RuleProgram::Step& step) {
    Known here = known_;
    if (step.code == Code::Test && step.a != step.b) {
        overwrite(step.a);  // where it jumps
        known_[step.a] = step.b;
    }
    if (there) {
        keep_common(*there, known_);
    } else {
        there = known_;
    }
    known_ = std::move(here);
}

void RuleSteps::join(const std::optional<Known>& there) {
    const std::size_t registers = known_.size();
    if (there && goes_on_) {
        keep_common(known_, *there);
    } else if (there) {
        known_ = *there;
    }
    known_.resize(registers, kUnknown);
    goes_on_ = goes_on_ || there.has_value();
}

void RuleSteps::need(std::size_t registers) {
    if (registers > RuleProgram::kRegistersMax) {
        fail("more than 1,024 values at once");
    }
    known_.resize(std::max(known_.size(), registers), kUnknown);
}

RuleSteps::Operand RuleSteps::operand(std::uint32_t place) const {
    return place < known_.size() && known_[place] != kUnknown ? known_[place]
                                                              : static_cast<Operand>(place);
}

RuleSteps::Operand RuleSteps::constant(const RuleValue& value) {
    const auto found = std::find_if(constants_.begin(), constants_.end(),
                                    [&](const RuleValue& known) { return known.is(value); });
    const auto at = static_cast<std::size_t>(found - constants_.begin());
    if (found == constants_.end()) {
        if (at >= kProgramConstantsMax) {
            return fail("more than 4,096 constants");
        }
        constants_.push_back(value);
    }
    return static_cast<Operand>(kConstants + at);
}

RuleSteps::Operand RuleSteps::integer(std::int64_t number) {
    const RuleValue value = RuleValue::of_integer(number);
    return value.is_exact() ? constant(value) : fail(kInexact);
}

RuleSteps::Operand RuleSteps::constant_on_top() { return constant(value_on_top()); }

RuleValue RuleSteps::value_on_top() {
    if (lua_istable(lua_, -1)) {
        RuleValue table;
        table.type = RuleType::Constants;
        table.constants = table_on_top();
        return table;
    }
    const RuleValue value = lua_value(lua_, -1);
    if (value.is_text()) {
        return RuleValue::of_text(*program_->texts.emplace(value.view()).first);
    }
    if (!value.is_exact()) {
        fail(kInexact);
    }
    return value;
}

const RuleConstants* RuleSteps::table_on_top() {
    const void* identity = lua_topointer(lua_, -1);
    const auto found = tables_.find(identity);
    if (found != tables_.end()) {
        return found->second;
    }
    RuleConstants& table = program_->tables.emplace_back();
    table.identity = identity;
    tables_.emplace(identity, &table);
    if (lua_checkstack(lua_, 8) == 0) {
        table.readable = false;
        return &table;
    }
    if (luaL_getmetafield(lua_, -1, "__index") == LUA_TNIL) {
        table.may_change = writes_.computed_names;
        read_entries(table);
        table.kept_at = keep_top();  // no other table gets its address
        return &table;
    }
    // A view of the host's: nothing changes what is behind it, and what is not there raises.
    table.closed = true;
    table.readable = lua_istable(lua_, -1);
    if (table.readable) {
        read_entries(table);
        lua_pop(lua_, 1);
        return &table;
    }
    lua_pop(lua_, 1);
    return &table;
}

// Of the table on top of the stack.
void RuleSteps::read_entries(RuleConstants& table) {
    lua_pushnil(lua_);
    while (lua_next(lua_, -2) != 0) {
        const RuleValue value = value_on_top();
        lua_pop(lua_, 1);
        const int type = lua_type(lua_, -1);
        if (type != LUA_TSTRING && type != LUA_TNUMBER) {
            table.readable = false;
            continue;
        }
        const RuleValue key = value_on_top();
        table.entries.push_back({key, value});
        const bool changes = key.is_text() ? writes_.names.contains(key.view()) : writes_.elements;
        table.may_change = table.may_change || (changes && !table.closed);
    }
}

std::uint16_t RuleSteps::field(Operand name) {
    if (failed_ || !value_of(name).is_text()) {
        return fail();
    }
    const RuleValue& key = value_of(name);
    const auto found =
        std::find_if(program_->fields.begin(), program_->fields.end(),
                     [&](const RuleProgram::Field& field) { return field.key.is(key); });
    const auto at = static_cast<std::size_t>(found - program_->fields.begin());
    if (found == program_->fields.end()) {
        program_->fields.push_back({key, places_of(key.view(), manifest_)});
    }
    return static_cast<std::uint16_t>(at);
}

std::unique_ptr<RuleProgram> RuleSteps::take() {
    if (failed_) {
        return nullptr;
    }
    program_->registers = known_.size();
    const auto place = [&](std::uint16_t& operand) {
        if (operand >= kConstants) {
            operand = static_cast<std::uint16_t>(program_->registers + operand - kConstants);
        }
    };
    for (RuleProgram::Step& step : program_->steps) {
        place(step.a);
        place(step.b);
        place(step.c);
    }
    for (RuleProgram::CheckList& list : program_->checks) {
        std::for_each(list.places.begin(), list.places.end(), place);
    }
    program_->values.resize(program_->registers);
    program_->values.insert(program_->values.end(), constants_.begin(), constants_.end());
    trim(*program_);
    return std::move(program_);
}

}  // namespace petrel::core
