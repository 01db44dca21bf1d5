// The library of rules: Lua's own functions where they are harmless, metered ones where they are
// not.
//
// Each function that works on n bytes or elements charges the budget for n, results are bounded,
// patterns are not offered, and whatever Lua leaves open (order of pairs, unstable sort, addresses
// in texts) is fixed, so that the same input always gives the same verdict. Called while a sandbox
// is built; `original` is the stack slot of Lua's own library.
#pragma once

#include <cstddef>
#include <cstdint>

struct lua_State;

namespace petrel::core {

inline constexpr std::size_t kFunctionBytesMax = 64U << 10;  // of one text that a function gives
inline constexpr int kFunctionValuesMax = 255;               // that a function gives at once

// Charges the budget of the running rule; it ends the rule when nothing is left.
void charge_units(lua_State* lua, std::uint64_t units);
// Calls Lua's own function, kept as first upvalue, with the arguments of this one.
int call_original(lua_State* lua);

// pairs, tonumber, tostring into the table at `globals`.
void push_base_functions(lua_State* lua, int globals);
// Each pushes one new table.
void push_string_library(lua_State* lua, int original);
void push_table_library(lua_State* lua, int original);

// Sorts the array at `table` by the function at `order` (0: by <). Stable.
void sort_array(lua_State* lua, int table, int order);

// Pushes the keys of the table at `table` as an array: numbers, then texts, then booleans.
void push_sorted_keys(lua_State* lua, int table);

// Whether the library function on top of the stack calls functions that it is given.
bool calls_back(lua_State* lua);

// Name of a field in the metatable of a host table: the sorted list of its keys, for pairs().
inline constexpr const char* kKeysField = "__keys";

}  // namespace petrel::core
