// What the host knows of a loaded plugin: its checked description, as C++ values, and its function
// table. Values; the table lives as long as the process.
//
// Made by the registry on the control thread, read by all afterwards.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/problem.hpp"
#include "petrel/abi/detector.h"
#include "petrel/abi/exchange.h"
#include "petrel/abi/notifier.h"
#include "petrel/abi/voter.h"
#include "plugin/plugin_library.hpp"

namespace petrel::core {

enum class PluginKind : std::uint8_t { Exchange, Detector, Notifier, Voter };

// "exchange", and "exchanges", the section of the configuration.
std::string kind_word(PluginKind kind);
std::string section_of(PluginKind kind);

struct ParameterSpec {
    std::uint32_t type = 0;   // PETREL_PARAMETER_NUMBER ...
    std::uint32_t flags = 0;  // PETREL_PARAMETER_PER_GROUP ...
    std::string name;
    std::string unit;
    std::string description;
    double minimum = 0;
    double maximum = 0;
    double default_number = 0;
    std::string default_text;

    [[nodiscard]] bool has(std::uint32_t flag) const { return (flags & flag) != 0; }
};

struct LoadedPlugin {
    PluginKind kind = PluginKind::Detector;
    std::string name;
    std::string version;
    std::string author;
    std::string description;
    std::string path;
    std::string hash;
    std::string defaults_file;  // lib<name>.toml beside it, "" when there is none
    AbiVersion abi;
    std::vector<ParameterSpec> parameters;
    const void* table = nullptr;  // petrel_exchange, petrel_detector, ...

    [[nodiscard]] const petrel_exchange& exchange() const {
        return *static_cast<const petrel_exchange*>(table);
    }
    [[nodiscard]] const petrel_detector& detector() const {
        return *static_cast<const petrel_detector*>(table);
    }
    [[nodiscard]] const petrel_notifier& notifier() const {
        return *static_cast<const petrel_notifier*>(table);
    }
    [[nodiscard]] const petrel_voter& voter() const {
        return *static_cast<const petrel_voter*>(table);
    }
};

// Checks everything the entry says. Nothing after a problem was added.
std::optional<LoadedPlugin> describe_plugin(const PluginLibrary& library, Problems& problems);

}  // namespace petrel::core
