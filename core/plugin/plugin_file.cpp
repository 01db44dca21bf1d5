// A pipe or device is refused before it is opened: reading one could wait for ever.
#include "plugin/plugin_file.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "petrel/abi/plugin.h"
#include "runtime/error_text.hpp"

namespace petrel::core {

Result<std::string> read_plugin_file(const std::string& path) {
    constexpr std::size_t most = PETREL_PARAMETER_FILE_BYTES_MAX;
    std::error_code error;
    const auto kind = std::filesystem::status(path, error).type();
    if (kind == std::filesystem::file_type::not_found) {
        return Status::invalid("there is no file " + path);
    }
    if (kind != std::filesystem::file_type::regular) {
        return Status::invalid(
            path + (error ? " cannot be read: " + error.message() : std::string(" is no file")));
    }
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        return Status::invalid(path + " cannot be read: " + error_text(errno));
    }
    // One byte more shows that there is more, however it grows meanwhile.
    std::string text(most + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad()) {
        return Status::invalid(path + " cannot be read");
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > most) {
        return Status::invalid(path + " has more than the " + std::to_string(most) +
                               " bytes that a plugin is given");
    }
    return text;
}

}  // namespace petrel::core
