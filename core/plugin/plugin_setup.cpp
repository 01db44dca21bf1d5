// Joins loader and registry. Secrets are looked for, so that one that is missing is known before
// anything starts, and not kept.
#include "plugin/plugin_setup.hpp"

#include <utility>

namespace petrel::core {
namespace {

// A venue needs an address for what it pushes and one for what is polled: its own, or one that the
// configuration names. Without it nothing of that sort would ever come in.
void check_endpoints(const ExchangeConfig& exchange, PluginSetup& setup) {
    const LoadedPlugin* plugin = setup.registry.find(PluginKind::Exchange, exchange.plugin.plugin);
    const petrel_exchange_info* info =
        exchange.plugin.enabled && plugin != nullptr ? plugin->exchange().info() : nullptr;
    if (info == nullptr) {
        return;
    }
    bool pushes = false;
    bool polls = false;
    for (const std::uint8_t completeness : info->completeness) {
        pushes = pushes || completeness == PETREL_COMPLETE || completeness == PETREL_SAMPLED;
        polls = polls || completeness == PETREL_POLLED;
    }
    const auto report = [&](const char* key, const char* address) {
        Problem problem;
        problem.code = "PTL-C025";
        problem.message = "exchanges." + exchange.plugin.name + "." + key +
                          " is empty, and the plugin " + exchange.plugin.plugin +
                          " brings no end point of its own";
        problem.place = exchange.plugin.place;
        problem.help = std::string("add ") + key + " = [\"" + address + "\"]";
        setup.problems.push_back(std::move(problem));
    };
    if (pushes && exchange.ws_endpoints.empty() && info->ws_endpoint_count == 0) {
        report("ws", "wss://host");
    }
    if (polls && exchange.rest_endpoints.empty() && info->rest_endpoint_count == 0) {
        report("rest", "https://host");
    }
}

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
    setup.own_rules = !setup.config.rules.directory.empty();
    if (!setup.own_rules) {
        setup.config.rules.directory = default_rules_directory();
    }
    if (const StoreConfig& store = setup.config.store; store.password) {
        check_secret(*store.password, store.password_place, setup.problems);
    }
    for (const ExchangeConfig& exchange : setup.config.exchanges) {
        check_endpoints(exchange, setup);
        for (const ApiKeyConfig& key : exchange.keys) {
            check_secret(key.key, key.place, setup.problems);
            check_secret(key.secret, key.place, setup.problems);
            if (key.passphrase) {
                check_secret(*key.passphrase, key.place, setup.problems);
            }
        }
        if (exchange.plugin.enabled && exchange.proxy_credentials) {
            check_secret(*exchange.proxy_credentials, exchange.proxy_credentials_place,
                         setup.problems);
        }
        plan(setup, PluginKind::Exchange, exchange.plugin, setup.exchanges);
    }
    for (const PluginConfig& detector : setup.config.detectors) {
        plan(setup, PluginKind::Detector, detector, setup.detectors);
    }
    for (const PluginConfig& notifier : setup.config.notifiers) {
        plan(setup, PluginKind::Notifier, notifier, setup.notifiers);
    }
    for (const PluginConfig& voter : setup.config.voters) {
        plan(setup, PluginKind::Voter, voter, setup.voters);
    }
    return setup;
}

}  // namespace petrel::core
