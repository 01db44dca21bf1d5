// Shared by the loader's tests: where the test plugins are, and a folder that goes away.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "observe/log.hpp"
#include "plugin/plugin_registry.hpp"

namespace petrel::core::testing {

inline std::string plugin_directory(const std::string& name) {
    return std::string(PETREL_BUILD_DIR) + "/test_plugins/" + name;
}
inline std::string plugin_file(const std::string& name) {
    return plugin_directory(name) + "/lib" + name + ".so";
}

inline std::string bytes_of(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "petrel-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
    [[nodiscard]] const std::string& path() const { return path_; }
    void write(const std::string& name, const std::string& bytes) const {
        std::ofstream(file(name), std::ios::binary) << bytes;
    }

private:
    std::string path_;
};

// Collects what plugins say while it lives.
class LogCapture {
public:
    LogCapture() {
        log::redirect([this](log::Level, std::string_view component, std::string_view text) {
            lines_ += std::string(component) + ": " + std::string(text) + "\n";
        });
    }
    ~LogCapture() { log::redirect({}); }
    LogCapture(const LogCapture&) = delete;
    LogCapture& operator=(const LogCapture&) = delete;
    [[nodiscard]] const std::string& lines() const { return lines_; }

private:
    std::string lines_;
};

}  // namespace petrel::core::testing
