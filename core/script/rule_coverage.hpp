// Which lines of a pack its own tests have run.
//
// A line counts when it has code that can be reached; pack.lua and the tests themselves do not
// count. Filled while the tests run, on their thread; read afterwards.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "script/rule_budget.hpp"
#include "script/rule_source.hpp"

namespace petrel::core {

struct FileCoverage {
    std::string file;
    std::size_t lines = 0;    // with code
    std::vector<int> missed;  // those that no test has run, in order

    [[nodiscard]] std::size_t run() const { return lines - missed.size(); }
    // "12, 30-34": neighbours in code as one range.
    [[nodiscard]] std::string missed_text() const;

    std::set<int> code;  // the lines with code
};

class RuleCoverage : public RuleLines {
public:
    void on_line(std::string_view file, int line) override { run_[std::string(file)].insert(line); }

    // In the order of their names. The sources must compile.
    [[nodiscard]] std::vector<FileCoverage> files(const RuleSources& sources) const;

private:
    std::map<std::string, std::set<int>, std::less<>> run_;
};

// Whole per cent of the lines that have run, rounded down, so that 100 means all; 100 of none.
unsigned coverage_percent(std::size_t run, std::size_t lines);

}  // namespace petrel::core
