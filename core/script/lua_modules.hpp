// The files of a pack inside one Lua state, and use("decay"), which gives what a file returns.
//
// Each file runs once, at its first use; the names lead to files of the pack and nowhere else.
// Part of a rule's machine; thread of its state.
#pragma once

#include <string>

#include "petrel/result.hpp"
#include "script/rule_manifest.hpp"
#include "script/rule_source.hpp"

namespace petrel::core {

class LuaState;

// Compiles every file but the tests and makes use() and params known to them.
Status install_modules(LuaState& state, const RuleSources& sources, const RuleManifest& manifest);

// Pushes the function of a file: what it returns, or the field `function` of the table it returns.
Status push_module_function(LuaState& state, const std::string& module, const char* function);

}  // namespace petrel::core
