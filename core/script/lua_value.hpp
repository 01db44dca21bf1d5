// A value of Lua's as a plain one.
//
// Only for files that speak Lua; thread of the state.
#pragma once

#include "script/rule_value.hpp"

struct lua_State;

namespace petrel::core {

// A text is borrowed from the stack; what is neither nil, flag, number nor text is Other, with the
// name of its type. An integer that a double may have rounded says so (is_exact).
RuleValue lua_value(lua_State* lua, int slot);

}  // namespace petrel::core
