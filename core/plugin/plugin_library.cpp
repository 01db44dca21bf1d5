// The only file that includes the loader. Boost.DLL throws with the dynamic linker's own sentence,
// which is caught and passed on here.
#include "plugin/plugin_library.hpp"

#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fcntl.h>

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "plugin/plugin_guard.hpp"
#include "runtime/error_text.hpp"
#include "runtime/hash.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kLibraryBytesMax = 256U << 20;

// A descriptor that is closed unless it is let go.
class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const { return fd_; }
    // The loader knows a library by the name it was opened under; were the descriptor closed and
    // its number used again, the next library would be taken for this one. So it stays open.
    void keep_open() { fd_ = -1; }

private:
    int fd_;
};

std::string version_text(AbiVersion version) {
    return std::to_string(version.major) + "." + std::to_string(version.minor);
}

constexpr AbiVersion kHostAbi{PETREL_ABI_MAJOR, PETREL_ABI_MINOR};

std::optional<std::string> read_library(const std::string& path, Problems& problems) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (!error && size > kLibraryBytesMax) {
        problems.push_back(plugin_refusal(
            "PTL-P001", path,
            "has " + std::to_string(size) + " bytes, more than " + std::to_string(kLibraryBytesMax),
            "Strip it, or ask its author for a release build"));
        return std::nullopt;
    }
    std::ifstream in(path, std::ios::binary);
    std::string bytes(error ? 0 : static_cast<std::size_t>(size), '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (error || !in) {
        problems.push_back(plugin_refusal("PTL-P001", path, "cannot be read",
                                          "Check that it is a file and that petrel may read it"));
        return std::nullopt;
    }
    return bytes;
}

// False after a problem was added.
bool check_abi(const ElfFacts& facts, const std::string& path, Problems& problems) {
    const std::string speaks = version_text(kHostAbi);
    const auto refuse = [&](const char* code, const std::string& cause, const std::string& remedy) {
        problems.push_back(plugin_refusal(code, path, cause, remedy));
        return false;
    };
    const bool has_entry = std::find(facts.entries.begin(), facts.entries.end(),
                                     PETREL_ENTRY_SYMBOL) != facts.entries.end();
    const bool other_major = facts.abi && facts.abi->major != PETREL_ABI_MAJOR;
    if (other_major && !has_entry) {
        return refuse("PTL-P012",
                      "was built for plugin ABI " + version_text(*facts.abi) +
                          ", this petrel speaks " + speaks,
                      "Ask the author for a build against SDK " + speaks);
    }
    if (!has_entry) {
        return refuse("PTL-P004", "does not export " + std::string(PETREL_ENTRY_SYMBOL),
                      "It is no petrel plugin, or its source lacks PETREL_PLUGIN(...) at the end; "
                      "move it out of the plugin folder or rebuild it");
    }
    if (!facts.abi || other_major) {
        return refuse("PTL-P004", "has no ABI note of this major version",
                      "Rebuild it with the SDK's macro PETREL_PLUGIN, or PETREL_ABI_NOTE in C");
    }
    if (facts.abi->minor > PETREL_ABI_MINOR) {
        return refuse("PTL-P002",
                      "was built for plugin ABI " + version_text(*facts.abi) +
                          ", this petrel speaks up to " + speaks,
                      "Update petrel or ask the author for a build against SDK " + speaks);
    }
    return true;
}

bool check_facts(const ElfFacts& facts, const std::string& path, Problems& problems) {
    if (!check_abi(facts, path, problems)) {
        return false;
    }
    if (!facts.unique_symbols.empty()) {
        problems.push_back(plugin_refusal(
            "PTL-P005", path,
            "exports unique symbols (" + facts.unique_symbols.front() +
                (facts.unique_symbols.size() > 1 ? " and others" : "") +
                "), which two versions of it in one process would share",
            "Build it with petrel_add_plugin, or with -fno-gnu-unique and the version script of "
            "the SDK"));
        return false;
    }
    return true;
}

// False with errno when not all could be written.
bool write_all(int fd, const std::string& bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t wrote = ::write(fd, bytes.data() + done, bytes.size() - done);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return false;
        }
        done += static_cast<std::size_t>(wrote);
    }
    return true;
}

// A descriptor of a sealed copy in memory, or -1 with errno.
int sealed_copy(const std::string& bytes, const std::string& name) {
    const int fd = ::memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
    const int seals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
    if (fd >= 0 && (!write_all(fd, bytes) || ::fcntl(fd, F_ADD_SEALS, seals) != 0)) {
        ::close(fd);
        return -1;
    }
    return fd;
}

// A descriptor of a copy without a name in that folder, or -1 with errno. Only this process and
// those that may look into it can reach it; it is open for reading alone.
int nameless_copy(const std::string& bytes, const std::string& folder) {
    const Descriptor written(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0500));
    if (written.get() < 0 || !write_all(written.get(), bytes)) {
        return -1;
    }
    const std::string itself = "/proc/self/fd/" + std::to_string(written.get());
    return ::open(itself.c_str(), O_RDONLY | O_CLOEXEC);
}

// Maps the copy behind the descriptor and keeps it open. Throws the loader's sentence.
void map_copy(boost::dll::shared_library& library, Descriptor descriptor) {
    if (descriptor.get() < 0) {
        throw std::runtime_error("no copy of it can be made: " + error_text(errno));
    }
    constexpr int mode = RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE;
    library.load("/proc/self/fd/" + std::to_string(descriptor.get()),
                 static_cast<boost::dll::load_mode::type>(mode));
    descriptor.keep_open();
}

// The first copy that may be run: some systems forbid it of memory files, others of a folder.
void map_privately(boost::dll::shared_library& library, const std::string& bytes,
                   const std::string& path) {
    try {
        map_copy(library, Descriptor(sealed_copy(bytes, file_name(path))));
        return;
    } catch (const std::exception& in_memory) {
        const std::string first = in_memory.what();
        for (const std::string& folder : {std::filesystem::path(path).parent_path().string(),
                                          std::filesystem::temp_directory_path().string()}) {
            try {
                map_copy(library, Descriptor(nameless_copy(bytes, folder)));
                return;
            } catch (const std::exception&) {
                continue;  // the first sentence is told: it names what the library itself lacks
            }
        }
        throw std::runtime_error(first);
    }
}

}  // namespace

struct PluginLibrary::Mapping {
    boost::dll::shared_library library;
};

PluginLibrary::PluginLibrary() = default;
PluginLibrary::PluginLibrary(PluginLibrary&&) noexcept = default;
PluginLibrary& PluginLibrary::operator=(PluginLibrary&&) noexcept = default;
PluginLibrary::~PluginLibrary() = default;

std::string file_name(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

Problem plugin_refusal(std::string code, const std::string& path, const std::string& cause,
                       const std::string& remedy) {
    Problem problem;
    problem.code = std::move(code);
    problem.message = file_name(path) + " " + cause + ". " + remedy;
    auto source = std::make_shared<SourceText>();
    source->name = path;
    problem.place = Place{source, 0, 0, 0};
    return problem;
}

std::optional<PluginLibrary> PluginLibrary::load(const std::string& path, Problems& problems,
                                                 const std::string& known) {
    const std::optional<std::string> bytes = read_library(path, problems);
    if (!bytes || hash_hex(*bytes) == known) {
        return std::nullopt;
    }
    const Result<ElfFacts> facts = scan_elf(std::as_bytes(std::span(*bytes)));
    if (!facts.ok()) {
        problems.push_back(plugin_refusal("PTL-P003", path,
                                          "cannot be used: " + facts.status().message(),
                                          "Copy it again, or move it out of the plugin folder"));
        return std::nullopt;
    }
    if (!check_facts(*facts, path, problems)) {
        return std::nullopt;
    }
    PluginLibrary library;
    library.path_ = path;
    library.hash_ = hash_hex(*bytes);
    library.abi_ = *facts->abi;
    library.mapping_ = std::make_unique<Mapping>();
    petrel_plugin_entry_fn entry = nullptr;
    const Status loaded = guarded("loading " + file_name(path), [&]() -> Status {
        map_privately(library.mapping_->library, *bytes, path);
        entry =
            &library.mapping_->library.get<const petrel_plugin_entry*(void)>(PETREL_ENTRY_SYMBOL);
        library.entry_ = entry();
        return {};
    });
    if (!loaded.ok()) {
        problems.push_back(plugin_refusal("PTL-P006", path, "did not load: " + loaded.message(),
                                          "Install what it needs, or ask its author for a build "
                                          "for this system"));
        return std::nullopt;
    }
    if (library.entry_ == nullptr) {
        problems.push_back(plugin_refusal("PTL-P007", path, "describes itself as nothing",
                                          "Its describe() failed; ask its author for a repair"));
        return std::nullopt;
    }
    return library;
}

}  // namespace petrel::core
