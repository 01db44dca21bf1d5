// The operations that have no step, by what is written for them.
#include "script/lua_obstacle.hpp"

#include <lua.hpp>

namespace petrel::core {

using namespace lua_code;

const char* obstacle_of(Operation operation) {
    switch (operation) {
        case kNewTable:
            return "a new table";
        case kSetTabUp:
        case kSetTable:
        case kSetInteger:
            return "an element that is set";
        case kModuloConstant:
        case kModulo:
            return "%";
        case kFloorDivideConstant:
        case kFloorDivide:
            return "//";
        case kLength:
            return "#";
        case kCall:
        case kTailCall:
        case kReturn:
        case kReturnNone:
        case kReturnOne:
            return "a call of which all results are handed on";
        default:
            return "an operation on bits";
    }
}

std::string place_in_top(lua_State* lua, int line) {
    lua_Debug about{};
    lua_pushvalue(lua, -1);
    lua_getinfo(lua, ">S", &about);
    return " in " + std::string(static_cast<const char*>(about.short_src)) + ":" +
           std::to_string(line);
}

}  // namespace petrel::core
