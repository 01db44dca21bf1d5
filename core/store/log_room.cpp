// The log's zeros are written, not only set aside: blocks that are set aside cost as much at their
// first sync as new ones.
#include "store/log_room.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace petrel::core {
namespace {

enum class Wrote : std::uint8_t { All, NoRoom, NotSynced };

Wrote write_zeros(int file, std::int64_t from, std::int64_t to) {
    static constexpr std::array<char, 1 << 16> kZeros{};
    while (from < to) {
        const std::size_t size = std::min(static_cast<std::size_t>(to - from), kZeros.size());
        const ssize_t done = ::pwrite(file, kZeros.data(), size, from);
        if (done <= 0) {
            return Wrote::NoRoom;
        }
        from += done;
    }
    return ::fdatasync(file) == 0 ? Wrote::All : Wrote::NotSynced;
}

}  // namespace

bool make_log_room(const std::string& log_path, std::int64_t bytes) {
    const int file = ::open(log_path.c_str(), O_WRONLY | O_CLOEXEC);
    if (file < 0) {
        return true;  // SQLite has made none; it says what is wrong when it does
    }
    struct stat now{};
    Wrote wrote = Wrote::All;
    if (::fstat(file, &now) == 0 && now.st_size < bytes) {
        wrote = write_zeros(file, now.st_size, bytes);
    }
    if (wrote == Wrote::NoRoom) {
        [[maybe_unused]] const int ignored = ::ftruncate(file, now.st_size);
    }
    ::close(file);
    return wrote != Wrote::NotSynced;
}

}  // namespace petrel::core
