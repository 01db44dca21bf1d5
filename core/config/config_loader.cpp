// Reads the layers, merges them and hands the tree to the sections.
#include "config/config_loader.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/config_sections.hpp"
#include "config/setting_layer.hpp"
#include "config/toml_reader.hpp"

namespace petrel::core {
namespace {

Problem unreadable(const std::string& file, const std::string& why) {
    Problem problem;
    problem.code = "PTL-C001";
    problem.message = file + " cannot be read: " + why;
    auto source = std::make_shared<SourceText>();
    source->name = file;
    problem.place = Place{source, 0, 0, 0};
    problem.help = "check the path given with --config";
    return problem;
}

// The file's text, or nothing after a problem was added.
std::optional<std::string> read_file(const std::string& file, Problems& problems) {
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (error || status.type() == std::filesystem::file_type::not_found) {
        problems.push_back(unreadable(file, error ? error.message() : "no such file"));
        return std::nullopt;
    }
    if (status.type() == std::filesystem::file_type::directory) {
        problems.push_back(unreadable(file, "it is a directory"));
        return std::nullopt;
    }
    std::ifstream in(file, std::ios::binary);
    std::string text(kConfigBytesMax + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad() || (in.gcount() == 0 && !in.eof())) {
        problems.push_back(unreadable(file, "permission denied"));
        return std::nullopt;
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

SourceLabel label_of(const std::string& file) {
    SourceLabel label;
    label.name = file.empty() ? "petrel.toml" : file;
    label.directory = std::filesystem::path(file).parent_path().string();
    return label;
}

// Variables that a secret refers to are read as secrets, not as keys.
void forgive_secret_variables(const Config& config, Problems& problems) {
    const auto names = [](const Problem& problem, const SecretReference& secret) {
        return secret.source == SecretReference::Source::Environment &&
               origin_of(problem.place) == "environment variable " + secret.name;
    };
    const auto is_secret = [&](const Problem& problem, const PluginConfig& plugin) {
        return std::any_of(plugin.values.begin(), plugin.values.end(), [&](const auto& entry) {
            return entry.second.type == PluginValue::Type::Secret &&
                   names(problem, entry.second.secret);
        });
    };
    std::erase_if(problems, [&](const Problem& problem) {
        if (problem.code != "PTL-C017") {
            return false;
        }
        return std::any_of(config.exchanges.begin(), config.exchanges.end(),
                           [&](const auto& e) {
                               return is_secret(problem, e.plugin) ||
                                      std::any_of(e.keys.begin(), e.keys.end(),
                                                  [&](const ApiKeyConfig& key) {
                                                      return names(problem, key.key) ||
                                                             names(problem, key.secret) ||
                                                             (key.passphrase &&
                                                              names(problem, *key.passphrase));
                                                  }) ||
                                      (e.proxy_credentials && names(problem, *e.proxy_credentials));
                           }) ||
               std::any_of(config.notifiers.begin(), config.notifiers.end(),
                           [&](const auto& n) { return is_secret(problem, n); });
    });
}

// References learn which store they mean once the whole configuration is known.
void settle_store(Config& config) {
    config.secrets.file = secret_store_path(config);
    const auto settle = [&](PluginConfig& plugin) {
        for (auto& [name, value] : plugin.values) {
            value.secret.store = config.secrets;
        }
    };
    for (ExchangeConfig& exchange : config.exchanges) {
        settle(exchange.plugin);
        for (ApiKeyConfig& key : exchange.keys) {
            key.key.store = config.secrets;
            key.secret.store = config.secrets;
            if (key.passphrase) {
                key.passphrase->store = config.secrets;
            }
        }
        if (exchange.proxy_credentials) {
            exchange.proxy_credentials->store = config.secrets;
        }
    }
    if (config.store.password) {
        config.store.password->store = config.secrets;
    }
    std::for_each(config.detectors.begin(), config.detectors.end(), settle);
    std::for_each(config.notifiers.begin(), config.notifiers.end(), settle);
    std::for_each(config.voters.begin(), config.voters.end(), settle);
}

LoadResult load(std::optional<std::string_view> text, const LoadOptions& options,
                LoadResult result) {
    Problems& problems = result.problems;
    const Node defaults = read_toml(
        default_config(), {SourceText::Kind::Defaults, "built-in defaults", ""}, problems);
    Node merged = defaults;
    if (text) {
        merge(merged, read_toml(*text, label_of(options.file), problems));
    }
    merge(merged, environment_layer(options.environment, merged));
    merge(merged, setting_layer(options.settings, problems));

    Config& config = result.config;
    config.source = options.file;
    TableReader root(merged, "", problems);
    read_general(root, problems, config);
    read_groups(root, defaults, problems, config);
    read_symbols(root, config);
    read_cooldowns(root, defaults, problems, config);
    read_messages(root, defaults, problems, config);
    read_plugin_sections(root, {options.plugins, problems, config});
    read_routing(root, problems, config);
    root.finish();
    settle_store(config);
    forgive_secret_variables(config, problems);
    return result;
}

}  // namespace

LoadResult load_config(const LoadOptions& options) {
    LoadResult result;
    if (options.file.empty()) {
        return load(std::nullopt, options, std::move(result));
    }
    const std::optional<std::string> text = read_file(options.file, result.problems);
    return load(text ? std::optional<std::string_view>(*text) : std::nullopt, options,
                std::move(result));
}

LoadResult load_config_text(std::string_view text, const LoadOptions& options) {
    return load(text, options, LoadResult{});
}

std::map<std::string, std::string> process_environment() {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const std::size_t equals = text.find('=');
        if (equals != std::string_view::npos) {
            variables.emplace(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    return variables;
}

}  // namespace petrel::core
