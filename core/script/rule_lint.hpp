// What `petrel rules check` finds beyond compiling and running: code that is probably not meant.
//
// Unread and hidden names, code that is never reached, misspelt fields and parameters in branches
// that no sample takes, comparisons that never hold, parameters that no file reads. Warnings only;
// a pack with findings is as usable as before. Cold path, any thread.
#pragma once

#include <string>
#include <vector>

#include "script/rule_manifest.hpp"
#include "script/rule_source.hpp"

namespace petrel::core {

struct LintFinding {
    std::string file;
    int line = 1;
    int column = 1;
    std::string text;  // what is odd, and what to do

    // "score.lua:12:5: ..."
    [[nodiscard]] std::string sentence() const;
};

// In the order of files and places. The sources must compile.
std::vector<LintFinding> lint_rules(const RuleSources& sources, const RuleManifest& manifest);

}  // namespace petrel::core
