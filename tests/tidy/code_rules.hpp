// Rules about the code of a single file, comments and strings left out: ownership, macros, length
// of functions, clocks, chance, order of maps, and honesty of tests. Pure functions.
#pragma once

#include <span>

#include "source_file.hpp"

namespace petrel::tidy {

// A stage's folder name below core/, in the order of the flow.
std::span<const std::string_view> stages();

// The folder below core/ that a file lies in; empty when it is not in one.
std::string_view core_folder(const SourceFile& file);

Violations check_function_length(const SourceFile& file);

// Naked new and delete. `operator new` (a counting allocator) and `= delete` are neither.
Violations check_new_and_delete(const SourceFile& file);

// #if in a stage.
Violations check_stage_conditionals(const SourceFile& file);
// #if, #ifdef and #ifndef of a file, for the share of the whole core.
std::size_t count_conditionals(const SourceFile& file);

Violations check_clocks(const SourceFile& file);
Violations check_chance(const SourceFile& file);
Violations check_unordered(const SourceFile& file);
Violations check_honest_tests(const SourceFile& file);

}  // namespace petrel::tidy
