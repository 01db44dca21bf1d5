// The fields that rules see, by name: one list for filling, for messages and for tests.
//
// A field added to rule_io.hpp reaches rules by one line in lua_fields.cpp (and its line in
// rules/petrel.d.lua and rules/README.md, which a test compares). Constant; any thread.
#pragma once

#include <span>
#include <string_view>

#include "script/rule_io.hpp"

namespace petrel::core {

// Score as appropriateness rules read it.
struct ScoreView {
    double total = 0;
    std::string_view pattern;
    std::string_view strength;
    std::string_view pressure;
    std::string_view volatility;
    double confidence = -1;  // of the ensemble; -1: not known
    double health = -1;
};

// One field of a struct under the name that rules use. Exactly one member pointer is set.
template <typename Owner>
struct LuaField {
    const char* name = nullptr;
    double Owner::* number = nullptr;
    std::string_view Owner::* text = nullptr;
    bool Owner::* flag = nullptr;
};

std::span<const LuaField<RuleInput>> input_fields();
// The tables below input, in alphabetical order: market, history, accuracy and votes by voter, and
// findings for the rest.
std::span<const std::string_view> input_tables();
std::span<const LuaField<RuleFinding>> finding_fields();
std::span<const LuaField<RuleMarket>> market_fields();
std::span<const LuaField<RuleHistory>> history_fields();
std::span<const LuaField<ScoreView>> score_fields();

}  // namespace petrel::core
