// In words for whoever writes rules: what keeps a call in Lua, and where.
//
// Only for files that speak Lua; cold path, thread of the state.
#pragma once

#include <string>

#include "script/lua_dump.hpp"

struct lua_State;

namespace petrel::core {

// Of an operation that ends in a step that leaves.
const char* obstacle_of(lua_code::Operation operation);

// " in score.lua:7", of a line of the Lua function on top of the stack, which stays there.
std::string place_in_top(lua_State* lua, int line);

}  // namespace petrel::core
