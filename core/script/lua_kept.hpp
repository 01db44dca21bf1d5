// Finds hidden state: functions of a loaded rule that assign to a variable which outlives the call.
//
// The audit of the text sees assignments to locals of a file. A local of a function that ran while
// the file was loaded lives on in the same way; which those are shows only in what was made. Used
// once, when a rule's machine is built, on the thread of its state.
#pragma once

#include "petrel/result.hpp"

struct lua_State;

namespace petrel::core {

// Follows the Lua function at `slot` (absolute) through its upvalues and their tables. Refused with
// file, line and name when it, or a function that it can reach, keeps something between calls.
Status find_kept_writes(lua_State* lua, int slot);

}  // namespace petrel::core
