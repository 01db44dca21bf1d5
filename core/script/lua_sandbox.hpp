// The world of a rule: a closed list of globals, read-only, and nothing else.
//
// build_sandbox() opens Lua's own libraries, copies what is harmless into new tables, replaces the
// rest by metered versions (lua_library) and drops the originals, so that no name leads to files,
// processes, time, chance, bytecode, metatables or coroutines. Called once for each state.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

struct lua_State;

namespace petrel::core {

// Makes the sandbox the global environment of chunks compiled from now on.
void build_sandbox(lua_State* lua);

// Adds the value on top of the stack as a global and pops it. Host only.
void set_sandbox_global(lua_State* lua, const char* name);

// Replaces the table on top of the stack by a view of it that cannot be written. `what` names it in
// messages; a field that is not there raises, with the nearest name.
void push_read_only_view(lua_State* lua, const char* what);

// The names that rules may use freely, in alphabetical order.
std::span<const std::string> sandbox_globals();

// "; did you mean 'x'?" of the names in the table at `names`, "" when none is near. Plain bytes:
// whoever raises has nothing to destroy.
std::array<char, 96> nearest_name(lua_State* lua, const char* word, int names);

// Raises "<what> has no field 'x'; did you mean 'y'?" for the names in the table at `names`.
int raise_no_field(lua_State* lua, const char* what, const char* field, int names);

}  // namespace petrel::core
