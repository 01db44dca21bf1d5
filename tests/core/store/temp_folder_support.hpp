// A folder of a test's own, gone with it; and waiting for another thread with a deadline.
//
// Used by the tests of everything that lies on disk. One test, one folder.
#pragma once

#include <poll.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "runtime/clock.hpp"

namespace petrel::testing {

class TempFolder {
public:
    TempFolder() {
        // In memory where there is such a place: thousands of small files cost no disk then.
        const std::filesystem::path in_memory = "/dev/shm";
        const bool usable = ::access(in_memory.c_str(), W_OK | X_OK) == 0;
        const std::filesystem::path base =
            usable ? in_memory : std::filesystem::temp_directory_path();
        std::string pattern = (base / "petrel-test-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string at(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

inline std::string read_bytes(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void write_bytes(const std::string& path, const std::string& bytes) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// Looks until `holds`; false when it did not within a time that no sound run needs.
inline bool eventually(const std::function<bool()>& holds) {
    constexpr std::int64_t limit_ns = 30'000'000'000;
    const std::int64_t end_ns = core::steady_now_ns() + limit_ns;
    while (!holds()) {
        if (core::steady_now_ns() > end_ns) {
            return false;
        }
        ::poll(nullptr, 0, 2);
    }
    return true;
}

}  // namespace petrel::testing
