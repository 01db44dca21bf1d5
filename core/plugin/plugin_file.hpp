// The files that plugins are given the text of: models and tables that are too large for a
// configuration. A plugin opens no file itself.
//
// Pure but for reading the file; any thread.
#pragma once

#include <string>

#include "petrel/result.hpp"

namespace petrel::core {

// All of a regular file of at most PETREL_PARAMETER_FILE_BYTES_MAX; the refusal names it and why.
Result<std::string> read_plugin_file(const std::string& path);

}  // namespace petrel::core
