// Reads *.lua of the folder, of lib/, tests/ and voters/. Links are refused by the kernel
// (O_NOFOLLOW), so that nothing can change between the check and the reading.
#include "script/rule_source.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "observe/clean_text.hpp"
#include "runtime/error_text.hpp"
#include "runtime/hash.hpp"
#include "script/rule_files.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kFileBytesMax = 64U << 10;
constexpr std::size_t kFilesMax = 64;

struct CloseFolder {
    void operator()(DIR* folder) const { closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

class File {
public:
    explicit File(int number) : number_(number) {}
    ~File() {
        if (number_ >= 0) {
            close(number_);
        }
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

std::string reason() { return error_text(errno); }

Result<std::string> read_file(int folder, const char* name, const std::string& shown) {
    const File file(openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (file.number() < 0) {
        if (errno == ELOOP) {
            return Status::rejected(shown + ": is a symbolic link; copy the file into the pack");
        }
        return Status::io(shown + ": cannot be read: " + reason());
    }
    struct stat info{};
    if (fstat(file.number(), &info) != 0 || !S_ISREG(info.st_mode)) {
        return Status::rejected(shown + ": is not a regular file");
    }
    std::string text(kFileBytesMax + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t got = read(file.number(), text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return Status::io(shown + ": cannot be read: " + reason());
        }
        if (got == 0) {
            break;
        }
        size += static_cast<std::size_t>(got);
    }
    if (size > kFileBytesMax) {
        return Status::rejected(shown + ": is larger than 64 KiB; split it into files of lib/");
    }
    text.resize(size);
    return text;
}

// Names stand in messages and in use(): printable, whole in a place of Lua's, without quotes.
bool is_file_name(std::string_view name) {
    constexpr std::size_t bytes_max = 48;
    return name.size() <= bytes_max && std::all_of(name.begin(), name.end(), [](char c) {
               return c >= ' ' && c <= '~' &&
                      std::string_view("'\"`\\:").find(c) == std::string_view::npos;
           });
}

Status read_folder(int parent, const char* name, const std::string& prefix, RuleSources& sources) {
    const std::string shown = sources.directory + "/" + prefix;
    const int opened = openat(
        parent, name, O_RDONLY | O_CLOEXEC | O_DIRECTORY | (prefix.empty() ? 0 : O_NOFOLLOW));
    if (opened < 0) {
        const bool optional = !prefix.empty() && errno == ENOENT;
        return optional ? Status()
                        : Status::io("rule pack " + shown + ": cannot be opened: " + reason());
    }
    const Folder folder(fdopendir(opened));
    if (folder == nullptr) {
        close(opened);
        return Status::io("rule pack " + shown + ": cannot be listed: " + reason());
    }
    while (const dirent* entry = readdir(folder.get())) {
        const std::string_view file = entry->d_name;
        if (!file.ends_with(".lua") || file.starts_with(".")) {
            continue;
        }
        if (!is_file_name(file)) {
            return Status::rejected("rule pack " + shown + ": holds a file named '" +
                                    clean_text(file, 60) +
                                    "'; name it by at most 48 ASCII letters, digits and signs");
        }
        if (sources.files.size() >= kFilesMax) {
            return Status::rejected("rule pack " + shown + ": holds more than 64 files");
        }
        Result<std::string> text =
            read_file(dirfd(folder.get()), entry->d_name, shown + std::string(file));
        if (!text) {
            return text.status();
        }
        sources.files.push_back({prefix + std::string(file), std::move(*text)});
    }
    return {};
}

}  // namespace

const RuleFile* RuleSources::find(std::string_view name) const {
    const auto found = std::find_if(files.begin(), files.end(),
                                    [&](const RuleFile& file) { return file.name == name; });
    return found == files.end() ? nullptr : &*found;
}

std::string RuleSources::hash() const {
    std::string all;
    for (const RuleFile& file : files) {
        all += file.name + '\n' + std::to_string(file.text.size()) + '\n' + file.text;
    }
    return hash_hex(all);
}

Result<RuleSources> read_rule_sources(const std::string& directory) {
    RuleSources sources;
    sources.directory = directory;
    const File root(open(directory.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY));
    if (root.number() < 0) {
        return Status::io("rule pack " + directory + ": cannot be opened: " + reason());
    }
    Status status = read_folder(root.number(), ".", "", sources);
    for (const std::string_view folder : kRuleFolders) {
        if (status) {
            const std::string name(folder);
            status = read_folder(root.number(), name.c_str(), name + "/", sources);
        }
    }
    if (!status) {
        return status;
    }
    std::sort(sources.files.begin(), sources.files.end(),
              [](const RuleFile& a, const RuleFile& b) { return a.name < b.name; });
    return sources;
}

}  // namespace petrel::core
