// Looks at sizes, inodes and times of change; an unreadable folder is one without files.
#include "script/directory_watch.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "script/rule_files.hpp"

namespace petrel::core {

DirectoryWatch::DirectoryWatch(std::string directory)
    : directory_(std::move(directory)), known_(look()), latest_(known_) {}

std::vector<DirectoryWatch::Seen> DirectoryWatch::look() const {
    constexpr std::int64_t ns_per_s = 1'000'000'000;
    std::vector<Seen> seen;
    std::vector<std::string> folders{directory_};
    for (const std::string_view folder : kRuleFolders) {
        folders.push_back(directory_ + "/" + std::string(folder));
    }
    for (const std::string& folder : folders) {
        std::error_code failed;
        std::filesystem::directory_iterator entry(folder, failed);
        for (const std::filesystem::directory_iterator end; !failed && entry != end;
             entry.increment(failed)) {
            struct stat info{};
            const std::string path = entry->path().string();
            if (!path.ends_with(".lua") || lstat(path.c_str(), &info) != 0) {
                continue;
            }
            seen.push_back({path, info.st_ino,
                            std::int64_t{info.st_mtim.tv_sec} * ns_per_s + info.st_mtim.tv_nsec,
                            info.st_size});
        }
    }
    std::sort(seen.begin(), seen.end(),
              [](const Seen& a, const Seen& b) { return a.path < b.path; });
    return seen;
}

bool DirectoryWatch::poll_changed() {
    std::vector<Seen> now = look();
    const bool at_rest = now == latest_;
    latest_ = std::move(now);
    if (!at_rest || latest_ == known_) {
        return false;
    }
    known_ = latest_;
    return true;
}

}  // namespace petrel::core
