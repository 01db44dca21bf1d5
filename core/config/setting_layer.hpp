// The two layers above the file: environment variables and --set.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/node.hpp"

namespace petrel::core {

inline constexpr std::string_view kEnvironmentPrefix = "PETREL_";

// PETREL_ENGINE__SHARDS=2 becomes engine.shards = 2. Names are matched to the keys of `lower`
// without regard to case; a key that `lower` does not have is taken in lower case, save group names
// and alert types, which are upper case. PETREL_CONFIG names the file and is no key, nor is the
// passphrase of the secret store.
Node environment_layer(const std::map<std::string, std::string>& environment, const Node& lower);

// "engine.shards=2"; a setting without '=' is a problem.
Node setting_layer(const std::vector<std::string>& settings, Problems& problems);

}  // namespace petrel::core
