// Which lines of a function can run: those of instructions that can be reached from its beginning.
//
// The compiler ends every function with a return of its own and every branch with a jump, even
// behind a return, where nothing ever comes; a line that has only such code is no line of code to
// whoever asks what the tests have run. Pure, cold path, any thread.
#pragma once

#include <cstdint>
#include <set>
#include <span>

namespace petrel::core {

// `lines` has the line of each instruction of `code`.
void add_lines_that_run(std::span<const std::uint32_t> code, std::span<const int> lines,
                        std::set<int>& found);

}  // namespace petrel::core
