// What rule functions return, from the stack into plain values, with a sentence for what is wrong.
//
// Part of a rule's machine; thread of its state. A fault begins with the file that returned it.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "script/rule_io.hpp"
#include "script/rule_value.hpp"

struct lua_State;

namespace petrel::core {

class LuaResults {
public:
    explicit LuaResults(lua_State* lua) : lua_(lua) {}

    // What lies on the stack from slot `at` on; texts are borrowed from there.
    std::span<const RuleValue> from_stack(int at);
    // Each reads the results of a call; false sets the fault.
    bool read_score(std::span<const RuleValue> values, RuleScore& out, std::string& fault);
    static bool read_ensemble(std::span<const RuleValue> values, RuleEnsemble& out,
                              std::string& fault);
    bool read_verdict(std::span<const RuleValue> values, RuleVerdict& out, std::string& fault);

private:
    static constexpr std::size_t kValuesMax = 16;  // more than any call is read for

    bool read_reasons(std::string_view list, RuleVerdict& out);
    double number_of(const RuleValue& value);

    lua_State* lua_;
    std::array<RuleValue, kValuesMax> values_;
    // The latest that were found to be sound: rules mostly say what they said before.
    std::string known_pattern_ = "single";
    std::string known_reasons_ = "single_over_minimum";
    std::string known_note_;
};

// Lua says "attempt to index a nil value (local 'cluster')"; says when that happens and what to do.
std::string explain_nil(const std::string& fault);

}  // namespace petrel::core
