// A window over the file that slides and, for a long line, grows.
#include "replay/line_reader.hpp"

#include <cstring>

#include "petrel/abi/exchange.h"

namespace petrel::core {
namespace {

constexpr std::size_t kFirstBuffer = 1U << 20;

}  // namespace

LineReader::LineReader(std::string path, std::unique_ptr<ByteSource> bytes)
    : path_(std::move(path)), bytes_(std::move(bytes)),
      buffer_(kFirstBuffer + PETREL_FRAME_PADDING) {}

Result<std::unique_ptr<LineReader>> LineReader::open(const std::string& path) {
    Result<std::unique_ptr<ByteSource>> bytes = ByteSource::open(path);
    if (!bytes.ok()) {
        return bytes.status();
    }
    return std::make_unique<LineReader>(path, std::move(*bytes));
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
    const Result<std::size_t> got = bytes_->read({buffer_.data() + end_, room});
    if (!got.ok()) {
        return got.status();
    }
    at_end_ = *got == 0;
    end_ += *got;
    return {};
}

Result<bool> LineReader::next(std::string_view& line) {
    std::size_t searched = begin_;
    for (;;) {
        const char* from = buffer_.data() + searched;
        const void* found = std::memchr(from, '\n', end_ - searched);
        if (found != nullptr || (at_end_ && end_ > begin_ && !torn())) {
            const char* stop =
                found != nullptr ? static_cast<const char*>(found) : buffer_.data() + end_;
            std::size_t length = static_cast<std::size_t>(stop - (buffer_.data() + begin_));
            line = {buffer_.data() + begin_, length};
            begin_ += length + (found != nullptr ? 1 : 0);
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
