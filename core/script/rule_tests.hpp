// Runs the tests that a pack brings with it: tables of what is given and what is expected.
//
// Used when a version is loaded, by `rules test` and by the build's own tests. Cold path.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "petrel/result.hpp"
#include "script/rule_budget.hpp"

namespace petrel::core {

class RulePack;

struct RuleTestCase {
    std::string file;  // "tests/storm.lua"
    int line = 0;      // of the case's name
    std::string name;
    // One line for each field that differs: "score      expected 0.50   got 0.80   (+0.30)".
    std::vector<std::string> differences;

    [[nodiscard]] bool passed() const { return differences.empty(); }
};

struct RuleTestReport {
    std::vector<RuleTestCase> cases;
    std::uint64_t passed = 0;
    std::uint64_t failed = 0;

    // The failing cases with their differences, one a line; empty when all passed.
    [[nodiscard]] std::string failures() const;
};

// Fails when a test file cannot be read as such; cases that fail are part of the report.
Result<RuleTestReport> run_pack_tests(const RulePack& pack, const RuleBudget& budget = {});

}  // namespace petrel::core
