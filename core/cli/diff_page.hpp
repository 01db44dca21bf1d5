// A diff of two rule versions as a page to look at: timeline, filters, list.
//
// One file that loads nothing. A function of the diff alone.
#pragma once

#include <string>

#include "replay/rule_diff.hpp"

namespace petrel::core {

std::string diff_page(const RuleDiff& diff);

}  // namespace petrel::core
