// Answers that follow from a loaded configuration. Pure functions of it.
#include "config/config.hpp"

#include <algorithm>
#include <filesystem>

namespace petrel::core {

std::vector<std::string> wanted_symbols(const Config& config, const ExchangeConfig& exchange) {
    if (!exchange.symbols.empty()) {
        return exchange.symbols;
    }
    if (!config.symbols.empty()) {
        return config.symbols;
    }
    std::vector<std::string> symbols;
    for (const SymbolGroup& group : config.groups) {
        symbols.insert(symbols.end(), group.symbols.begin(), group.symbols.end());
    }
    return symbols;
}

std::uint32_t group_index(const Config& config, const std::string& symbol) {
    for (std::size_t i = 0; i < config.groups.size(); ++i) {
        const std::vector<std::string>& members = config.groups[i].symbols;
        if (std::find(members.begin(), members.end(), symbol) != members.end()) {
            return static_cast<std::uint32_t>(i);
        }
    }
    return config.groups.empty() ? 0 : static_cast<std::uint32_t>(config.groups.size() - 1);
}

std::uint64_t main_horizon_ms(const OutcomesConfig& outcomes) {
    constexpr std::uint64_t usual_ms = 900'000;
    std::uint64_t main_ms = outcomes.horizons_ms.empty() ? 0 : outcomes.horizons_ms.front();
    for (const std::uint64_t horizon_ms : outcomes.horizons_ms) {
        if (horizon_ms <= usual_ms) {
            main_ms = horizon_ms;
        }
    }
    return main_ms;
}

std::string control_socket_path(const Config& config) {
    if (!config.control_socket.empty()) {
        return config.control_socket;
    }
    return (std::filesystem::path(config.state_dir) / "petrel.sock").string();
}

std::string secret_store_path(const Config& config) {
    return config.secrets.file.empty()
               ? (std::filesystem::path(config.state_dir) / "secrets.ptl").string()
               : config.secrets.file;
}

std::string journal_directory(const Config& config) {
    if (!config.journal.directory.empty()) {
        return config.journal.directory;
    }
    return (std::filesystem::path(config.state_dir) / "journal").string();
}

}  // namespace petrel::core
