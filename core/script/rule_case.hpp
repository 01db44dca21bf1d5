// One case of a pack's tests as plain values, read from the table that a test file returns.
// Part of rule_tests; cold path, one thread.
//
// Used when a pack is proved or tested, on the thread that does it; never on the hot path.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "petrel/result.hpp"
#include "script/rule_io.hpp"
#include "script/rule_manifest.hpp"
#include "script/rule_source.hpp"

namespace petrel::core {

struct RuleExpectation {
    std::optional<double> score;
    double tolerance = 0.005;
    std::optional<std::string> pattern;
    std::optional<std::string> strength;
    std::optional<std::string> pressure;
    std::optional<std::string> volatility;
    std::optional<std::string> decision;
    std::optional<std::string> reason;  // the first one
    std::optional<std::string> note;
    std::map<std::string, double> terms;
    std::map<std::string, bool> checks;   // whether it passed
    std::map<std::string, double> state;  // after the evaluation
    // Of the ensemble; -1 for what is not known and for a voter that abstains.
    std::optional<double> confidence;
    std::optional<double> health;
    std::map<std::string, double> votes;
    std::map<std::string, double> parts;
};

struct RuleCase {
    std::string name;
    int line = 0;
    RuleInput input;  // without the four that follow, which it would borrow
    RecordedWindow window;
    std::vector<RuleTerm> state;
    std::vector<RuleTerm> votes;  // of plugins
    std::vector<RuleTerm> accuracy;
    ParameterOverrides params;
    RuleExpectation expect;
};

// Texts that inputs point to; nodes never move.
using TextPool = std::set<std::string, std::less<>>;

Result<std::vector<RuleCase>> read_rule_cases(const RuleFile& file, TextPool& texts);

}  // namespace petrel::core
