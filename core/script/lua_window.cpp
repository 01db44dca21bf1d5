// One C function for all figures; which one it is lies beside it. Nothing here has a destructor
// when it raises: Lua unwinds by longjmp.
#include "script/lua_window.hpp"

#include <lua.hpp>

#include "script/lua_library.hpp"
#include "script/lua_sandbox.hpp"
#include "script/lua_state.hpp"

namespace petrel::core {
namespace {

std::string_view word_at(lua_State* lua, int slot) {
    if (lua_type(lua, slot) != LUA_TSTRING) {
        return {};
    }
    std::size_t bytes = 0;
    const char* text = lua_tolstring(lua, slot, &bytes);
    return {text, bytes};
}

// The question of the call; raises when it is none.
RuleQuestion read_call(lua_State* lua, const RuleFigureSpec& spec) {
    RuleQuestion question;
    int at = 1;
    if (spec.of_flow) {
        question.kind = flow_kind_of(word_at(lua, at++));
        if (question.kind == RuleFlowKind::None) {
            luaL_error(
                lua, "window.%s: the kind is \"trade\" or \"liquidation\", got %s", spec.name,
                lua_type(lua, 1) == LUA_TSTRING ? lua_tostring(lua, 1) : luaL_typename(lua, 1));
        }
    }
    if (lua_type(lua, at) == LUA_TNUMBER) {
        question.horizon_ms = horizon_ms_of(lua_tonumber(lua, at));
    }
    if (question.horizon_ms == 0) {
        luaL_error(lua, "window.%s: the span is a number of seconds from 1 on", spec.name);
    }
    for (std::size_t i = 0; i < spec.venues_max; ++i) {
        const int slot = ++at;
        if (i >= spec.venues_min && lua_isnoneornil(lua, slot)) {
            break;
        }
        const std::string_view name = word_at(lua, slot);
        if (name.empty() || name.size() > RuleVenue::kBytesMax ||
            name.find(' ') != std::string_view::npos) {
            luaL_error(lua,
                       "window.%s: the name of a venue is expected, as the configuration has it",
                       spec.name);
        }
        question.venues[i] = RuleVenue(name);
    }
    if (lua_gettop(lua) > at) {
        luaL_error(lua, "window.%s: %d arguments are too many", spec.name, lua_gettop(lua));
    }
    return question;
}

}  // namespace

const RuleAnswer* LuaWindow::ask(const RuleQuestion& question) {
    for (std::size_t i = 0; i < count_; ++i) {
        if (answers_[i].question == question) {
            return &answers_[i];
        }
    }
    if (count_ == kAnswersMax) {
        return nullptr;
    }
    RuleAnswer& answer = answers_[count_++];
    answer.question = question;
    answer.numbers = window_ == nullptr ? RuleNumbers{} : window_->answer(question);
    return &answer;
}

// upvalues: this object, the figure.
int LuaWindow::on_ask(lua_State* lua) noexcept {
    auto& window = *static_cast<LuaWindow*>(lua_touserdata(lua, lua_upvalueindex(1)));
    const auto index = static_cast<std::size_t>(lua_tointeger(lua, lua_upvalueindex(2)));
    const RuleFigureSpec& spec = rule_figures()[index];
    if (!LuaState::of(lua).in_function()) {
        return luaL_error(lua,
                          "window.%s: asked while the file is loaded, when there is no event; ask "
                          "inside the function",
                          spec.name);
    }
    RuleQuestion question = read_call(lua, spec);
    question.figure = static_cast<RuleFigure>(index);
    charge_units(lua, spec.cost);
    const RuleAnswer* answer = window.ask(question);
    if (answer == nullptr) {
        return luaL_error(lua, "window.%s: more than %d different questions in one call; ask less",
                          spec.name, static_cast<int>(kAnswersMax));
    }
    for (std::size_t i = 0; i < spec.numbers; ++i) {
        if (spec.flag) {
            lua_pushboolean(lua, answer->numbers[i] != 0 ? 1 : 0);
        } else {
            lua_pushnumber(lua, answer->numbers[i]);
        }
    }
    return spec.numbers;
}

void LuaWindow::install(lua_State* lua) {
    lua_createtable(lua, 0, static_cast<int>(kRuleFigures));
    for (std::size_t i = 0; i < kRuleFigures; ++i) {
        lua_pushlightuserdata(lua, this);
        lua_pushinteger(lua, static_cast<lua_Integer>(i));
        lua_pushcclosure(lua, &LuaWindow::on_ask, 2);
        lua_setfield(lua, -2, rule_figures()[i].name);
    }
    push_read_only_view(lua, "window");
    set_sandbox_global(lua, "window");
}

}  // namespace petrel::core
