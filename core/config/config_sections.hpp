// The sections of a configuration, each read from the merged tree. Private to the loader.
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/config_loader.hpp"
#include "config/node.hpp"
#include "config/table_reader.hpp"

namespace petrel::core {

// Every read_* takes the reader of the root table and fills its part of the configuration.
void read_general(TableReader& root, Problems& problems, Config& config);
void read_groups(TableReader& root, const Node& defaults, Problems& problems, Config& config);
void read_symbols(TableReader& root, Config& config);
void read_cooldowns(TableReader& root, const Node& defaults, Problems& problems, Config& config);

struct PluginSections {
    const std::optional<std::vector<KnownPlugin>>& known;
    Problems& problems;
    Config& config;
};
void read_plugin_sections(TableReader& root, const PluginSections& sections);
void read_messages(TableReader& root, const Node& defaults, Problems& problems, Config& config);
// After the plugins: routes name channels.
void read_routing(TableReader& root, Problems& problems, Config& config);

// Canonical symbols of a list; what is no symbol is reported, repetitions are left out.
std::vector<std::string> read_symbol_list(TableReader& reader, const std::string& key);

// LIQ_STORM and the like.
bool is_upper_snake(const std::string& text);

}  // namespace petrel::core
