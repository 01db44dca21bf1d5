// Proof that a function ends: the most steps that one call of it can take.
//
// A count hook makes every instruction of a rule dearer by half. Most rules have no loop and call
// only functions that are known when they are loaded; for these the bound is the length of their
// code, added up along the calls, and no hook is needed. What cannot be proved is metered by the
// hook. Computed once, when a rule's machine is built.
#pragma once

#include <cstdint>
#include <string>

struct lua_State;

namespace petrel::core {

inline constexpr std::uint64_t kUnbounded = UINT64_MAX;

// Bound of the Lua function at `slot` (absolute), or kUnbounded when there is no proof: it or a
// function it calls has a loop, makes functions, calls what is no upvalue, or recurs.
// Then `why` says what stands in the way and where: "a loop in score.lua:7".
std::uint64_t step_bound(lua_State* lua, int slot, std::string& why);

}  // namespace petrel::core
