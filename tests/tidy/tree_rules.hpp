// Rules that need the whole tree: names of plugins in core, dead files, mirrored tests, complete
// plugin folders, links in documents, and the shares that are counted over many files.
#pragma once

#include "source_file.hpp"

namespace petrel::tidy {

// Folder names below plugins/exchanges, plugins/detectors and plugins/notifiers.
std::vector<std::string> plugin_names(const Tree& tree);

// core/*.{cpp,hpp}: no venue, detector or channel by name, comments aside.
Violations check_plugin_names_in_core(const SourceFile& file,
                                      const std::vector<std::string>& names);

// Build files: nobody outside a plugin's folder (and tests/) names it.
Violations check_plugin_names_in_build(const SourceFile& file,
                                       const std::vector<std::string>& names);

// new and delete over all files: none but one pair in the SDK's glue.
Violations check_ownership(const Tree& tree);

// #if per 1,000 lines of core.
Violations check_conditional_share(const Tree& tree);

// Each .cpp of core has a header of its name (or of a prefix of it), each header is included.
Violations check_dead_files(const Tree& tree);

// tests/core/<folder> has a core/<folder>.
Violations check_mirrored_tests(const Tree& tree);

// Each folder of a plugin holds README.md and CMakeLists.txt.
Violations check_plugin_folders(const Tree& tree);

// Relative links in documents lead to files, folders and headings that exist.
Violations check_links(const SourceFile& file, const Tree& tree);

}  // namespace petrel::tidy
