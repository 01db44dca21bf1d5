// Who votes in a pack's ensemble, and the parts of its health: read from pack.lua, and compared
// with the files of the pack.
//
// Part of reading a pack; cold path, one thread.
#pragma once

#include <string>
#include <vector>

#include "script/rule_manifest.hpp"

struct lua_State;

namespace petrel::core {

class LuaTable;

// The fields `voters` and `health` of pack.lua; parameters are read before.
void read_voters(lua_State* lua, LuaTable& pack, RuleManifest& manifest,
                 std::vector<std::string>& problems);

// What is missing for the declared voters to vote: files, and ensemble.lua itself.
void check_voter_files(const RuleSources& sources, const RuleManifest& manifest,
                       std::vector<std::string>& problems);

}  // namespace petrel::core
