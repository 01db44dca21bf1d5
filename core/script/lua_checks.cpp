// Nothing here has a destructor when it raises: Lua unwinds by longjmp.
#include "script/lua_checks.hpp"

#include <algorithm>
#include <cmath>
#include <lua.hpp>

#include "script/lua_library.hpp"
#include "script/lua_sandbox.hpp"
#include "script/lua_state.hpp"
#include "script/verdict_check.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kAnswersAtHand = LUA_MINSTACK - 4;  // that a C function has room for anyway

bool is_check_name(std::string_view name) {
    return !name.empty() && name.size() <= CheckName::kBytesMax &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
           });
}

}  // namespace

void LuaChecks::install(lua_State* lua) {
    lua_pushlightuserdata(lua, this);
    lua_pushcclosure(lua, &LuaChecks::on_declare, 1);
    set_sandbox_global(lua, "checks");
}

void LuaChecks::declare(lua_State* lua, std::string_view text) {
    const std::size_t space = text.find(' ');
    const std::string_view name = text.substr(0, space);
    VerdictCheck check;
    if (space == std::string_view::npos || !is_check_name(name) ||
        !check_relation_of(text.substr(space + 1), check.relation)) {
        luaL_error(lua,
                   "checks: a check is a name of at most 23 small letters, digits and _, and "
                   "one of >= > <= < part needs, as in \"score >=\"");
    }
    if (declared_count_ == kDeclaredMax) {
        luaL_error(lua, "checks: a pack has at most %d", static_cast<int>(kDeclaredMax));
    }
    check.name = CheckName(name);
    declared_[declared_count_++] = check;
}

// upvalue: this object. Gives a function whose upvalues are this object, the first of its checks
// and how many they are.
int LuaChecks::on_declare(lua_State* lua) {
    auto& checks = *static_cast<LuaChecks*>(lua_touserdata(lua, lua_upvalueindex(1)));
    if (LuaState::of(lua).in_function()) {
        return luaL_error(lua,
                          "checks: say what is checked while the file is loaded, outside of "
                          "its functions");
    }
    const int count = lua_gettop(lua);
    const auto first = static_cast<lua_Integer>(checks.declared_count_);
    for (int at = 1; at <= count; ++at) {
        std::size_t bytes = 0;
        const char* text = lua_type(lua, at) == LUA_TSTRING ? lua_tolstring(lua, at, &bytes) : "";
        checks.declare(lua, {text, bytes});
    }
    lua_pushlightuserdata(lua, &checks);
    lua_pushinteger(lua, first);
    lua_pushinteger(lua, count);
    lua_pushcclosure(lua, &LuaChecks::on_check, 3);
    return 1;
}

int LuaChecks::on_check(lua_State* lua) {
    auto& checks = *static_cast<LuaChecks*>(lua_touserdata(lua, lua_upvalueindex(1)));
    const auto first = static_cast<std::size_t>(lua_tointeger(lua, lua_upvalueindex(2)));
    const auto count = static_cast<std::size_t>(lua_tointeger(lua, lua_upvalueindex(3)));
    if (!checks.open_) {
        return luaL_error(lua,
                          "checks: made where nothing is judged; a verdict is made inside the "
                          "function of appropriateness.lua");
    }
    if (lua_gettop(lua) != static_cast<int>(2 * count)) {
        return luaL_error(lua,
                          "checks: %d checks take %d numbers, a value and a limit each; got %d",
                          static_cast<int>(count), static_cast<int>(2 * count), lua_gettop(lua));
    }
    if (checks.count_ + count > kChecksMax) {
        return luaL_error(lua, "checks: more than %d in one verdict", static_cast<int>(kChecksMax));
    }
    charge_units(lua, cost_of(count));
    if (count > kAnswersAtHand) {
        luaL_checkstack(lua, static_cast<int>(count) + 4, "checks");
    }
    int answers = 0;
    int at = 1;
    for (std::size_t i = first; i < first + count; ++i, at += 2) {
        VerdictCheck& check = checks.made_[checks.count_++];
        check = checks.declared_[i];
        int is_value = 0;
        int is_limit = 0;
        check.value = lua_tonumberx(lua, at, &is_value);
        check.limit = lua_tonumberx(lua, at + 1, &is_limit);
        if ((is_value & is_limit) == 0 || !std::isfinite(check.value) ||
            !std::isfinite(check.limit)) {
            char name[CheckName::kBytesMax + 1] = {};
            check.name.view().copy(name, CheckName::kBytesMax);
            return luaL_error(lua,
                              "checks: value and limit of %s are finite numbers, got %s and %s",
                              static_cast<const char*>(name), luaL_tolstring(lua, at, nullptr),
                              luaL_tolstring(lua, at + 1, nullptr));
        }
        check.passed = holds(check.value, check.relation, check.limit);
        if (compares(check.relation)) {
            lua_pushboolean(lua, check.passed ? 1 : 0);
            ++answers;
        }
    }
    return answers;
}

bool LuaChecks::is_check(lua_State* lua, int slot, std::size_t& first, std::size_t& count) {
    if (lua_tocfunction(lua, slot) != &LuaChecks::on_check) {
        return false;
    }
    for (const auto& [upvalue, number] : {std::pair{2, &first}, {3, &count}}) {
        lua_getupvalue(lua, slot, upvalue);
        *number = static_cast<std::size_t>(lua_tointeger(lua, -1));
        lua_pop(lua, 1);
    }
    return true;
}

// Answers come last: they may lie where the values were.
bool LuaChecks::make(std::size_t first, const RuleValue* values,
                     std::span<const std::uint16_t> places, std::span<RuleValue> answers) {
    const std::size_t count = places.size() / 2;
    if (!open_ || count_ + count > kChecksMax) {
        return false;
    }
    const VerdictCheck* declared = declared_.data() + first;
    VerdictCheck* made = made_.data() + count_;
    const std::uint16_t* place = places.data();
    for (std::size_t i = 0; i < count; ++i, ++declared, ++made, place += 2) {
        const RuleValue& value = values[place[0]];
        const RuleValue& limit = values[place[1]];
        if (!value.is_number() || !limit.is_number() || !std::isfinite(value.number) ||
            !std::isfinite(limit.number)) {
            return false;
        }
        *made = *declared;
        made->value = value.number;
        made->limit = limit.number;
        made->passed = holds(value.number, made->relation, limit.number);
    }
    RuleValue* answer = answers.data();
    RuleValue* const end = answer + answers.size();
    for (const VerdictCheck& check : std::span(made_).subspan(count_, count)) {
        if (compares(check.relation) && answer != end) {
            *answer++ = RuleValue::of_flag(check.passed);
        }
    }
    std::fill(answer, end, RuleValue());
    count_ += count;
    return true;
}

}  // namespace petrel::core
