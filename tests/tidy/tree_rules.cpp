// Tree rules, links aside (see links.cpp). Paths are relative to the root of the tree.
#include "tree_rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "code_rules.hpp"
#include "include_rules.hpp"

namespace petrel::tidy {
namespace {

constexpr std::array<std::string_view, 3> kKinds{"plugins/exchanges/", "plugins/detectors/",
                                                 "plugins/notifiers/"};

constexpr std::string_view kKit = "kit";  // what plugins of a kind share, no plugin itself

// Names that are ordinary words too: in core they count only as a whole string literal.
struct OrdinaryWord {
    std::string_view name;
    std::string_view reason;
};
constexpr std::array<OrdinaryWord, 4> kOrdinaryWords{
    {{"console", "a terminal is a console, whatever channel writes to it"},
     {"slack", "time or room to spare is slack, whatever channel is called so"},
     {"whale_cluster", "WHALE_CLUSTER is an alert type of the product, whatever detects it"},
     {"whale_trade", "WHALE_TRADE is an alert type of the product, whatever detects it"}}};
constexpr std::size_t kShortNameMax = 3;  // 'log' is in every program

bool is_alnum(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_upper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }
bool is_lower(char c) { return std::islower(static_cast<unsigned char>(c)) != 0; }

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    return out;
}

// The name as a word of its own, also inside parse_ada, kAdaUrl and "ADA".
bool names_plugin(const std::string& line, const std::string& name) {
    const std::string small = lower(line);
    for (std::size_t at = small.find(name); at != kNowhere; at = small.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        const bool left =
            at == 0 || !is_alnum(line[at - 1]) || (!is_upper(line[at - 1]) && is_upper(line[at]));
        const bool right = end == line.size() || !is_alnum(line[end]) ||
                           (is_lower(line[end - 1]) && is_upper(line[end]));
        if (left && right) {
            return true;
        }
    }
    return false;
}

bool is_ordinary(std::string_view name) {
    return std::any_of(kOrdinaryWords.begin(), kOrdinaryWords.end(),
                       [&](const OrdinaryWord& word) { return word.name == name; });
}

bool names_it(const std::string& line, const std::string& name) {
    if (name.size() <= kShortNameMax) {
        return false;
    }
    return is_ordinary(name) ? line.find('"' + name + '"') != std::string::npos
                             : names_plugin(line, name);
}

// Besides its namesake: feed_supervisor_health.cpp may implement feed_supervisor.hpp, io_loop.cpp
// io_loop_impl.hpp, and notification_rows.cpp rows.hpp.
bool has_header(const SourceFile& source, const Tree& tree) {
    const std::string_view stem = source.stem();
    return std::any_of(tree.files.begin(), tree.files.end(), [&](const SourceFile& file) {
        const std::string header(file.stem());
        return file.is_header() && file.folder() == source.folder() &&
               (header == stem || header == std::string(stem) + "_impl" ||
                stem.starts_with(header + "_") || stem.ends_with("_" + header));
    });
}

// Whether any file of core but its own .cpp includes the header.
bool is_included(const SourceFile& header, const Tree& tree) {
    const std::string full = header.path.substr(std::string_view("core/").size());
    return std::any_of(tree.files.begin(), tree.files.end(), [&](const SourceFile& file) {
        if (!file.below("core/") ||
            (file.folder() == header.folder() && file.stem() == header.stem())) {
            return false;
        }
        const auto all = includes_of(file);
        return std::any_of(all.begin(), all.end(), [&](const Include& include) {
            return include.path == full ||
                   (file.folder() == header.folder() && include.path == header.name());
        });
    });
}

std::string own_folder_name(const SourceFile& file) {
    const std::string_view folder = file.folder();
    return std::string(folder.substr(folder.rfind('/') + 1));
}

}  // namespace

std::vector<std::string> plugin_names(const Tree& tree) {
    std::vector<std::string> names;
    for (const std::string& folder : tree.folders) {
        for (const std::string_view kind : kKinds) {
            const std::string rest =
                folder.starts_with(kind) ? folder.substr(kind.size()) : std::string();
            if (!rest.empty() && rest.find('/') == std::string::npos && rest != kKit) {
                names.push_back(rest);
            }
        }
    }
    return names;
}

Violations check_plugin_names_in_core(const SourceFile& file,
                                      const std::vector<std::string>& names) {
    Violations found;
    const bool checked = file.below("core/") && file.language == Language::Cpp;
    for (std::size_t i = 0; checked && i < file.code_and_strings.size(); ++i) {
        for (const std::string& name : names) {
            if (names_it(file.code_and_strings[i], name)) {
                found.push_back(
                    {file.path, i + 1,
                     "names the plugin '" + name + "': core knows plugins by what they declare"});
            }
        }
    }
    return found;
}

Violations check_plugin_names_in_build(const SourceFile& file,
                                       const std::vector<std::string>& names) {
    // Tests may use everything; the simulator speaks the venues' protocols by name.
    const bool exempt = file.below("tests/") || file.below("examples/simulator/");
    Violations found;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        for (const std::string& name : names) {
            const std::string code = file.lines[i].substr(0, file.lines[i].find('#'));
            const bool own = file.below("plugins/") && own_folder_name(file) == name;
            if (file.language == Language::CMake && !exempt && !own && names_it(code, name)) {
                found.push_back({file.path, i + 1,
                                 "names the plugin '" + name +
                                     "': plugins are found by folder, so that adding one edits "
                                     "no other file"});
            }
        }
    }
    return found;
}

Violations check_ownership(const Tree& tree) {
    constexpr std::size_t kSdkPair = 2;
    Violations all;
    Violations sdk;
    for (const SourceFile& file : tree.files) {
        Violations found = check_new_and_delete(file);
        Violations& to = file.below("sdk/include/") ? sdk : all;
        to.insert(to.end(), found.begin(), found.end());
    }
    if (sdk.size() > kSdkPair) {
        all.insert(all.end(), sdk.begin(), sdk.end());
    }
    return all;
}

Violations check_conditional_share(const Tree& tree) {
    constexpr std::size_t kPerThousandMax = 2;
    std::size_t lines = 0;
    std::size_t conditionals = 0;
    for (const SourceFile& file : tree.files) {
        const bool counted = file.below("core/") && file.language == Language::Cpp;
        lines += counted ? file.lines.size() : 0;
        conditionals += counted ? count_conditionals(file) : 0;
    }
    if (conditionals * 1000 <= lines * kPerThousandMax) {
        return {};
    }
    return {{"core", 0,
             "has " + std::to_string(conditionals) + " #if in " + std::to_string(lines) +
                 " lines, limit 2 per 1,000: choose by type or configuration"}};
}

Violations check_dead_files(const Tree& tree) {
    Violations found;
    for (const SourceFile& file : tree.files) {
        if (!file.below("core/") || file.language != Language::Cpp) {
            continue;
        }
        const bool entry = file.path == "core/main.cpp";
        if (!entry && !file.is_header() && !has_header(file, tree)) {
            found.push_back({file.path, 0,
                             "has no header of its name: give it one, or name it after the "
                             "header that it implements"});
        }
        if (file.is_header() && !is_included(file, tree)) {
            found.push_back({file.path, 0, "is included by nothing in core: use or remove it"});
        }
    }
    return found;
}

Violations check_mirrored_tests(const Tree& tree) {
    constexpr std::string_view kTests = "tests/core/";
    Violations found;
    for (const std::string& folder : tree.folders) {
        const std::string name =
            folder.starts_with(kTests) ? folder.substr(kTests.size()) : std::string();
        const bool there = tree.exists("core/" + name) || tree.exists("core/" + name + ".cpp");
        if (!name.empty() && name.find('/') == std::string::npos && !there) {
            found.push_back({folder, 0, "mirrors no folder of core: rename or remove it"});
        }
    }
    return found;
}

Violations check_plugin_folders(const Tree& tree) {
    Violations found;
    for (const std::string& folder : tree.folders) {
        const bool plugin = std::any_of(kKinds.begin(), kKinds.end(), [&](std::string_view kind) {
            return folder.starts_with(kind) && folder.find('/', kind.size()) == std::string::npos;
        });
        for (const std::string_view wanted : {"/README.md", "/CMakeLists.txt"}) {
            if (plugin && !tree.exists(folder + std::string(wanted))) {
                found.push_back({folder, 0, "has no " + std::string(wanted.substr(1))});
            }
        }
    }
    return found;
}

}  // namespace petrel::tidy
