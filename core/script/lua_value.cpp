// The one place where a value leaves Lua.
#include "script/lua_value.hpp"

#include <lua.hpp>

namespace petrel::core {

RuleValue lua_value(lua_State* lua, int slot) {
    switch (lua_type(lua, slot)) {
        case LUA_TNIL:
            return {};
        case LUA_TBOOLEAN:
            return RuleValue::of_flag(lua_toboolean(lua, slot) != 0);
        case LUA_TNUMBER:
            return lua_isinteger(lua, slot) != 0 ? RuleValue::of_integer(lua_tointeger(lua, slot))
                                                 : RuleValue::of_number(lua_tonumber(lua, slot));
        case LUA_TSTRING: {
            std::size_t bytes = 0;
            const char* text = lua_tolstring(lua, slot, &bytes);
            return RuleValue::of_text({text, bytes});
        }
        default:
            return RuleValue::of_other(luaL_typename(lua, slot));
    }
}

}  // namespace petrel::core
