// The single checks of rule_lint, each over the tree of one file.
//
// A finding says where, what, and what to do. Findings are warnings: none may be wrong on code that
// is right, so what cannot be known for certain is not told. Pure, cold path, any thread.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "script/lint_tree.hpp"
#include "script/rule_lint.hpp"
#include "script/rule_manifest.hpp"

namespace petrel::core {

// Locals, functions and arguments that nothing reads, and names that hide others.
void lint_names(const LintTree& tree, std::vector<LintFinding>& findings);

// Statements behind code that always ends.
void lint_reach(const LintTree& tree, std::vector<LintFinding>& findings);

// Which parameters of the manifest a file reads.
struct LintParameterUse {
    std::set<std::string, std::less<>> names;
    bool all = false;  // by a computed name, or the table was handed on
};

// Fields that there are not, and comparisons whose answer is known beforehand. The first argument
// of the functions that the engine calls is the input; what follows from it is followed.
void lint_fields(const LintTree& tree, const RuleManifest& manifest, LintParameterUse& use,
                 std::vector<LintFinding>& findings);

}  // namespace petrel::core
