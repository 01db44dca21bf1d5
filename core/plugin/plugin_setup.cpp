// Joins loader and registry. Secrets are looked for, so that one that is missing is known before
// anything starts, and not kept.
#include "plugin/plugin_setup.hpp"

#include <utility>

namespace petrel::core {
namespace {

void plan(PluginSetup& setup, PluginKind kind, const PluginConfig& written,
          std::vector<PlannedPlugin>& planned) {
    const LoadedPlugin* plugin = setup.registry.find(kind, written.plugin);
    // One that was not found has been reported by the loader.
    if (!written.enabled || plugin == nullptr) {
        return;
    }
    PlannedPlugin entry;
    entry.plugin = plugin;
    entry.name = written.name;
    entry.values = resolve_plugin_config(*plugin, written, setup.config, setup.problems);
    check_secrets(entry.values, setup.problems);
    planned.push_back(std::move(entry));
}

}  // namespace

PluginSetup load_setup(const LoadOptions& options) {
    return load_setup(options, default_plugin_directories());
}

PluginSetup load_setup(LoadOptions options, const std::vector<std::string>& directories) {
    PluginSetup setup;
    options.plugins.reset();
    const LoadResult first = load_config(options);
    for (const std::string& directory : directories) {
        setup.registry.discover(directory, PluginRegistry::Missing::Allowed, setup.refusals);
    }
    for (const std::string& directory : first.config.plugin_directories) {
        setup.registry.discover(directory, PluginRegistry::Missing::Reported, setup.refusals);
    }
    options.plugins = setup.registry.known();
    LoadResult loaded = load_config(options);
    setup.config = std::move(loaded.config);
    setup.problems = std::move(loaded.problems);
    if (setup.config.rules.directory.empty()) {
        setup.config.rules.directory = default_rules_directory();
    }
    for (const ExchangeConfig& exchange : setup.config.exchanges) {
        plan(setup, PluginKind::Exchange, exchange.plugin, setup.exchanges);
    }
    for (const PluginConfig& detector : setup.config.detectors) {
        plan(setup, PluginKind::Detector, detector, setup.detectors);
    }
    for (const PluginConfig& notifier : setup.config.notifiers) {
        plan(setup, PluginKind::Notifier, notifier, setup.notifiers);
    }
    return setup;
}

}  // namespace petrel::core
