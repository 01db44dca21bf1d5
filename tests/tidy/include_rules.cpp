// Include rules. Paths are read from the view without comments but with strings.
#include "include_rules.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "code_rules.hpp"
#include "standard_headers.hpp"

namespace petrel::tidy {
namespace {

using Names = std::span<const std::string_view>;

bool contains(Names names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// A library, recognised by how its include paths begin, and the core folder that wraps it.
struct Library {
    std::string_view prefix;
    std::string_view folder;
};
constexpr std::array<Library, 18> kWrappers{{{"boost/asio", "net"},
                                             {"boost/beast", "net"},
                                             {"boost/dll", "plugin"},
                                             {"lua.h", "script"},
                                             {"lauxlib.h", "script"},
                                             {"lualib.h", "script"},
                                             {"lua5.4/", "script"},
                                             {"soci", "store"},
                                             {"sqlite3.h", "store"},
                                             {"libpq", "store"},
                                             {"toml++", "config"},
                                             {"toml.hpp", "config"},
                                             {"spdlog/", "observe"},
                                             {"prometheus/", "observe"},
                                             {"sodium", "secrets"},
                                             {"CLI/", "cli"},
                                             {"cairo", "card"},
                                             {"curl/", "net"}}};

const Library* wrapper_of(std::string_view include) {
    const auto it = std::find_if(kWrappers.begin(), kWrappers.end(), [&](const Library& library) {
        return include.starts_with(library.prefix);
    });
    return it == kWrappers.end() ? nullptr : &*it;
}

constexpr std::array<std::string_view, 11> kThreadHeaders{
    "thread", "mutex",   "shared_mutex", "condition_variable", "atomic",   "future",
    "latch",  "barrier", "semaphore",    "stop_token",         "pthread.h"};

constexpr std::array<std::string_view, 9> kSocketHeaders{
    "sys/socket.h", "netinet/in.h", "netinet/tcp.h", "arpa/inet.h", "netdb.h",
    "sys/epoll.h",  "sys/un.h",     "poll.h",        "sys/select.h"};

// Where a quoted include of `file` lies when it is meant relative to its own folder or to `root`.
bool is_own_file(const SourceFile& file, std::string_view root, std::string_view include,
                 const Tree& tree) {
    if (include.find("..") != std::string_view::npos) {
        return false;
    }
    const auto at = [&](std::string_view folder) {
        return tree.find(std::string(folder) + "/" + std::string(include)) != nullptr;
    };
    return at(file.folder()) || at(root);
}

// plugins/<kind>/<name> or examples/<name>; empty when the file lies in no such folder.
std::string_view unit_root(const SourceFile& file) {
    const std::size_t depth = file.below("plugins/") ? 3 : file.below("examples/") ? 2 : 0;
    std::size_t end = 0;
    for (std::size_t i = 0; i < depth; ++i) {
        end = file.path.find('/', i == 0 ? 0 : end + 1);
        if (end == std::string::npos) {
            return {};
        }
    }
    return std::string_view(file.path).substr(0, end);
}

// The kit lies beside the plugins of its kind and is shared by them; it may include itself.
bool is_of_kit(std::string_view root, std::string_view include, const Tree& tree) {
    const std::string kind(root.substr(0, root.rfind('/') + 1));
    return include.starts_with("kit/") && include.find("..") == std::string_view::npos &&
           tree.find(kind + std::string(include)) != nullptr;
}

std::string plugin_fault(const SourceFile& file, const Include& include, const Tree& tree) {
    const bool petrel = include.path.starts_with("petrel/");
    if (include.form == Include::Form::Quoted && !petrel &&
        !is_own_file(file, unit_root(file), include.path, tree) &&
        !is_of_kit(unit_root(file), include.path, tree)) {
        return "includes \"" + include.path +
               "\", which is neither the SDK's nor its own nor the kit's: use sdk/ alone";
    }
    // The simulator is a program with sockets and threads of its own, and no plugin.
    if (file.below("examples/simulator/")) {
        return {};
    }
    if (contains(kThreadHeaders, include.path)) {
        return "includes <" + include.path + ">: a plugin starts no thread, the host calls it";
    }
    if (contains(kSocketHeaders, include.path) || include.path.starts_with("boost/asio") ||
        include.path.starts_with("boost/beast")) {
        return "includes <" + include.path + ">: a plugin opens no socket, it asks the host";
    }
    return {};
}

std::size_t stage_index(std::string_view folder) {
    const auto all = stages();
    return static_cast<std::size_t>(std::find(all.begin(), all.end(), folder) - all.begin());
}

std::string stage_fault(const SourceFile& file, std::string_view include) {
    static constexpr std::array<std::string_view, 11> kBelow{
        "runtime",  "observe", "config",  "plugin", "script", "net",
        "coverage", "backlog", "journal", "store",  "secrets"};
    const std::string_view own = core_folder(file);
    const std::string_view other =
        include.substr(0, include.find('/') == std::string_view::npos ? 0 : include.find('/'));
    const std::size_t own_index = stage_index(own);
    const std::size_t other_index = stage_index(other);
    const bool own_is_stage = own_index < stages().size();
    const bool other_is_stage = other_index < stages().size();
    const bool other_is_whole = include.starts_with("pipeline");
    if (own_is_stage && (other_is_whole || (other_is_stage && other_index > own_index))) {
        return "stage " + std::string(own) + " includes \"" + std::string(include) +
               "\", which comes later in the flow: hand a value on instead";
    }
    if (contains(kBelow, own) && (other_is_whole || other_is_stage)) {
        return std::string(own) + " lies below the stages and includes \"" + std::string(include) +
               "\": let the stage call it, or pass a value";
    }
    return {};
}

bool may_use_threads(const SourceFile& file) {
    // notifier: its channels are workers. normaliser, backlog: counters that others read.
    static constexpr std::array<std::string_view, 11> kFolders{
        "runtime", "net",      "outbox",     "observe", "journal", "store",
        "control", "notifier", "normaliser", "backlog", "card"};
    return contains(kFolders, core_folder(file)) || file.below("core/script/lua_watchdog") ||
           file.below("core/pipeline");
}

}  // namespace

std::vector<Include> includes_of(const SourceFile& file) {
    std::vector<Include> found;
    for (std::size_t i = 0; i < file.code_and_strings.size(); ++i) {
        const std::string_view line = file.code_and_strings[i];
        const std::size_t hash = line.find_first_not_of(' ');
        const std::size_t word = find_word(line, "include");
        const std::size_t open = line.find_first_of("<\"");
        if (file.language != Language::Cpp || hash == std::string_view::npos || line[hash] != '#' ||
            word == std::string_view::npos || open == std::string_view::npos || open < word) {
            continue;
        }
        const bool quoted = line[open] == '"';
        const std::size_t close = line.find(quoted ? '"' : '>', open + 1);
        found.push_back({i + 1, std::string(line.substr(open + 1, close - open - 1)),
                         quoted ? Include::Form::Quoted : Include::Form::Angle});
    }
    return found;
}

Violations check_sdk_includes(const SourceFile& file) {
    if (!file.below("sdk/include/")) {
        return {};
    }
    Violations found;
    const bool abi = file.below("sdk/include/petrel/abi/");
    for (const Include& include : includes_of(file)) {
        const bool angle = include.form == Include::Form::Angle;
        const bool neighbour = include.path.find('/') == std::string::npos;
        const bool c_header = is_c11_header(include.path);
        const bool fits_abi = angle ? c_header : neighbour;
        const bool fits_cpp =
            angle ? c_header || is_cpp20_header(include.path) : include.path.starts_with("petrel/");
        if (!(abi ? fits_abi : fits_cpp)) {
            found.push_back({file.path, include.line,
                             "includes " + include.path +
                                 (abi ? ": the ABI knows C11 headers and its neighbours only"
                                      : ": the SDK knows the standard library and petrel/ only")});
        }
    }
    return found;
}

Violations check_plugin_includes(const SourceFile& file, const Tree& tree) {
    Violations found;
    if (unit_root(file).empty()) {
        return found;
    }
    for (const Include& include : includes_of(file)) {
        std::string fault = plugin_fault(file, include, tree);
        if (!fault.empty()) {
            found.push_back({file.path, include.line, std::move(fault)});
        }
    }
    return found;
}

Violations check_core_libraries(const SourceFile& file) {
    static constexpr std::array<std::string_view, 5> kNoJson{"feed", "normaliser", "window",
                                                             "detector", "runtime"};
    static constexpr std::array<std::string_view, 3> kForeign{"plugins/", "examples/", "tests/"};
    Violations found;
    for (const Include& include : includes_of(file)) {
        const std::string_view path = include.path;
        const std::string_view folder = core_folder(file);
        const auto report = [&](std::string why) {
            found.push_back({file.path, include.line, "includes " + include.path + ": " + why});
        };
        if (!file.below("core/")) {
            break;
        }
        if (path.find("..") != std::string_view::npos ||
            std::any_of(kForeign.begin(), kForeign.end(),
                        [&](std::string_view prefix) { return path.starts_with(prefix); })) {
            report("core includes core and sdk only, by their paths from there");
        }
        const Library* library = wrapper_of(path);
        if (library != nullptr && library->folder != folder) {
            report("only core/" + std::string(library->folder) + " wraps this library; call that");
        }
        const bool names_only = path == "nlohmann/json_fwd.hpp";  // costs a reader nothing
        if (path.starts_with("nlohmann") && !names_only &&
            (file.is_header() || contains(kNoJson, folder))) {
            report("JSON belongs to .cpp files away from the data path");
        }
    }
    return found;
}

Violations check_stage_order(const SourceFile& file) {
    Violations found;
    for (const Include& include : includes_of(file)) {
        std::string fault = include.form == Include::Form::Quoted && !core_folder(file).empty()
                                ? stage_fault(file, include.path)
                                : std::string();
        if (!fault.empty()) {
            found.push_back({file.path, include.line, std::move(fault)});
        }
    }
    return found;
}

Violations check_thread_headers(const SourceFile& file) {
    Violations found;
    for (const Include& include : includes_of(file)) {
        if (file.below("core/") && !may_use_threads(file) &&
            contains(kThreadHeaders, include.path)) {
            found.push_back({file.path, include.line,
                             "includes <" + include.path +
                                 ">: concurrency lives in core/runtime and the folders that "
                                 "own a thread; use a queue or a shard from there"});
        }
    }
    return found;
}

Violations check_heavy_headers(const Tree& tree) {
    std::vector<std::string_view> heavy;
    for (const SourceFile& file : tree.files) {
        const auto all = includes_of(file);
        if (file.below("core/") && file.is_header() &&
            std::any_of(all.begin(), all.end(),
                        [](const Include& i) { return wrapper_of(i.path) != nullptr; })) {
            heavy.push_back(std::string_view(file.path).substr(std::string_view("core/").size()));
        }
    }
    Violations found;
    for (const SourceFile& file : tree.files) {
        for (const Include& include : includes_of(file)) {
            const bool own = core_folder(file) == include.path.substr(0, include.path.find('/'));
            if (file.below("core/") && !own && contains(heavy, include.path)) {
                found.push_back({file.path, include.line,
                                 "includes \"" + include.path +
                                     "\", which drags in its library: hide it behind a .cpp"});
            }
        }
    }
    return found;
}

}  // namespace petrel::tidy
