// petrel rules score: what the signals of rules were worth, from the store or from recordings.
#pragma once

#include "cli/command_line.hpp"

namespace petrel::core {

int cmd_rules_score(const RulesScoreArguments& arguments, Terminal& terminal);

}  // namespace petrel::core
