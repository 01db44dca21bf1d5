// Discovery. Sorted, so that the same folder gives the same registry and the same messages.
#include "plugin/plugin_registry.hpp"

#include <algorithm>
#include <filesystem>

namespace petrel::core {
namespace {

namespace fs = std::filesystem;

Problem no_directory(const std::string& directory, const std::string& why) {
    Problem problem = plugin_refusal("PTL-P001", directory, "", "");
    problem.message = "the plugin folder " + directory + " cannot be read: " + why +
                      ". Correct plugin_directories, or make the folder";
    return problem;
}

std::vector<std::string> libraries_in(const std::string& directory, std::error_code& error) {
    std::vector<std::string> files;
    for (fs::directory_iterator at(directory, error), end; !error && at != end;
         at.increment(error)) {
        if (at->path().extension() == ".so" && !fs::is_directory(at->path())) {
            files.push_back(at->path().string());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

fs::path program_directory() {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    return error ? fs::path(".") : program.parent_path();
}

}  // namespace

void PluginRegistry::discover(const std::string& directory, Missing missing, Problems& problems) {
    std::error_code error;
    const std::vector<std::string> files = libraries_in(directory, error);
    if (error) {
        if (missing == Missing::Reported || error != std::errc::no_such_file_or_directory) {
            problems.push_back(no_directory(directory, error.message()));
        }
        return;
    }
    for (const std::string& file : files) {
        const std::string real = fs::weakly_canonical(file, error).string();
        if (std::find(seen_.begin(), seen_.end(), real) == seen_.end()) {
            seen_.push_back(real);
            take(file, problems);
        }
    }
}

void PluginRegistry::take(const std::string& path, Problems& problems) {
    std::optional<PluginLibrary> library = PluginLibrary::load(path, problems);
    if (!library) {
        return;
    }
    std::optional<LoadedPlugin> plugin = describe_plugin(*library, problems);
    libraries_.push_back(std::move(*library));
    if (!plugin) {
        return;
    }
    if (const LoadedPlugin* first = find(plugin->kind, plugin->name)) {
        problems.push_back(plugin_refusal("PTL-P008", path,
                                          "is a second " + kind_word(plugin->kind) +
                                              " of the name '" + plugin->name + "'; the first is " +
                                              first->path,
                                          "Remove one of the two files"));
        return;
    }
    plugins_.push_back(std::move(*plugin));
}

const LoadedPlugin* PluginRegistry::find(PluginKind kind, const std::string& name) const {
    const auto found = std::find_if(plugins_.begin(), plugins_.end(), [&](const LoadedPlugin& p) {
        return p.kind == kind && p.name == name;
    });
    return found == plugins_.end() ? nullptr : &*found;
}

std::vector<KnownPlugin> PluginRegistry::known() const {
    std::vector<KnownPlugin> known;
    for (const LoadedPlugin& plugin : plugins_) {
        known.push_back({section_of(plugin.kind), plugin.name, plugin.defaults_file});
    }
    return known;
}

std::vector<std::string> default_plugin_directories() {
    const fs::path program = program_directory();
    return {(program / "../plugins").lexically_normal().string(),
            (program / "../lib/petrel/plugins").lexically_normal().string()};
}

std::string default_rules_directory() {
    const fs::path program = program_directory();
    std::vector<fs::path> candidates{program / "../share/petrel/rules/default"};
    fs::path above = program;
    for (int level = 0; level < 4; ++level) {
        candidates.push_back(above / "rules/default");
        above /= "..";
    }
    for (const fs::path& candidate : candidates) {
        std::error_code error;
        if (fs::is_regular_file(candidate / "pack.lua", error)) {
            return candidate.lexically_normal().string();
        }
    }
    return {};
}

}  // namespace petrel::core
