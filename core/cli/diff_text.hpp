// A diff of two rule versions in words: for the terminal and as JSON.
//
// Functions of the diff alone; nothing here reads a clock or a file.
#pragma once

#include <string>

#include "config/problem.hpp"
#include "replay/rule_diff.hpp"

namespace petrel::core {

// Summary and each story that differs, for people.
std::string diff_text(const RuleDiff& diff, Colour colour);
// One document on one line, the stories that do not differ included.
std::string diff_json(const RuleDiff& diff);

}  // namespace petrel::core
