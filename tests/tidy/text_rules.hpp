// Rules about the text of a single file: its size, its white space, its opening comment, its marks.
// Pure functions; an empty answer means tidy.
#pragma once

#include "source_file.hpp"

namespace petrel::tidy {

Violations check_file_length(const SourceFile& file);
Violations check_line_width(const SourceFile& file);
Violations check_white_space(const SourceFile& file);
Violations check_marks(const SourceFile& file);
Violations check_pragma_once(const SourceFile& file);
Violations check_head_comment(const SourceFile& file);
Violations check_local_paths(const SourceFile& file);

}  // namespace petrel::tidy
