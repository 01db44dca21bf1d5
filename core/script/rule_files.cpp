// A file comes under another name first and is renamed: a reader never sees half of one.
#include "script/rule_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "runtime/error_text.hpp"

namespace petrel::core {
namespace {

namespace fs = std::filesystem;

Status place_rule_file(const std::string& directory, const RuleFile& file) {
    const fs::path path = fs::path(directory) / file.name;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error) {
        return Status::io("cannot make " + path.parent_path().string() + ": " + error.message());
    }
    const std::string unborn = path.string() + ".new";
    if (Status written = write_rule_file(unborn, file.text); !written.ok()) {
        return written;
    }
    fs::rename(unborn, path, error);
    return error ? Status::io("cannot name " + path.string() + ": " + error.message()) : Status();
}

Status place_all(const std::string& directory, const RuleSources& now, const RuleSources& next) {
    for (const RuleFile& file : next.files) {
        if (Status placed = place_rule_file(directory, file); !placed.ok()) {
            return placed;
        }
    }
    for (const RuleFile& file : now.files) {
        std::error_code error;
        if (next.find(file.name) == nullptr) {
            fs::remove(fs::path(directory) / file.name, error);
        }
        if (error) {
            return Status::io("cannot remove " + file.name + ": " + error.message());
        }
    }
    return {};
}

}  // namespace

Status write_rule_file(const std::string& path, std::string_view text) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return Status::io("cannot write " + path + ": " + error_text(errno));
    }
    bool good = true;
    while (good && !text.empty()) {
        const ssize_t wrote = ::write(descriptor, text.data(), text.size());
        good = wrote >= 0 || errno == EINTR;
        text.remove_prefix(wrote > 0 ? static_cast<std::size_t>(wrote) : 0);
    }
    good = good && ::fsync(descriptor) == 0;
    const int error = errno;
    ::close(descriptor);
    return good ? Status() : Status::io("cannot write " + path + ": " + error_text(error));
}

Status replace_rule_files(const std::string& directory, const RuleSources& now,
                          const RuleSources& next) {
    Status placed = place_all(directory, now, next);
    if (!placed.ok()) {
        (void)place_all(directory, next, now);  // as far as the disk lets us
    }
    return placed;
}

}  // namespace petrel::core
