// use() works like a require that knows one folder. upvalues: chunks by name, results by name.
#include "script/lua_modules.hpp"

#include <lua.hpp>

#include "script/lua_sandbox.hpp"
#include "script/lua_state.hpp"

namespace petrel::core {
namespace {

constexpr const char* kUseKey = "petrel.use";

int use(lua_State* lua) {
    const char* name = luaL_checkstring(lua, 1);
    lua_settop(lua, 1);
    lua_pushvalue(lua, 1);
    const int known = lua_rawget(lua, lua_upvalueindex(2));
    if (known == LUA_TBOOLEAN) {
        return luaL_error(lua, "use('%s'): the file uses itself, over others or directly", name);
    }
    if (known != LUA_TNIL) {
        return 1;
    }
    lua_pushvalue(lua, 1);
    if (lua_rawget(lua, lua_upvalueindex(1)) != LUA_TFUNCTION) {
        lua_pushvalue(lua, lua_upvalueindex(1));
        const auto hint = nearest_name(lua, name, lua_gettop(lua));
        return luaL_error(lua,
                          "use('%s'): the pack has no such file%s; what may be used are files of "
                          "the pack itself, named from its folder and without .lua, as in "
                          "use('lib/levels')",
                          name, hint.data());
    }
    lua_pushvalue(lua, 1);
    lua_pushboolean(lua, 0);
    lua_rawset(lua, lua_upvalueindex(2));  // running
    LuaState::of(lua).enter_file();
    lua_call(lua, 0, 1);
    LuaState::of(lua).leave_file();
    if (!lua_isfunction(lua, -1) && !lua_istable(lua, -1)) {
        return luaL_error(lua, "%s.lua: must return a function or a table of functions", name);
    }
    lua_pushvalue(lua, 1);
    lua_pushvalue(lua, -2);
    lua_rawset(lua, lua_upvalueindex(2));
    return 1;
}

void push_parameters(lua_State* lua, const RuleManifest& manifest) {
    lua_newtable(lua);
    for (const RuleParameter& parameter : manifest.parameters) {
        lua_pushlstring(lua, parameter.name.data(), parameter.name.size());
        switch (parameter.type) {
            case RuleParameter::Type::Boolean:
                lua_pushboolean(lua, parameter.value != 0 ? 1 : 0);
                break;
            case RuleParameter::Type::Integer:
                lua_pushinteger(lua, static_cast<lua_Integer>(parameter.value));
                break;
            case RuleParameter::Type::Number:
                lua_pushnumber(lua, parameter.value);
                break;
        }
        lua_rawset(lua, -3);
    }
    push_read_only_view(lua, "params");
}

}  // namespace

Status install_modules(LuaState& state, const RuleSources& sources, const RuleManifest& manifest) {
    lua_State* lua = state.raw();
    push_parameters(lua, manifest);
    set_sandbox_global(lua, "params");
    lua_newtable(lua);
    const int chunks = lua_gettop(lua);
    for (const RuleFile& file : sources.files) {
        if (file.is_test() || file.name == "pack.lua") {
            continue;
        }
        const std::string module = file.module();
        lua_pushlstring(lua, module.data(), module.size());
        Status status = state.compile(file.name, file.text);
        if (!status) {
            return status;
        }
        lua_rawset(lua, chunks);
    }
    lua_newtable(lua);
    lua_pushcclosure(lua, &use, 2);
    lua_pushvalue(lua, -1);
    lua_setfield(lua, LUA_REGISTRYINDEX, kUseKey);
    lua_pushvalue(lua, -1);
    lua_pushboolean(lua, 1);
    lua_rawset(lua, LUA_REGISTRYINDEX);  // calls_back(): it runs files
    set_sandbox_global(lua, "use");
    return {};
}

Status push_module_function(LuaState& state, const std::string& module, const char* function) {
    lua_State* lua = state.raw();
    lua_getfield(lua, LUA_REGISTRYINDEX, kUseKey);
    lua_pushlstring(lua, module.data(), module.size());
    if (!state.call(1, 1)) {
        return Status::rejected(state.take_fault());
    }
    if (lua_istable(lua, -1)) {
        lua_pushstring(lua, function);
        lua_rawget(lua, -2);
        lua_remove(lua, -2);
    }
    if (!lua_isfunction(lua, -1)) {
        return Status::rejected(module +
                                ".lua: must return a function, or a table with the function '" +
                                function + "'");
    }
    return {};
}

}  // namespace petrel::core
