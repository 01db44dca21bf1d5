// Source text to tree, names to locals by Lua's rules of scope. Part of rule_lint.
//
// Recursive descent over a grammar that the compiler has already checked; it never fails: what it
// cannot read it passes over, and `whole` says that it did. Pure, cold path, any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "script/lint_tree.hpp"

namespace petrel::core {

std::unique_ptr<LintTree> lint_parse(const std::string& file, std::string_view source);

}  // namespace petrel::core
