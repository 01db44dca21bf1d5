// The table library. sort is a merge sort: stable, the same everywhere, and fair in its cost.
#include <algorithm>
#include <array>
#include <lua.hpp>

#include "script/lua_library.hpp"
#include "script/lua_state.hpp"

namespace petrel::core {
namespace {

constexpr lua_Integer kSortMax = 16'384;

void charge_length(lua_State* lua, lua_Integer units) {
    charge_units(lua, static_cast<std::uint64_t>(units > 0 ? units : 0));
}

lua_Integer length_of(lua_State* lua, int index) {
    luaL_checktype(lua, index, LUA_TTABLE);
    return luaL_len(lua, index);
}

// insert, remove: they may move every element behind the place.
int table_shift(lua_State* lua) {
    charge_length(lua, length_of(lua, 1));
    return call_original(lua);
}

int table_concat(lua_State* lua) {
    const lua_Integer length = length_of(lua, 1);
    std::size_t separator = 0;
    luaL_optlstring(lua, 2, "", &separator);
    const lua_Integer first = luaL_optinteger(lua, 3, 1);
    const lua_Integer last = luaL_optinteger(lua, 4, length);
    if (first < 1 || last > length) {
        return luaL_error(lua, "table.concat: the range leaves the table");
    }
    std::size_t total = 0;
    for (lua_Integer at = first; at <= last; ++at) {
        std::size_t bytes = 8;
        if (lua_rawgeti(lua, 1, at) == LUA_TSTRING) {
            lua_tolstring(lua, -1, &bytes);
        }
        lua_pop(lua, 1);
        total += bytes + separator;
        charge_length(lua, 1 + static_cast<lua_Integer>(bytes + separator) / 8);
        if (total > kFunctionBytesMax) {
            return luaL_error(lua, "table.concat: the result would pass 64 KiB");
        }
    }
    return call_original(lua);
}

int table_unpack(lua_State* lua) {
    const lua_Integer first = luaL_optinteger(lua, 2, 1);
    const lua_Integer last = luaL_optinteger(lua, 3, length_of(lua, 1));
    if (last < first && first >= 1) {
        return 0;
    }
    if (first < 1 || last > (1 << 30) || last - first >= kFunctionValuesMax) {
        return luaL_error(lua, "table.unpack: more than %d values; take fewer at a time",
                          kFunctionValuesMax);
    }
    charge_length(lua, last - first + 1);
    return call_original(lua);
}

bool comes_before(lua_State* lua, int order, int left, int right) {
    if (order == 0) {
        return lua_compare(lua, left, right, LUA_OPLT) != 0;
    }
    lua_pushvalue(lua, order);
    lua_pushvalue(lua, left);
    lua_pushvalue(lua, right);
    lua_call(lua, 2, 1);
    const bool before = lua_toboolean(lua, -1) != 0;
    lua_pop(lua, 1);
    return before;
}

struct Run {
    lua_Integer begin;
    lua_Integer middle;
    lua_Integer end;  // past the last
};

// Merges [begin, middle) and [middle, end) of the table at `from` into the one at `to`.
void merge(lua_State* lua, int from, int to, int order, Run run) {
    lua_Integer left = run.begin;
    lua_Integer right = run.middle;
    const int base = lua_gettop(lua);
    for (lua_Integer at = run.begin; at < run.end; ++at) {
        charge_length(lua, 2);
        lua_rawgeti(lua, from, left);
        lua_rawgeti(lua, from, right);
        const bool take_right =
            left >= run.middle || (right < run.end && comes_before(lua, order, base + 2, base + 1));
        lua_settop(lua, take_right ? base + 2 : base + 1);
        lua_rawseti(lua, to, at);
        lua_settop(lua, base);
        take_right ? ++right : ++left;
    }
}

int table_sort(lua_State* lua) {
    luaL_checktype(lua, 1, LUA_TTABLE);
    const bool ordered = !lua_isnoneornil(lua, 2);
    if (ordered) {
        luaL_checktype(lua, 2, LUA_TFUNCTION);
    }
    lua_settop(lua, 2);
    sort_array(lua, 1, ordered ? 2 : 0);
    return 0;
}

}  // namespace

void sort_array(lua_State* lua, int table, int order) {
    const lua_Integer length = luaL_len(lua, table);
    if (length > kSortMax) {
        luaL_error(lua, "sorting %d elements, the most is 16384", static_cast<int>(length));
    }
    luaL_checkstack(lua, 8, "sort");
    lua_createtable(lua, static_cast<int>(length), 0);
    int from = table;
    int to = lua_gettop(lua);
    for (lua_Integer width = 1; width < length; width *= 2) {
        for (lua_Integer begin = 1; begin <= length; begin += 2 * width) {
            const lua_Integer middle = std::min(begin + width, length + 1);
            merge(lua, from, to, order, {begin, middle, std::min(begin + 2 * width, length + 1)});
        }
        std::swap(from, to);
    }
    for (lua_Integer at = 1; from != table && at <= length; ++at) {
        lua_rawgeti(lua, from, at);
        lua_rawseti(lua, table, at);
    }
    lua_settop(lua, std::max(from, to) - 1);
}

void push_table_library(lua_State* lua, int original_table) {
    struct Function {
        const char* name;
        lua_CFunction metered;
    };
    constexpr std::array<Function, 5> metered{{{"concat", &table_concat},
                                               {"insert", &table_shift},
                                               {"remove", &table_shift},
                                               {"sort", &table_sort},
                                               {"unpack", &table_unpack}}};
    lua_newtable(lua);
    const int table = lua_gettop(lua);
    for (const Function& function : metered) {
        lua_getfield(lua, original_table, function.name);
        lua_pushcclosure(lua, function.metered, 1);
        lua_setfield(lua, table, function.name);
    }
}

}  // namespace petrel::core
