// The string library: no patterns, no bytecode, no addresses; every result is bounded.
#include <array>
#include <cstring>
#include <lua.hpp>

#include "script/lua_library.hpp"
#include "script/lua_state.hpp"

namespace petrel::core {
namespace {

constexpr lua_Integer kRepeatMax = 65'536;
constexpr std::size_t kBytesPerUnit = 8;  // work on eight bytes costs about one instruction

void charge_bytes(lua_State* lua, std::size_t bytes) { charge_units(lua, bytes / kBytesPerUnit); }

// lower, upper, reverse, sub, char, byte: linear in the text.
int text_linear(lua_State* lua) {
    std::size_t bytes = 0;
    luaL_checklstring(lua, 1, &bytes);
    charge_bytes(lua, bytes);
    return call_original(lua);
}

int text_byte(lua_State* lua) {
    const lua_Integer first = luaL_optinteger(lua, 2, 1);
    const lua_Integer last = luaL_optinteger(lua, 3, first);
    std::size_t bytes = 0;
    luaL_checklstring(lua, 1, &bytes);
    const bool whole = last < 0 || first < 0;
    if ((whole && bytes > kFunctionValuesMax) || (!whole && last - first >= kFunctionValuesMax)) {
        return luaL_error(lua, "string.byte: more than %d values; take fewer at a time",
                          kFunctionValuesMax);
    }
    return text_linear(lua);
}

int text_rep(lua_State* lua) {
    std::size_t bytes = 0;
    std::size_t separator = 0;
    luaL_checklstring(lua, 1, &bytes);
    const lua_Integer count = luaL_checkinteger(lua, 2);
    luaL_optlstring(lua, 3, "", &separator);
    if (count > kRepeatMax) {
        return luaL_error(lua, "string.rep: more than 65536 repetitions");
    }
    const std::size_t times = count > 0 ? static_cast<std::size_t>(count) : 0;
    const std::size_t each = bytes + separator;
    if (each != 0 && times > kFunctionBytesMax / each) {
        return luaL_error(lua, "string.rep: the result would pass 64 KiB");
    }
    charge_units(lua, times + times * each / kBytesPerUnit);
    return call_original(lua);
}

// Always plain: a pattern could run for ages.
int text_find(lua_State* lua) {
    std::size_t text = 0;
    std::size_t wanted = 0;
    luaL_checklstring(lua, 1, &text);
    luaL_checklstring(lua, 2, &wanted);
    // The naive search may compare the wanted text at each place.
    constexpr std::size_t compare_max = 64;
    charge_bytes(lua, text * (wanted < compare_max ? wanted + 1 : compare_max));
    lua_settop(lua, 3);
    if (lua_isnil(lua, 3)) {
        lua_pushinteger(lua, 1);
        lua_replace(lua, 3);
    }
    lua_pushboolean(lua, 1);
    return call_original(lua);
}

// Makes the argument of one %s harmless; returns its bytes.
std::size_t check_text_argument(lua_State* lua, int index) {
    const int type = lua_type(lua, index);
    std::size_t bytes = 0;
    if (type == LUA_TSTRING) {
        lua_tolstring(lua, index, &bytes);
    } else if (type != LUA_TNUMBER && type != LUA_TBOOLEAN && type != LUA_TNIL) {
        lua_pushstring(lua, lua_typename(lua, type));
        lua_replace(lua, index);
    }
    return bytes;
}

int text_format(lua_State* lua) {
    std::size_t bytes = 0;
    const char* format = luaL_checklstring(lua, 1, &bytes);
    const int arguments = lua_gettop(lua);
    int argument = 1;
    std::size_t result = bytes;
    for (std::size_t at = 0; at < bytes; ++at) {
        if (format[at] != '%') {
            continue;
        }
        at += 1 + std::strspn(format + at + 1, "-+ #0123456789.");
        const char kind = at < bytes ? format[at] : '\0';
        if (kind == '%') {
            continue;
        }
        if (kind == '\0' || std::strchr("cdieEfgGoxXs", kind) == nullptr) {
            return luaL_error(lua, "string.format: %%%c is not offered", kind == '\0' ? '?' : kind);
        }
        ++argument;
        constexpr std::size_t number_max = 420;
        result += kind != 's'             ? number_max
                  : argument <= arguments ? check_text_argument(lua, argument)
                                          : 0;
        if (result > kFunctionBytesMax) {
            return luaL_error(lua, "string.format: the result would pass 64 KiB");
        }
    }
    charge_units(lua, 4 + result / kBytesPerUnit);
    return call_original(lua);
}

struct Function {
    const char* name;
    lua_CFunction metered;
};

}  // namespace

void push_string_library(lua_State* lua, int original_table) {
    constexpr std::array<Function, 8> metered{{{"byte", &text_byte},
                                               {"find", &text_find},
                                               {"format", &text_format},
                                               {"lower", &text_linear},
                                               {"rep", &text_rep},
                                               {"reverse", &text_linear},
                                               {"sub", &text_linear},
                                               {"upper", &text_linear}}};
    lua_newtable(lua);
    const int table = lua_gettop(lua);
    for (const Function& function : metered) {
        lua_getfield(lua, original_table, function.name);
        lua_pushcclosure(lua, function.metered, 1);
        lua_setfield(lua, table, function.name);
    }
    for (const char* name : {"char", "len"}) {
        lua_getfield(lua, original_table, name);
        lua_setfield(lua, table, name);
    }
}

}  // namespace petrel::core
