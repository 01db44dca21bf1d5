// What a program reads and writes of the host's, and its calls into Lua's library.
#include <cmath>
#include <lua.hpp>

#include "script/lua_checks.hpp"
#include "script/lua_state.hpp"
#include "script/lua_terms.hpp"
#include "script/lua_value.hpp"
#include "script/lua_voters.hpp"
#include "script/rule_run.hpp"

namespace petrel::core {
namespace {

using Step = RuleProgram::Step;
using Place = RuleProgram::Place;
using Form = Place::Form;

// For a function of Lua's library; false where it is no plain value.
bool push_value(lua_State* lua, const RuleValue& value) {
    switch (value.type) {
        case RuleType::Nil:
            lua_pushnil(lua);
            return true;
        case RuleType::False:
        case RuleType::True:
            lua_pushboolean(lua, value.holds() ? 1 : 0);
            return true;
        case RuleType::Text:
            lua_pushlstring(lua, value.text, value.size);
            return true;
        case RuleType::Float:
            lua_pushnumber(lua, value.number);
            return true;
        case RuleType::Integer:
            lua_pushinteger(lua, static_cast<lua_Integer>(value.number));
            return true;
        default:
            lua_pushnil(lua);
            return false;
    }
}

// What such a function gave. Its texts are gone with the stack, so that they are Lua's own matter.
bool read_value(lua_State* lua, int slot, RuleValue& out) {
    out = lua_value(lua, slot);
    return !out.is_text() && out.type != RuleType::Other && out.is_exact();
}

}  // namespace

bool RuleRun::holds() const {
    lua_State* lua = scene_.state->raw();
    bool same = lua_checkstack(lua, LUA_MINSTACK) != 0;
    for (const RuleConstants& table : program_->tables) {
        if (same && table.may_change && table.readable) {
            lua_rawgeti(lua, program_->kept_slot, table.kept_at);
            same = table.is_top(lua);
            lua_pop(lua, 1);
        }
    }
    return same;
}

bool RuleRun::get_field(const Step& step) {
    RuleValue* const values = program_->values.data();
    const RuleValue table = values[step.b];
    const RuleProgram::Field& field = program_->fields[step.c];
    if (table.type == RuleType::Constants) {
        return table.constants->read(field.key, program_->writes, values[step.a]);
    }
    if (table.type != RuleType::Host) {
        return false;
    }
    if (static_cast<RuleHostTable>(table.size) == RuleHostTable::Terms) {
        const double* term = scene_.terms->written(field.key.view());
        values[step.a] = term != nullptr ? RuleValue::of_number(*term) : RuleValue();
        return true;
    }
    const Place place = field.places[table.size];
    switch (place.form) {
        case Form::Text:
            values[step.a] = RuleValue::of_text(place.read<std::string_view>(table.host));
            return true;
        case Form::Flag:
            values[step.a] = RuleValue::of_flag(place.read<bool>(table.host));
            return true;
        case Form::Link:
            values[step.a] = link(static_cast<RuleLink>(place.at));
            return true;
        case Form::Cell:
            return read_cell(static_cast<RuleHostTable>(table.size), place.at, values[step.a]);
        default:
            return false;
    }
}

RuleValue RuleRun::link(RuleLink link) const {
    const RuleInput& input = *scene_.input;
    const auto finding = [](const RuleFinding& found) {
        RuleValue value;
        if (found.present) {
            value.type = RuleType::Host;
            value.size = static_cast<std::uint32_t>(RuleHostTable::Finding);
            value.host = &found;
        }
        return value;
    };
    RuleValue value;
    switch (link) {
        case RuleLink::Finding:
            return finding(input.finding);
        case RuleLink::Storm:
            return finding(input.storm);
        case RuleLink::Cluster:
            return finding(input.cluster);
        case RuleLink::Market:
            value = host(RuleHostTable::Market);
            value.host = &input.market;
            return value;
        case RuleLink::History:
            value = host(RuleHostTable::History);
            value.host = &input.history;
            return value;
        case RuleLink::Votes:
            return host(RuleHostTable::PluginVotes);
        default:
            return host(RuleHostTable::Accuracy);
    }
}

bool RuleRun::read_cell(RuleHostTable table, std::size_t cell, RuleValue& out) const {
    if (table == RuleHostTable::Accuracy) {
        out = RuleValue::of_number(scene_.voters->accuracy(cell));
        return true;
    }
    if (table == RuleHostTable::PluginVotes) {
        const RuleVote* vote = scene_.voters->plugin_vote(cell);
        out = vote == nullptr ? RuleValue() : RuleValue::of_number(vote->vote);
        return true;
    }
    return false;
}

bool RuleRun::get_table(const Step& step) {
    RuleValue* const values = program_->values.data();
    const RuleValue& table = values[step.b];
    return table.type == RuleType::Constants &&
           table.constants->read(values[step.c], program_->writes, values[step.a]);
}

bool RuleRun::set_field(const Step& step) {
    const RuleValue* const values = program_->values.data();
    const RuleValue& table = values[step.a];
    const RuleValue& value = values[step.c];
    const RuleProgram::Field& field = program_->fields[step.b];
    if (table.type != RuleType::Host || (!value.is_number() && value.type != RuleType::Nil)) {
        return false;
    }
    const double number = value.is_number() ? value.number : NAN;
    const Place place = field.places[table.size];
    const auto put = [&](LuaVoters::Kind kind) {
        return place.form == Form::Cell &&
               scene_.voters->put(kind, place.at, number, value.is_number());
    };
    switch (static_cast<RuleHostTable>(table.size)) {
        case RuleHostTable::Terms:
            return scene_.terms->put(field.key.view(), number);
        case RuleHostTable::Votes:
            return put(LuaVoters::kVotes);
        case RuleHostTable::Weights:
            return put(LuaVoters::kWeights);
        case RuleHostTable::Parts:
            return put(LuaVoters::kParts);
        default:
            return false;
    }
}

bool RuleRun::concat(const Step& step) {
    RuleValue* const values = program_->values.data();
    const std::size_t from = text_used_;
    for (std::size_t i = 0; i < step.b; ++i) {
        const RuleValue& part = values[step.a + i];
        if (!part.is_text() || part.size > text_.size() - text_used_) {
            return false;
        }
        text_used_ += part.view().copy(text_.data() + text_used_, part.size);
    }
    values[step.a] = RuleValue::of_text({text_.data() + from, text_used_ - from});
    return true;
}

bool RuleRun::check(const Step& step) {
    const RuleProgram::CheckList& list = program_->checks[step.target];
    RuleValue* const values = program_->values.data();
    return list.places.size() == 2 * list.count &&
           scene_.state->budget().pay(LuaChecks::cost_of(list.count)) &&
           scene_.checks->make(list.first, values, list.places, {values + step.a, step.c});
}

bool RuleRun::call(const Step& step) {
    lua_State* lua = scene_.state->raw();
    if (lua_checkstack(lua, step.b + LUA_MINSTACK) == 0) {
        return false;
    }
    RuleValue* const from = program_->values.data() + step.a;
    const int before = lua_gettop(lua);
    lua_rawgeti(lua, program_->kept_slot, step.target);
    bool sure = true;
    for (std::size_t i = 1; i <= step.b; ++i) {
        sure = push_value(lua, from[i]) && sure;
    }
    sure = sure && scene_.state->call_library(step.b, step.expected ? LUA_MULTRET : step.c) &&
           (!step.expected || lua_gettop(lua) == before + step.c);
    for (int i = 0; sure && i < step.c; ++i) {
        sure = read_value(lua, before + 1 + i, from[i]);
    }
    lua_settop(lua, before);
    return sure;
}

}  // namespace petrel::core
