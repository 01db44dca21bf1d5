// The checks of a verdict as a signal's record keeps them, back as values.
//
// Pure; used by what explains signals, on the thread of the command.
#pragma once

#include <string>
#include <vector>

#include "script/verdict_check.hpp"

namespace petrel::core {

// `list` is the JSON array of a record, or of an earlier version's, "null". What cannot be read is
// left out.
std::vector<VerdictCheck> read_checks(const std::string& list);

}  // namespace petrel::core
