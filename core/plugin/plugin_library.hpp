// One plugin file, checked and mapped.
//
// The file is read once and copied into a sealed memory file (or, where the system forbids to run
// those, a file without a name), so that replacing or truncating it on disk can touch nothing.
// Checks on the bytes come before any of its code runs. A library is retired, never unloaded: the
// mapping and its copy stay until the process ends. Control thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "config/problem.hpp"
#include "petrel/abi/plugin.h"
#include "plugin/elf_scan.hpp"

namespace petrel::core {

class PluginLibrary {
public:
    // Nothing after a problem was added that names the file, the cause and the remedy.
    // Nothing and no problem when the file's bytes have the hash `known`.
    static std::optional<PluginLibrary> load(const std::string& path, Problems& problems,
                                             const std::string& known = {});

    PluginLibrary(PluginLibrary&&) noexcept;
    PluginLibrary& operator=(PluginLibrary&&) noexcept;
    ~PluginLibrary();

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] const std::string& hash() const { return hash_; }  // of the bytes that run
    [[nodiscard]] AbiVersion abi() const { return abi_; }
    [[nodiscard]] const petrel_plugin_entry& entry() const { return *entry_; }

private:
    struct Mapping;  // the loader's handle
    PluginLibrary();

    std::string path_;
    std::string hash_;
    AbiVersion abi_;
    std::unique_ptr<Mapping> mapping_;
    const petrel_plugin_entry* entry_ = nullptr;
};

// A refusal of a file: "libacme.so was built for ... <remedy>".
Problem plugin_refusal(std::string code, const std::string& path, const std::string& cause,
                       const std::string& remedy);

// The last part of a path, for messages.
std::string file_name(const std::string& path);

}  // namespace petrel::core
