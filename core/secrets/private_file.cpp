// The mode is asked of the open file, so that nobody can change it in between.
#include "secrets/private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "runtime/error_text.hpp"

namespace petrel::core {
namespace {

class OpenFile {
public:
    explicit OpenFile(int fd) : fd_(fd) {}
    ~OpenFile() { close(); }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    [[nodiscard]] int get() const { return fd_; }
    bool close() { return fd_ < 0 || ::close(std::exchange(fd_, -1)) == 0; }

private:
    int fd_;
};

Status file_trouble(const PrivateFile& file, const std::string& why) {
    return Status::invalid(file.what + " " + file.path + " " + why);
}

Status system_trouble(const PrivateFile& file, const std::string& what) {
    return Status::failure(PETREL_E_IO,
                           file.what + " " + file.path + " " + what + ": " + error_text(errno));
}

std::string octal(unsigned mode) {
    char text[8];
    std::snprintf(text, sizeof(text), "%04o", mode & 07777U);
    return text;
}

Status check_mode(const PrivateFile& file, const struct stat& facts) {
    if (!S_ISREG(facts.st_mode)) {
        return file_trouble(file, "is no file");
    }
    const unsigned forbidden = file.readers == Readers::Owner ? 0077U : 0007U;
    if ((facts.st_mode & forbidden) != 0) {
        return file_trouble(file, "may be read by others (mode " + octal(facts.st_mode) +
                                      "): chmod 600 " + file.path);
    }
    return {};
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR) {
            return false;
        }
        bytes.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
    }
    return true;
}

Status write_new(const PrivateFile& file, const std::string& path, std::string_view bytes) {
    OpenFile out(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (out.get() < 0) {
        return system_trouble(file, "cannot be made");
    }
    const bool written = write_all(out.get(), bytes) && ::fsync(out.get()) == 0 && out.close();
    if (!written) {
        const Status status = system_trouble(file, "cannot be written");
        ::unlink(path.c_str());
        return status;
    }
    return {};
}

void sync_folder(const std::string& path) {
    const std::string folder = std::filesystem::path(path).parent_path().string();
    const OpenFile at(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC));
    if (at.get() >= 0) {
        ::fsync(at.get());
    }
}

}  // namespace

Result<std::string> read_private_file(const PrivateFile& file) {
    const OpenFile in(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat facts{};
    if (in.get() < 0 || ::fstat(in.get(), &facts) != 0) {
        return system_trouble(file, "cannot be read");
    }
    if (Status mode = check_mode(file, facts); !mode.ok()) {
        return mode;
    }
    std::string text(file.bytes_max + 1, '\0');
    std::size_t have = 0;
    while (have < text.size()) {
        const ssize_t count = ::read(in.get(), text.data() + have, text.size() - have);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return system_trouble(file, "cannot be read");
        }
        if (count == 0) {
            break;
        }
        have += static_cast<std::size_t>(count);
    }
    if (have > file.bytes_max) {
        return file_trouble(file, "is larger than " + std::to_string(file.bytes_max) + " bytes");
    }
    text.resize(have);
    return text;
}

Status write_private_file(const PrivateFile& file, std::string_view bytes) {
    const std::string fresh = file.path + ".new";
    ::unlink(fresh.c_str());  // of a run that ended half way
    if (Status written = write_new(file, fresh, bytes); !written.ok()) {
        return written;
    }
    if (::rename(fresh.c_str(), file.path.c_str()) != 0) {
        const Status status = system_trouble(file, "cannot be replaced");
        ::unlink(fresh.c_str());
        return status;
    }
    sync_folder(file.path);
    return {};
}

Status create_private_file(const PrivateFile& file, std::string_view bytes) {
    Status written = write_new(file, file.path, bytes);
    if (written.ok()) {
        sync_folder(file.path);
    }
    return written;
}

}  // namespace petrel::core
