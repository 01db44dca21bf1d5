// Makes a program (rule_program) of a Lua function that is proved to end.
//
// Follows the closures themselves, as lua_bound does: what a loaded function holds from outside
// never changes, so a call is put in where it stands and what a file keeps is a constant. An
// operation that is not known here becomes a step that leaves to Lua. Used when a rule's machine is
// built, on the thread of its state.
#pragma once

#include <memory>
#include <string>

#include "script/rule_manifest.hpp"
#include "script/rule_program.hpp"
#include "script/rule_writes.hpp"

struct lua_State;

namespace petrel::core {

// Of the Lua function at `slot` (absolute), which the host calls with so many arguments; null where
// it cannot be. What the program needs of Lua is kept in the Lua table at `kept`. `why` says what
// has no steps and where: of a program the calls that reach it are left to Lua; "" where all have.
std::unique_ptr<RuleProgram> translate(lua_State* lua, int slot, std::size_t arguments, int kept,
                                       const RuleManifest& manifest, const RuleWrites& writes,
                                       std::string& why);

}  // namespace petrel::core
