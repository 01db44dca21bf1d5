// A window over the file that slides and, for a long line, grows.
#include "replay/line_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "petrel/abi/exchange.h"

namespace petrel::core {
namespace {

constexpr std::size_t kFirstBuffer = 1U << 20;

}  // namespace

LineReader::LineReader(std::string path, int descriptor, std::uint64_t bytes_total)
    : path_(std::move(path)), descriptor_(descriptor), bytes_total_(bytes_total),
      buffer_(kFirstBuffer + PETREL_FRAME_PADDING) {}

LineReader::~LineReader() { ::close(descriptor_); }

Result<std::unique_ptr<LineReader>> LineReader::open(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return Status::io("cannot open " + path + ": " + std::strerror(errno) +
                          ". Check the path and its permissions");
    }
    struct stat info{};
    if (::fstat(descriptor, &info) != 0 || S_ISDIR(info.st_mode)) {
        ::close(descriptor);
        return Status::invalid(path + " is a folder, not a recording. Name a file");
    }
    return std::make_unique<LineReader>(path, descriptor, static_cast<std::uint64_t>(info.st_size));
}

std::string LineReader::place() const { return path_ + ":" + std::to_string(line_number_); }

Status LineReader::refill() {
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ + PETREL_FRAME_PADDING == buffer_.size()) {
        if (end_ >= kLineMax) {
            return Status::rejected(path_ + ":" + std::to_string(line_number_ + 1) +
                                    ": line is longer than 64 MiB. This is no recording");
        }
        buffer_.resize(end_ * 2 + PETREL_FRAME_PADDING);
    }
    const std::size_t room = buffer_.size() - PETREL_FRAME_PADDING - end_;
    const ssize_t got = ::read(descriptor_, buffer_.data() + end_, room);
    if (got < 0) {
        return errno == EINTR ? Status()
                              : Status::io("cannot read " + path_ + ": " + std::strerror(errno));
    }
    at_end_ = got == 0;
    end_ += static_cast<std::size_t>(got);
    return {};
}

Result<bool> LineReader::next(std::string_view& line) {
    std::size_t searched = begin_;
    for (;;) {
        const char* from = buffer_.data() + searched;
        const void* found = std::memchr(from, '\n', end_ - searched);
        if (found != nullptr || (at_end_ && end_ > begin_)) {
            const char* stop =
                found != nullptr ? static_cast<const char*>(found) : buffer_.data() + end_;
            std::size_t length = static_cast<std::size_t>(stop - (buffer_.data() + begin_));
            line = {buffer_.data() + begin_, length};
            begin_ += length + (found != nullptr ? 1 : 0);
            bytes_read_ += length + 1;
            ++line_number_;
            if (!line.empty() && line.back() == '\r') {
                line.remove_suffix(1);
            }
            return true;
        }
        if (at_end_) {
            return false;
        }
        const std::size_t offset = end_ - begin_;
        if (Status filled = refill(); !filled.ok()) {
            return filled;
        }
        searched = begin_ + offset;
    }
}

}  // namespace petrel::core
