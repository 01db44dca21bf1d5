// The sections of plugins: what the core reads of them (enabled, plugin, end points, symbols) and
// the plugin's own values, which plugin_config checks once the plugin is loaded.
//
// Lines of these sections may hold a secret in the wrong place: they are quoted with their texts
// masked, and no text of theirs goes into a message.
#include <algorithm>
#include <filesystem>

#include "config/channel_names.hpp"
#include "config/closest.hpp"
#include "config/config_sections.hpp"
#include "config/endpoint_strategy.hpp"
#include "config/plugin_values.hpp"
#include "config/url_check.hpp"
#include "runtime/human.hpp"

namespace petrel::core {
namespace {

bool is_instance_name(const std::string& name) {
    return !name.empty() && name.size() <= 32 && name[0] >= 'a' && name[0] <= 'z' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
           });
}

class SectionReader {
public:
    SectionReader(std::string section, const PluginSections& context)
        : section_(std::move(section)), context_(context) {}

    // Calls `take` with the configuration and reader of each instance; `take` adds what it needs
    // and calls read_values.
    template <typename Take>
    void each(const Node& table, Take&& take) {
        for (const auto& [name, written] : table.members) {
            const std::string path = section_ + "." + name;
            if (!is_instance_name(name) || written.type != Node::Type::Table) {
                bad_instance(name, written);
                continue;
            }
            Node merged = defaults_of(plugin_of(name, written));
            merge(merged, written);
            TableReader reader(merged, path, context_.problems, Excerpt::Masked);
            PluginConfig plugin;
            plugin.name = name;
            plugin.plugin = name;
            plugin.place = written.key_place;
            reader.text("plugin", plugin.plugin);
            reader.boolean("enabled", plugin.enabled);
            check_known(plugin, reader);
            take(plugin, reader);
        }
    }

    [[nodiscard]] Node defaults_of(const std::string& plugin) const {
        const KnownPlugin* known = find(plugin);
        return known == nullptr || known->defaults_file.empty()
                   ? Node()
                   : read_plugin_defaults(known->defaults_file, context_.problems);
    }

private:
    static std::string plugin_of(const std::string& name, const Node& table) {
        const Node* plugin = table.find("plugin");
        return plugin != nullptr && plugin->type == Node::Type::Text ? plugin->text : name;
    }

    [[nodiscard]] const KnownPlugin* find(const std::string& plugin) const {
        if (context_.known) {
            for (const KnownPlugin& known : *context_.known) {
                if (known.section == section_ && known.name == plugin) {
                    return &known;
                }
            }
        }
        return nullptr;
    }

    void bad_instance(const std::string& name, const Node& written) {
        Problem problem;
        problem.code = written.type == Node::Type::Table ? "PTL-C003" : "PTL-C004";
        problem.message = section_ + "." + name.substr(0, 60) +
                          (written.type == Node::Type::Table ? " is no name of a plugin"
                                                             : " is " + describe(written));
        problem.place = written.key_place;
        problem.help = written.type == Node::Type::Table
                           ? "names are lower case, like my_channel"
                           : "expected a table, like [" + section_ + "." + name.substr(0, 60) + "]";
        problem.excerpt = Excerpt::Masked;
        context_.problems.push_back(std::move(problem));
    }

    void check_known(const PluginConfig& plugin, TableReader& reader) {
        if (!context_.known || !plugin.enabled || find(plugin.plugin) != nullptr) {
            return;
        }
        std::vector<std::string> names;
        for (const KnownPlugin& known : *context_.known) {
            if (known.section == section_) {
                names.push_back(known.name);
            }
        }
        const std::string list = human_list(names);
        Node at;
        const Node* named = reader.node().find("plugin");
        at.place = named == nullptr ? plugin.place : named->place;
        const std::string near = did_you_mean(plugin.plugin, names);
        reader.report(at, "PTL-C018",
                      "no plugin '" + plugin.plugin.substr(0, 60) + "' was found for [" + section_ +
                          "." + plugin.name + "]; found: " + (list.empty() ? "none" : list),
                      near.empty() ? "install it, or add its folder to plugin_directories" : near);
    }

    std::string section_;
    const PluginSections& context_;
};

std::vector<std::string> read_urls(TableReader& reader, const std::string& key,
                                   const UrlSchemes& schemes) {
    std::vector<std::string> urls;
    for (const Node& node : reader.texts(key)) {
        const Status checked = check_url(node.text, schemes);
        if (checked.ok()) {
            urls.push_back(node.text);
        } else {
            reader.report(node, "PTL-C012", reader.name_of(key) + ": " + checked.message(),
                          "expected " + std::string(schemes.plain) + "://host or " +
                              std::string(schemes.secure) + "://host[:port]");
        }
    }
    return urls;
}

std::vector<std::string> read_channels(TableReader& reader) {
    std::vector<std::string> all;
    for (const ChannelName& channel : kChannelNames) {
        all.emplace_back(channel.name);
    }
    std::vector<std::string> channels;
    for (const Node& node : reader.texts("channels")) {
        if (std::find(all.begin(), all.end(), node.text) != all.end()) {
            channels.push_back(node.text);
            continue;
        }
        const std::string near = did_you_mean(node.text, all);
        reader.report(node, "PTL-C007", reader.name_of("channels") + ": unknown channel",
                      near.empty() ? "channels: " + human_list(all) : near);
    }
    return channels;
}

// One whole number an end point of `ws`.
std::vector<std::uint32_t> read_weights(TableReader& reader, std::size_t endpoints) {
    constexpr std::int64_t most = 1'000;
    std::vector<std::uint32_t> weights;
    const Node* node = reader.any("ws_weights");
    if (node == nullptr) {
        return weights;
    }
    const bool numbers = std::all_of(node->items.begin(), node->items.end(), [](const Node& item) {
        return item.type == Node::Type::Integer && item.integer >= 1 && item.integer <= most;
    });
    if (node->type != Node::Type::List || !numbers || node->items.size() != endpoints) {
        reader.report(*node, "PTL-C004",
                      reader.name_of("ws_weights") + " has not one weight for each of ws",
                      "expected a whole number from 1 to 1000 for each end point, like [3, 1]");
        return weights;
    }
    for (const Node& item : node->items) {
        weights.push_back(static_cast<std::uint32_t>(item.integer));
    }
    return weights;
}

// How its hosts are reached, besides where they are.
void read_network(TableReader& reader, ExchangeConfig& exchange) {
    reader.text("proxy", exchange.proxy);
    const Node* proxy = reader.any("proxy");
    if (!exchange.proxy.empty() && exchange.proxy != "none") {
        if (const Status checked = check_url(exchange.proxy, {"http", "socks5"}); !checked.ok()) {
            reader.report(*proxy, "PTL-C012", reader.name_of("proxy") + ": " + checked.message(),
                          "expected http://host:port, socks5://host:port or none; credentials go "
                          "into proxy_credentials");
        }
    }
    if (const Node* node = reader.any("proxy_credentials"); node != nullptr) {
        SecretReference secret;
        if (read_secret_reference(reader, "proxy_credentials", secret)) {
            exchange.proxy_credentials = secret;
            exchange.proxy_credentials_place = node->place;
        }
        if (exchange.proxy.empty() || exchange.proxy == "none") {
            reader.report(*node, "PTL-C004",
                          reader.name_of("proxy_credentials") + " belongs to no proxy",
                          "add proxy = \"http://host:port\" to the section");
        }
    }
    reader.choice("address_family", {"any", "ipv4", "ipv6"}, exchange.address_family);
    if (reader.any("compress") != nullptr) {
        bool compress = false;
        reader.boolean("compress", compress);
        exchange.compress = compress;
    }
}

bool read_key(TableReader& reader, ApiKeyConfig& key) {
    bool whole = true;
    for (const auto& [name, into] :
         {std::pair("key", &key.key), std::pair("secret", &key.secret)}) {
        if (reader.any(name) == nullptr) {
            reader.report(reader.node(), "PTL-C019", reader.name_of(name) + " is missing",
                          std::string("add ") + name + " = { store = \"name\" }");
            whole = false;
        } else {
            whole = read_secret_reference(reader, name, *into) && whole;
        }
    }
    if (reader.any("passphrase") != nullptr) {
        whole = read_secret_reference(reader, "passphrase", key.passphrase.emplace()) && whole;
    }
    reader.integer("per_minute", {1, 100'000}, key.per_minute);
    reader.finish();
    return whole;
}

// [exchanges.<name>.keys.<label>]
void read_keys(TableReader& reader, const PluginSections& context, ExchangeConfig& exchange) {
    const Node* keys = reader.any("keys");
    if (keys == nullptr) {
        return;
    }
    for (const auto& [label, node] : keys->members) {
        const std::string path = reader.name_of("keys") + "." + label.substr(0, 60);
        if (!is_instance_name(label) || node.type != Node::Type::Table) {
            reader.report(node, "PTL-C004", path + " is no table of a key",
                          "write [" + path + "] with key and secret; labels are lower case");
            continue;
        }
        TableReader inner(node, path, context.problems, Excerpt::Masked);
        ApiKeyConfig key;
        key.label = label;
        key.place = node.key_place;
        if (read_key(inner, key)) {
            exchange.keys.push_back(std::move(key));
        }
    }
}

void read_exchanges(const Node& table, const PluginSections& context) {
    SectionReader section("exchanges", context);
    section.each(table, [&](PluginConfig& plugin, TableReader& reader) {
        if (plugin.name == kOperatorVenue) {
            Node at;
            at.place = plugin.place;
            reader.report(at, "PTL-C003",
                          std::string("exchanges.") + kOperatorVenue +
                              ": the name is taken by what is fed in over the control socket",
                          "choose another name, and say plugin = \"...\"");
        }
        ExchangeConfig exchange;
        exchange.ws_endpoints = read_urls(reader, "ws", {"ws", "wss"});
        exchange.rest_endpoints = read_urls(reader, "rest", {"http", "https"});
        exchange.symbols = read_symbol_list(reader, "symbols");
        exchange.channels = read_channels(reader);
        reader.path("ca_file", exchange.ca_file);
        reader.integer("redundancy", {1, 4}, exchange.redundancy);
        reader.duration("relist", {0, 86'400'000}, exchange.relist_ms);
        exchange.ws_weights = read_weights(reader, exchange.ws_endpoints.size());
        reader.choice("endpoint_strategy", endpoint_strategy_words(), exchange.endpoint_strategy);
        reader.integer("circuit_failures", {1, 1'000}, exchange.circuit_failures);
        reader.duration("circuit_open", {1'000, 3'600'000}, exchange.circuit_open_ms);
        read_network(reader, exchange);
        read_keys(reader, context, exchange);
        read_values(
            reader,
            {"keys", "proxy", "proxy_credentials", "address_family", "compress", "enabled",
             "plugin", "ws", "rest", "symbols", "channels", "ca_file", "redundancy", "relist",
             "ws_weights", "endpoint_strategy", "circuit_failures", "circuit_open"},
            plugin);
        exchange.plugin = std::move(plugin);
        context.config.exchanges.push_back(std::move(exchange));
    });
}

void read_detectors(const Node& table, const PluginSections& context) {
    SectionReader section("detectors", context);
    Node all = table;
    if (context.known) {
        for (const KnownPlugin& known : *context.known) {
            if (known.section == "detectors") {
                all.members.try_emplace(known.name, Node());
            }
        }
    }
    section.each(all, [&](PluginConfig& plugin, TableReader& reader) {
        read_values(reader, {"enabled", "plugin"}, plugin);
        context.config.detectors.push_back(std::move(plugin));
    });
}

ChannelConfig read_channel(TableReader& reader) {
    ChannelConfig channel;
    reader.choice("updates", {"auto", "all", "rise", "none"}, channel.updates);
    if (reader.any("digests") != nullptr) {
        bool digests = false;
        reader.boolean("digests", digests);
        channel.digests = digests;
    }
    reader.text("fallback", channel.fallback);
    if (const Node* fallback = reader.any("fallback"); fallback != nullptr) {
        channel.place = fallback->place;
    }
    reader.number("per_minute", {0, 1e6}, channel.per_minute);
    return channel;
}

// A fallback is another notifier that runs.
void check_fallbacks(TableReader& root, const PluginSections& context) {
    const std::vector<PluginConfig>& notifiers = context.config.notifiers;
    for (const auto& [name, channel] : context.config.delivery.channels) {
        if (channel.fallback.empty()) {
            continue;
        }
        std::vector<std::string> others;
        for (const PluginConfig& notifier : notifiers) {
            if (notifier.enabled && notifier.name != name) {
                others.push_back(notifier.name);
            }
        }
        if (std::find(others.begin(), others.end(), channel.fallback) == others.end()) {
            Node at;
            at.place = channel.place;
            const std::string near = did_you_mean(channel.fallback, others);
            root.report(at, "PTL-C007", "notifiers." + name + ".fallback names no other notifier",
                        near.empty() ? "notifiers: " + human_list(others) : near);
        }
    }
}

void read_notifiers(TableReader& root, const PluginSections& context) {
    SectionReader section("notifiers", context);
    const Node* written = root.table("notifiers");
    Node table = written == nullptr ? Node() : *written;
    const std::vector<Node> usual = root.texts("default_notifiers");
    if (table.members.empty()) {
        for (const Node& name : usual) {
            Node entry;
            entry.place = name.place;
            entry.key_place = name.place;
            table.members.emplace(name.text, std::move(entry));
        }
    }
    section.each(table, [&](PluginConfig& plugin, TableReader& reader) {
        context.config.delivery.channels[plugin.name] = read_channel(reader);
        reader.boolean("drill", plugin.drill);
        read_values(reader,
                    {"enabled", "plugin", "updates", "digests", "fallback", "per_minute", "drill"},
                    plugin);
        context.config.notifiers.push_back(std::move(plugin));
    });
    check_fallbacks(root, context);
}

void read_voters(const Node& table, const PluginSections& context) {
    SectionReader section("voters", context);
    std::size_t enabled = 0;
    section.each(table, [&](PluginConfig& plugin, TableReader& reader) {
        read_values(reader, {"enabled", "plugin"}, plugin);
        enabled += plugin.enabled ? 1 : 0;
        if (plugin.enabled && enabled == kVotersMax + 1) {
            Node at;
            at.place = plugin.place;
            reader.report(at, "PTL-C005",
                          "voters." + plugin.name + " is one voter too many: at most " +
                              std::to_string(kVotersMax) + " vote",
                          "write enabled = false, or remove the section");
        }
        context.config.voters.push_back(std::move(plugin));
    });
}

}  // namespace

void read_plugin_sections(TableReader& root, const PluginSections& sections) {
    const Node empty;
    const Node* exchanges = root.table("exchanges");
    read_exchanges(exchanges == nullptr ? empty : *exchanges, sections);
    const Node* detectors = root.table("detectors");
    read_detectors(detectors == nullptr ? empty : *detectors, sections);
    read_notifiers(root, sections);
    const Node* voters = root.table("voters");
    read_voters(voters == nullptr ? empty : *voters, sections);
}

}  // namespace petrel::core
