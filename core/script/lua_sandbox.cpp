// Builds the closed world. Read-only views are empty tables whose metatable reads from the real one
// and refuses writes; rules cannot see metatables, so they cannot get past them.
#include "script/lua_sandbox.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <lua.hpp>
#include <vector>

#include "config/closest.hpp"
#include "script/lua_library.hpp"

namespace petrel::core {
namespace {

constexpr const char* kGlobalsKey = "petrel.globals";

constexpr std::array kBase{"assert", "error", "ipairs", "pcall", "select", "type"};
constexpr std::array kMath{"abs", "ceil",       "cos", "exp",       "floor",      "fmod", "huge",
                           "log", "maxinteger", "max", "min",       "mininteger", "modf", "pi",
                           "sin", "sqrt",       "tan", "tointeger", "type",       "ult"};

template <std::size_t N>
void copy_fields(lua_State* lua, int from, int to, const std::array<const char*, N>& names) {
    for (const char* name : names) {
        lua_getfield(lua, from, name);
        lua_setfield(lua, to, name);
    }
}

// upvalue 1: what; the inner table is at 1, the key at 2.
int on_missing(lua_State* lua) {
    const char* key = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?";
    return raise_no_field(lua, lua_tostring(lua, lua_upvalueindex(1)), key, 1);
}

int on_write(lua_State* lua) {
    const char* key = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?";
    return luaL_error(lua, "%s is read-only; cannot set '%s'",
                      lua_tostring(lua, lua_upvalueindex(1)), key);
}

// The string metatable: methods from the sandbox's own table, no arithmetic on texts.
void seal_strings(lua_State* lua, int string_table) {
    lua_pushliteral(lua, "");
    lua_createtable(lua, 0, 2);
    lua_pushvalue(lua, string_table);
    lua_setfield(lua, -2, "__index");
    lua_pushboolean(lua, 0);
    lua_setfield(lua, -2, "__metatable");
    lua_setmetatable(lua, -2);
    lua_pop(lua, 1);
}

// Registers what calls_back() knows: by identity, because names can be copied into locals.
void mark_calling(lua_State* lua, int from, const char* name) {
    lua_getfield(lua, from, name);
    lua_pushboolean(lua, 1);
    lua_rawset(lua, LUA_REGISTRYINDEX);
}

int build(lua_State* lua) {
    luaL_requiref(lua, LUA_GNAME, luaopen_base, 0);
    const int base = lua_gettop(lua);
    luaL_requiref(lua, LUA_MATHLIBNAME, luaopen_math, 0);
    const int math = lua_gettop(lua);
    luaL_requiref(lua, LUA_STRLIBNAME, luaopen_string, 0);
    const int string = lua_gettop(lua);
    luaL_requiref(lua, LUA_TABLIBNAME, luaopen_table, 0);
    const int table = lua_gettop(lua);

    lua_newtable(lua);
    const int globals = lua_gettop(lua);
    copy_fields(lua, base, globals, kBase);
    push_base_functions(lua, globals);

    lua_newtable(lua);
    copy_fields(lua, math, lua_gettop(lua), kMath);
    push_read_only_view(lua, "math");
    lua_setfield(lua, globals, "math");

    push_string_library(lua, string);
    push_read_only_view(lua, "string");
    seal_strings(lua, lua_gettop(lua));
    lua_setfield(lua, globals, "string");

    mark_calling(lua, globals, "pcall");
    push_table_library(lua, table);
    mark_calling(lua, lua_gettop(lua), "sort");
    push_read_only_view(lua, "table");
    lua_setfield(lua, globals, "table");

    lua_pushvalue(lua, globals);
    lua_setfield(lua, LUA_REGISTRYINDEX, kGlobalsKey);
    lua_pushvalue(lua, globals);
    push_read_only_view(lua, "the global environment");
    lua_rawseti(lua, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushnil(lua);
    lua_setfield(lua, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_pushnil(lua);
    lua_setfield(lua, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    return 0;
}

}  // namespace

void build_sandbox(lua_State* lua) {
    lua_pushcfunction(lua, &build);
    lua_call(lua, 0, 0);  // can fail only for want of memory: see the panic function
}

bool calls_back(lua_State* lua) {
    lua_pushvalue(lua, -1);
    const bool marked = lua_rawget(lua, LUA_REGISTRYINDEX) != LUA_TNIL;
    lua_pop(lua, 1);
    return marked;
}

void set_sandbox_global(lua_State* lua, const char* name) {
    lua_getfield(lua, LUA_REGISTRYINDEX, kGlobalsKey);
    lua_insert(lua, -2);
    lua_pushstring(lua, name);
    lua_insert(lua, -2);
    lua_rawset(lua, -3);
    lua_pop(lua, 1);
}

void push_read_only_view(lua_State* lua, const char* what) {
    const int inner = lua_gettop(lua);
    lua_createtable(lua, 0, 1);
    lua_pushstring(lua, what);
    lua_pushcclosure(lua, &on_missing, 1);
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, inner);

    lua_newtable(lua);
    lua_createtable(lua, 0, 3);
    push_sorted_keys(lua, inner);
    lua_setfield(lua, -2, kKeysField);
    lua_pushvalue(lua, inner);
    lua_setfield(lua, -2, "__index");
    lua_pushstring(lua, what);
    lua_pushcclosure(lua, &on_write, 1);
    lua_setfield(lua, -2, "__newindex");
    lua_setmetatable(lua, -2);
    lua_remove(lua, inner);
}

std::span<const std::string> sandbox_globals() {
    static const std::vector<std::string> kNames{
        "assert", "checks", "error", "ipairs",   "math",     "pairs", "params", "pcall", "select",
        "state",  "string", "table", "tonumber", "tostring", "type",  "use",    "window"};
    return kNames;
}

std::array<char, 96> nearest_name(lua_State* lua, const char* word, int names) {
    std::vector<std::string> known;
    lua_pushnil(lua);
    while (lua_next(lua, names) != 0) {
        lua_pop(lua, 1);
        if (lua_type(lua, -1) == LUA_TSTRING) {
            known.emplace_back(lua_tostring(lua, -1));
        }
    }
    std::sort(known.begin(), known.end());
    const std::string found = did_you_mean(word, known);
    std::array<char, 96> hint{};
    std::snprintf(hint.data(), hint.size(), "%s%s", found.empty() ? "" : "; ", found.c_str());
    return hint;
}

int raise_no_field(lua_State* lua, const char* what, const char* field, int names) {
    const std::array<char, 96> hint = nearest_name(lua, field, names);
    return luaL_error(lua, "%s has no field '%s'%s", what, field, hint.data());
}

}  // namespace petrel::core
