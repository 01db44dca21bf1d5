// Looks for the file; reads nothing.
#include "cli/config_source.hpp"

#include <filesystem>

namespace petrel::core {

LoadOptions load_options(const ConfigArguments& arguments, const Terminal& terminal,
                         ImplicitFile implicit) {
    LoadOptions options;
    options.settings = arguments.settings;
    options.environment = terminal.environment;
    options.file = arguments.file;
    if (options.file.empty()) {
        const auto named = terminal.environment.find("PETREL_CONFIG");
        options.file = named == terminal.environment.end() ? "" : named->second;
    }
    if (options.file.empty() && implicit == ImplicitFile::Allowed) {
        for (const char* candidate : {"petrel.toml", "/etc/petrel/petrel.toml"}) {
            std::error_code error;
            if (std::filesystem::is_regular_file(candidate, error)) {
                options.file = candidate;
                break;
            }
        }
    }
    return options;
}

LoadOptions load_options(const ConfigArguments& arguments, const Terminal& terminal,
                         const std::string& state_dir) {
    LoadOptions options = load_options(arguments, terminal);
    if (!state_dir.empty()) {
        options.settings.push_back("state_dir=" + state_dir);
    }
    return options;
}

}  // namespace petrel::core
