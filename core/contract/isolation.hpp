// Runs a group of checks in a child process: an adapter that crashes, hangs, ends the process or
// eats memory takes its group with it and nothing else.
//
// Called on the thread of the command, which must be the only one of its process.
#pragma once

#include <string>
#include <vector>

#include "contract/checks.hpp"

namespace petrel::core {

// Rows of the group, those too that its end left open.
std::vector<RowResult> run_isolated(const CheckGroup& group, const VerifyOptions& options,
                                    InputArena& arena);

// Whether the library loads at all, tried in a child; "" is good. `broken` tells whether loading
// crashed or hung.
std::string load_fault(const VerifyOptions& options, InputArena& arena, bool& broken);

// Writes an input into options.save_directory; its path, or "" when that failed.
std::string save_input(const VerifyOptions& options, const std::string& input);

}  // namespace petrel::core
