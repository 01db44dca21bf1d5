// Results of a pack's tests as JUnit XML, which build servers read.
//
// One testsuite a test file; a failed case holds its differences. Well-formed whatever names and
// texts hold: what XML does not allow is replaced. Pure.
#pragma once

#include <string>
#include <string_view>

#include "script/rule_tests.hpp"

namespace petrel::core {

// `pack` is the pack's id, the prefix of class names.
std::string junit_report(const RuleTestReport& report, std::string_view pack, double seconds);
// Of a pack that was refused before a test could run.
std::string junit_refusal(const std::string& message, std::string_view pack);

}  // namespace petrel::core
