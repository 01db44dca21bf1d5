// Writing the files of a rule pack: so that what was there stays whole until what comes is.
//
// Cold path, control thread.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "petrel/result.hpp"
#include "script/rule_source.hpp"

namespace petrel::core {

// The folders of a pack below its own; nothing else is read.
inline constexpr std::array<std::string_view, 3> kRuleFolders{"lib", "tests", "voters"};

// Writes and syncs one file; an error names it.
Status write_rule_file(const std::string& path, std::string_view text);

// Makes the rule files of `directory` those of `next`, which has `now` in it: each file is renamed
// into its place, files of `now` that `next` does not have are removed. Other files of the folder
// are not touched. When something fails, `now` is put back.
Status replace_rule_files(const std::string& directory, const RuleSources& now,
                          const RuleSources& next);

}  // namespace petrel::core
