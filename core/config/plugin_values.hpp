// Values of a plugin's own: whatever the section has besides the core's keys. Private to the
// loader.
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/table_reader.hpp"

namespace petrel::core {

// Takes every member but the core's own keys into plugin.values.
void read_values(TableReader& reader, const std::vector<std::string>& own_keys,
                 PluginConfig& plugin);

// Reads { file = "path" }, { env = "NAME" } or { store = "name" }, a reference to a secret. False
// with a problem.
bool read_secret_reference(TableReader& reader, const std::string& key, SecretReference& secret);

// The file beside a plugin's library: its values at the top level. Empty when it cannot be read,
// with a problem.
Node read_plugin_defaults(const std::string& file, Problems& problems);

}  // namespace petrel::core
