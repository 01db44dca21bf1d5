// All plugins that were found and taken.
//
// Looks through folders in the order given, files in the order of their names. A bad file is
// refused with a problem and never stops the rest. Filled once on the control thread, read by all.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "config/config_loader.hpp"
#include "plugin/loaded_plugin.hpp"

namespace petrel::core {

class PluginRegistry {
public:
    // Whether a folder that is not there is a problem: it is when a person named it.
    enum class Missing : std::uint8_t { Allowed, Reported };
    // Takes what is in `directory` (*.so).
    void discover(const std::string& directory, Missing missing, Problems& problems);

    [[nodiscard]] const LoadedPlugin* find(PluginKind kind, const std::string& name) const;
    [[nodiscard]] const std::deque<LoadedPlugin>& all() const { return plugins_; }
    // For the configuration loader.
    [[nodiscard]] std::vector<KnownPlugin> known() const;

    // Takes this one file.
    void take(const std::string& path, Problems& problems);

private:
    std::vector<PluginLibrary> libraries_;
    std::deque<LoadedPlugin> plugins_;  // addresses stay
    std::vector<std::string> seen_;     // files already looked at, by their real path
};

// Folders beside the program: ../plugins in a build tree, ../lib/petrel/plugins when installed.
std::vector<std::string> default_plugin_directories();

// rules/default beside the program or above it, ../share/petrel/rules/default when installed; ""
// when there is none.
std::string default_rules_directory();

}  // namespace petrel::core
