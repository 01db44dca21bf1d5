// Base functions. pairs walks numbers in order, then texts in byte order, then false and true.
#include "script/lua_library.hpp"

#include <algorithm>
#include <cmath>
#include <lua.hpp>

#include "script/lua_state.hpp"

namespace petrel::core {
namespace {

// Numbers before texts before booleans; -1 for what has no order.
int rank_of(lua_State* lua, int index) {
    switch (lua_type(lua, index)) {
        case LUA_TNUMBER:
            return 0;
        case LUA_TSTRING:
            return 1;
        case LUA_TBOOLEAN:
            return 2;
        default:
            return -1;
    }
}

// Byte order, so that no locale takes part.
bool text_less(lua_State* lua, int left, int right) {
    std::size_t left_bytes = 0;
    std::size_t right_bytes = 0;
    const char* a = lua_tolstring(lua, left, &left_bytes);
    const char* b = lua_tolstring(lua, right, &right_bytes);
    const int order = std::char_traits<char>::compare(a, b, std::min(left_bytes, right_bytes));
    return order != 0 ? order < 0 : left_bytes < right_bytes;
}

int key_less(lua_State* lua) {
    const int left = rank_of(lua, 1);
    const int right = rank_of(lua, 2);
    bool less = left < right;
    if (left == right) {
        less = left == 0   ? lua_compare(lua, 1, 2, LUA_OPLT) != 0
               : left == 1 ? text_less(lua, 1, 2)
                           : lua_toboolean(lua, 1) < lua_toboolean(lua, 2);
    }
    lua_pushboolean(lua, less ? 1 : 0);
    return 1;
}

// upvalues: the sorted keys, how many were given out. Called with (table, previous key).
int next_pair(lua_State* lua) {
    lua_Integer at = lua_tointeger(lua, lua_upvalueindex(2));
    for (;;) {
        ++at;
        if (lua_rawgeti(lua, lua_upvalueindex(1), at) == LUA_TNIL) {
            return 1;
        }
        lua_pushvalue(lua, -1);
        lua_gettable(lua, 1);
        if (!lua_isnil(lua, -1)) {
            break;
        }
        lua_pop(lua, 2);  // removed while walking
    }
    lua_pushinteger(lua, at);
    lua_replace(lua, lua_upvalueindex(2));
    return 2;
}

int base_pairs(lua_State* lua) {
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_settop(lua, 1);
    if (luaL_getmetafield(lua, 1, kKeysField) == LUA_TNIL) {
        push_sorted_keys(lua, 1);
    }
    lua_pushinteger(lua, 0);
    lua_pushcclosure(lua, &next_pair, 2);
    lua_pushvalue(lua, 1);
    return 2;
}

int base_tonumber(lua_State* lua) {
    if (lua_type(lua, 1) == LUA_TNUMBER) {
        lua_settop(lua, 1);
        return 1;
    }
    std::size_t bytes = 0;
    const char* text = lua_type(lua, 1) == LUA_TSTRING ? lua_tolstring(lua, 1, &bytes) : nullptr;
    charge_units(lua, bytes / 8);
    if (text == nullptr || lua_stringtonumber(lua, text) != bytes + 1) {
        lua_pushnil(lua);
    }
    return 1;
}

// Values without a text of their own give their type's name: an address would differ every run.
int base_tostring(lua_State* lua) {
    luaL_checkany(lua, 1);
    switch (lua_type(lua, 1)) {
        case LUA_TNUMBER:
        case LUA_TSTRING:
            lua_settop(lua, 1);
            lua_tolstring(lua, 1, nullptr);
            break;
        case LUA_TBOOLEAN:
            lua_pushstring(lua, lua_toboolean(lua, 1) != 0 ? "true" : "false");
            break;
        default:
            lua_pushstring(lua, luaL_typename(lua, 1));
    }
    return 1;
}

}  // namespace

void charge_units(lua_State* lua, std::uint64_t units) {
    LuaState::of(lua).budget().charge(lua, units);
}

int call_original(lua_State* lua) { return lua_tocfunction(lua, lua_upvalueindex(1))(lua); }

void push_sorted_keys(lua_State* lua, int table) {
    lua_newtable(lua);
    const int keys = lua_gettop(lua);
    lua_Integer count = 0;
    lua_pushnil(lua);
    while (lua_next(lua, table) != 0) {
        lua_pop(lua, 1);
        if (rank_of(lua, -1) < 0) {
            luaL_error(lua, "pairs: a %s as key has no order; use numbers or texts as keys",
                       luaL_typename(lua, -1));
        }
        lua_pushvalue(lua, -1);
        lua_rawseti(lua, keys, ++count);
        charge_units(lua, 4);
    }
    lua_pushcfunction(lua, &key_less);
    sort_array(lua, keys, keys + 1);
    lua_settop(lua, keys);
}

void push_base_functions(lua_State* lua, int globals) {
    lua_pushcfunction(lua, &base_pairs);
    lua_setfield(lua, globals, "pairs");
    lua_pushcfunction(lua, &base_tonumber);
    lua_setfield(lua, globals, "tonumber");
    lua_pushcfunction(lua, &base_tostring);
    lua_setfield(lua, globals, "tostring");
}

}  // namespace petrel::core
