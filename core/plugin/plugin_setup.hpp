// Configuration and plugins together: what `run`, `replay` and `check` begin with.
//
// The configuration says where plugins are, the plugins bring defaults and declare parameters; so
// it is read once to find them and again with what was found. Control thread.
#pragma once

#include <string>
#include <vector>

#include "config/config_loader.hpp"
#include "plugin/plugin_config.hpp"
#include "plugin/plugin_registry.hpp"

namespace petrel::core {

// One plugin that is to run, with its checked values.
struct PlannedPlugin {
    const LoadedPlugin* plugin = nullptr;  // owned by the registry
    std::string name;                      // of the instance
    ResolvedConfig values;
};

struct PluginSetup {
    Config config;          // rules.directory filled in where the configuration leaves it open
    bool own_rules = true;  // it did not
    PluginRegistry registry;
    std::vector<PlannedPlugin> exchanges;  // in the order of config.exchanges, enabled ones
    std::vector<PlannedPlugin> detectors;
    std::vector<PlannedPlugin> notifiers;
    std::vector<PlannedPlugin> voters;  // by name
    Problems problems;                  // with an error here nothing may start
    Problems refusals;                  // files that were not taken; the rest runs
};

PluginSetup load_setup(const LoadOptions& options);

// The same with other folders in place of those beside the program.
PluginSetup load_setup(LoadOptions options, const std::vector<std::string>& directories);

}  // namespace petrel::core
