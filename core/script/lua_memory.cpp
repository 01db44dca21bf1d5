// Keys are found by one look into a table beside the function.
#include "script/lua_memory.hpp"

#include <cmath>
#include <lua.hpp>

#include "script/lua_library.hpp"
#include "script/lua_sandbox.hpp"
#include "script/lua_state.hpp"

namespace petrel::core {
namespace {

constexpr std::uint64_t kAccessCost = 5;

}  // namespace

// upvalues: this object, cells by name. The key is at 1.
double* LuaMemory::cell(lua_State* lua, const char* function) {
    auto& memory = *static_cast<LuaMemory*>(lua_touserdata(lua, lua_upvalueindex(1)));
    charge_units(lua, kAccessCost);
    if (!memory.declared_) {
        luaL_error(lua,
                   "state.%s: the pack declares no state; write state = { version = 1, keys = { "
                   "name = { type = \"number\", default = 0 } } } in pack.lua",
                   function);
    }
    if (!LuaState::of(lua).in_function()) {
        luaL_error(lua,
                   "state.%s: called while the file is loaded, when there is no symbol; call it "
                   "inside the function",
                   function);
    }
    lua_pushvalue(lua, 1);
    if (lua_type(lua, 1) != LUA_TSTRING || lua_rawget(lua, lua_upvalueindex(2)) != LUA_TNUMBER) {
        lua_pushvalue(lua, lua_upvalueindex(2));
        raise_no_field(lua, "state", lua_type(lua, 1) == LUA_TSTRING ? lua_tostring(lua, 1) : "?",
                       lua_gettop(lua));
    }
    const auto index = static_cast<std::size_t>(lua_tointeger(lua, -1));
    return &memory.cells_[index];
}

int LuaMemory::on_get(lua_State* lua) noexcept {
    lua_pushnumber(lua, *cell(lua, "get"));
    return 1;
}

int LuaMemory::on_put(lua_State* lua) noexcept {
    lua_settop(lua, 2);
    double* const place = cell(lua, "put");
    const double value = lua_tonumber(lua, 2);
    if (lua_type(lua, 2) != LUA_TNUMBER || !std::isfinite(value)) {
        return luaL_error(lua, "state.put('%s'): a finite number is expected, got %s",
                          lua_tostring(lua, 1),
                          lua_type(lua, 2) == LUA_TNUMBER ? "nan or inf" : luaL_typename(lua, 2));
    }
    *place = value;
    return 0;
}

void LuaMemory::install(lua_State* lua, const RuleStateSchema& schema) {
    declared_ = schema.declared();
    cells_ = schema.initial();
    lua_createtable(lua, 0, static_cast<int>(schema.keys.size()));
    for (std::size_t i = 0; i < schema.keys.size(); ++i) {
        lua_pushinteger(lua, static_cast<lua_Integer>(i));
        lua_setfield(lua, -2, schema.keys[i].name.c_str());
    }
    const int names = lua_gettop(lua);
    lua_createtable(lua, 0, 2);
    for (const auto& [name, function] :
         {std::pair{"get", &LuaMemory::on_get}, {"put", &LuaMemory::on_put}}) {
        lua_pushlightuserdata(lua, this);
        lua_pushvalue(lua, names);
        lua_pushcclosure(lua, function, 2);
        lua_setfield(lua, -2, name);
    }
    push_read_only_view(lua, "state");
    set_sandbox_global(lua, "state");
    lua_settop(lua, names - 1);
}

}  // namespace petrel::core
