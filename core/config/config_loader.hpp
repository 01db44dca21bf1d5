// Text to structs: built-in defaults < plugin defaults < the user's file < environment < --set.
//
// Every mistake of every layer is reported at once, with its place. The result can be used only
// when there are no errors; warnings may be shown and ignored. Loading thread; no state is kept.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/problem.hpp"

namespace petrel::core {

// A plugin that was found, and the file with its default values ("" when it has none).
struct KnownPlugin {
    std::string section;  // "exchanges", "detectors", "notifiers"
    std::string name;
    std::string defaults_file;
};

struct LoadOptions {
    std::string file;                                // "" for the defaults alone
    std::vector<std::string> settings;               // "engine.shards=2"
    std::map<std::string, std::string> environment;  // those that begin with PETREL_ are read
    // Absent before plugins were looked for: their names are then not checked.
    std::optional<std::vector<KnownPlugin>> plugins;
};

struct LoadResult {
    Config config;
    Problems problems;
};

LoadResult load_config(const LoadOptions& options);

// The same for a text in memory, which stands for the user's file.
LoadResult load_config_text(std::string_view text, const LoadOptions& options);

// The variables of this process.
std::map<std::string, std::string> process_environment();

// The product's own defaults, as built in.
std::string_view default_config();

}  // namespace petrel::core
