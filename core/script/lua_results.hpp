// What rule functions return, from the stack into plain values, with a sentence for what is wrong.
//
// Part of a rule's machine; thread of its state. A fault begins with the file that returned it.
#pragma once

#include <string>
#include <string_view>

#include "script/rule_io.hpp"

struct lua_State;

namespace petrel::core {

class LuaResults {
public:
    explicit LuaResults(lua_State* lua) : lua_(lua) {}

    // Each reads the results from stack slot `at` on; false sets the fault.
    bool read_score(int at, RuleScore& out, std::string& fault);
    bool read_ensemble(int at, RuleEnsemble& out, std::string& fault) const;
    bool read_verdict(int at, RuleVerdict& out, std::string& fault);

private:
    bool read_reasons(std::string_view list, RuleVerdict& out);

    lua_State* lua_;
    // The latest that were found to be sound: rules mostly say what they said before.
    std::string known_pattern_ = "single";
    std::string known_reasons_ = "single_over_minimum";
    std::string known_note_;
};

// Lua says "attempt to index a nil value (local 'cluster')"; says when that happens and what to do.
std::string explain_nil(const std::string& fault);

}  // namespace petrel::core
