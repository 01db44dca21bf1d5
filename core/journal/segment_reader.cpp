// Reading and, where bytes are bad, searching for the next block whose head vouches for itself.
#include "journal/segment_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>

#include "runtime/error_text.hpp"

namespace petrel::core::journal {

SegmentReader::SegmentReader(std::string path, int descriptor, std::uint64_t size)
    : path_(std::move(path)), descriptor_(descriptor), size_(size) {}

SegmentReader::~SegmentReader() { ::close(descriptor_); }

Result<std::unique_ptr<SegmentReader>> SegmentReader::open(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return Status::io("cannot open " + path + ": " + error_text(errno));
    }
    struct stat info{};
    const bool known = ::fstat(descriptor, &info) == 0;
    auto reader = std::make_unique<SegmentReader>(
        path, descriptor, known ? static_cast<std::uint64_t>(info.st_size) : 0);
    if (Status head = reader->read_head(); !head.ok()) {
        return head;
    }
    return reader;
}

Status SegmentReader::read_head() {
    std::size_t got = 0;
    std::span<char> room(reinterpret_cast<char*>(&head_), sizeof(head_));
    if (Status read = read_at(0, room, got); !read.ok()) {
        return read;
    }
    if (got < sizeof(head_) || !sound(head_)) {
        return Status::rejected(path_ +
                                " is no journal segment: its head is torn or damaged. "
                                "Move it aside; the other segments stay readable");
    }
    if (head_.version > kVersion) {
        return Status::rejected(path_ + " was written by a newer petrel (journal version " +
                                std::to_string(head_.version) + ", this one reads up to " +
                                std::to_string(kVersion) + "). Read it with that version");
    }
    return {};
}

Status SegmentReader::read_at(std::uint64_t offset, std::span<char> room, std::size_t& got) const {
    got = 0;
    while (got < room.size()) {
        const ssize_t read = ::pread(descriptor_, room.data() + got, room.size() - got,
                                     static_cast<off_t>(offset + got));
        if (read < 0 && errno == EINTR) {
            continue;
        }
        if (read < 0) {
            return Status::io("cannot read " + path_ + ": " + error_text(errno));
        }
        if (read == 0) {
            break;
        }
        got += static_cast<std::size_t>(read);
    }
    return {};
}

Result<bool> SegmentReader::read_block(std::uint64_t offset, Block& block) {
    std::size_t got = 0;
    std::span<char> head_room(reinterpret_cast<char*>(&block.head), sizeof(block.head));
    if (Status read = read_at(offset, head_room, got); !read.ok()) {
        return read;
    }
    if (got < sizeof(block.head) || !sound(block.head) ||
        block.head.body_bytes > size_ - std::min(size_, offset + sizeof(BlockHead))) {
        return false;
    }
    if (effort_ > 4 * size_ + kBodyBytesMax) {
        return false;
    }
    effort_ += block.head.body_bytes;
    body_.resize(block.head.body_bytes);
    if (Status read = read_at(offset + sizeof(BlockHead), body_, got); !read.ok()) {
        return read;
    }
    if (got < body_.size() || hash64({body_.data(), body_.size()}) != block.head.body_hash) {
        return false;
    }
    raw_.resize(block.head.raw_bytes);
    const std::size_t raw = ZSTD_decompress(raw_.data(), raw_.size(), body_.data(), body_.size());
    if (ZSTD_isError(raw) != 0 || raw != raw_.size()) {
        return false;
    }
    block.raw = {raw_.data(), raw_.size()};
    effort_ -= block.head.body_bytes;
    return true;
}

Result<std::uint64_t> SegmentReader::search(std::uint64_t offset) {
    constexpr std::size_t chunk = 1U << 16;
    std::vector<char> window(chunk + sizeof(std::uint32_t));
    while (offset < size_) {
        std::size_t got = 0;
        if (Status read = read_at(offset, window, got); !read.ok()) {
            return read;
        }
        for (std::size_t i = 0; i + sizeof(std::uint32_t) <= got; ++i) {
            std::uint32_t magic = 0;
            std::memcpy(&magic, window.data() + i, sizeof(magic));
            if (magic != kBlockMagic) {
                continue;
            }
            Block found;
            Result<bool> is_block = read_block(offset + i, found);
            if (!is_block.ok()) {
                return is_block.status();
            }
            if (*is_block) {
                return offset + i;
            }
        }
        if (got < window.size()) {
            break;
        }
        offset += chunk;
    }
    return size_;
}

Result<std::uint64_t> SegmentReader::find_synced(std::uint64_t offset) {
    std::uint64_t synced = 0;
    while (offset < size_) {
        Result<std::uint64_t> found = search(offset);
        if (!found.ok() || *found >= size_) {
            return found.ok() ? Result<std::uint64_t>(synced) : found;
        }
        Block block;
        Result<bool> read = read_block(*found, block);
        if (!read.ok()) {
            return read.status();
        }
        synced = std::max(synced, block.head.synced_bytes);
        offset = *found + sizeof(BlockHead) + block.head.body_bytes;
    }
    return synced;
}

Result<std::uint64_t> SegmentReader::behind_damage() {
    if (!synced_) {
        Result<std::uint64_t> synced = find_synced(offset_ + 1);
        if (!synced.ok()) {
            return synced;
        }
        synced_ = *synced;
    }
    return offset_ < *synced_ ? search(offset_ + 1) : Result<std::uint64_t>(size_);
}

Result<bool> SegmentReader::next(Block& block) {
    if (offset_ >= size_) {
        return false;
    }
    Result<bool> read = read_block(offset_, block);
    if (!read.ok()) {
        return read;
    }
    if (!*read) {
        Result<std::uint64_t> found = behind_damage();
        if (!found.ok()) {
            return found.status();
        }
        if (*found >= size_) {
            figures_.torn_bytes = size_ - offset_;
            offset_ = size_;
            return false;
        }
        ++figures_.damaged;
        figures_.damaged_bytes += *found - offset_;
        offset_ = *found;
        read = read_block(offset_, block);
        if (!read.ok() || !*read) {
            return read;
        }
    }
    ++figures_.blocks;
    offset_ += sizeof(BlockHead) + block.head.body_bytes;
    sound_end_ = offset_;
    return true;
}

}  // namespace petrel::core::journal
