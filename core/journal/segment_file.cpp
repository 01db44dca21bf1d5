// POSIX writes, one block a call. zstd at its fastest level: the body is written once and read
// rarely.
#include "journal/segment_file.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <cstdio>

#include "runtime/error_text.hpp"

namespace petrel::core::journal {
namespace {

Status failure(const char* doing, const std::string& path, int error) {
    return Status::io(std::string("cannot ") + doing + " " + path + ": " + error_text(error));
}

// Gives the file its name unless that is taken: a segment is never replaced by another.
bool rename_new(const std::string& from, const std::string& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
        return true;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return false;
    }
    // A file system without the flag: two processes on one journal are its only danger.
    if (::access(to.c_str(), F_OK) == 0) {
        errno = EEXIST;
        return false;
    }
    return ::rename(from.c_str(), to.c_str()) == 0;
}

}  // namespace

Status sync_directory(const std::string& directory) {
    const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return failure("open the folder", directory, errno);
    }
    const int failed = ::fsync(descriptor) == 0 ? 0 : errno;
    ::close(descriptor);
    return failed == 0 ? Status() : failure("sync the folder", directory, failed);
}

std::string SegmentFile::name_of(std::uint64_t number) {
    char name[40];
    std::snprintf(name, sizeof(name), "%016llx.ptj", static_cast<unsigned long long>(number));
    return name;
}

SegmentFile::SegmentFile(std::string path, int descriptor, std::uint64_t head_hash)
    : path_(std::move(path)), descriptor_(descriptor), bytes_(sizeof(SegmentHead)),
      synced_bytes_(sizeof(SegmentHead)), previous_hash_(head_hash) {}

SegmentFile::~SegmentFile() { ::close(descriptor_); }

Result<std::unique_ptr<SegmentFile>> SegmentFile::create(const std::string& directory,
                                                         SegmentHead head) {
    seal(head);
    const std::string path = directory + "/" + name_of(head.number);
    const std::string temporary = path + ".new";
    const int descriptor =
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return failure("create the journal segment", temporary, errno);
    }
    auto segment = std::make_unique<SegmentFile>(path, descriptor, head.head_hash);
    const std::span<const char> bytes(reinterpret_cast<const char*>(&head), sizeof(head));
    Status written = segment->write_all(bytes);
    if (written.ok() && ::fsync(descriptor) != 0) {
        written = failure("sync the journal segment", temporary, errno);
    }
    if (written.ok() && !rename_new(temporary, path)) {
        written = failure("name the journal segment", path, errno);
    }
    if (!written.ok()) {
        ::unlink(temporary.c_str());
        return written;
    }
    if (Status named = sync_directory(directory); !named.ok()) {
        return named;
    }
    return segment;
}

Status SegmentFile::write_all(std::span<const char> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return failure("write the journal segment", path_, written == 0 ? ENOSPC : errno);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Status SegmentFile::append(const BlockFacts& facts, std::span<const char> raw) {
    const std::size_t bound = ZSTD_compressBound(raw.size());
    block_.resize(sizeof(BlockHead) + bound);
    const std::size_t body =
        ZSTD_compress(block_.data() + sizeof(BlockHead), bound, raw.data(), raw.size(), 1);
    if (ZSTD_isError(body) != 0) {
        return Status::rejected(std::string("cannot compress a journal block: ") +
                                ZSTD_getErrorName(body));
    }
    BlockHead head;
    head.kind = static_cast<std::uint16_t>(facts.kind);
    head.body_bytes = static_cast<std::uint32_t>(body);
    head.raw_bytes = static_cast<std::uint32_t>(raw.size());
    head.count = facts.count;
    head.shard = facts.shard;
    head.first_sequence = facts.first_sequence;
    head.first_ts_ns = facts.first_ts_ns;
    head.last_ts_ns = facts.last_ts_ns;
    head.synced_bytes = synced_bytes_;
    head.previous_hash = previous_hash_;
    head.body_hash = hash64({block_.data() + sizeof(BlockHead), body});
    seal(head);
    std::memcpy(block_.data(), &head, sizeof(head));

    const std::size_t total = sizeof(BlockHead) + body;
    Status written = write_all({block_.data(), total});
    if (!written.ok()) {
        // A torn block is cut off at once, so that what follows stays readable.
        const auto good = static_cast<off_t>(bytes_);
        usable_ =
            ::ftruncate(descriptor_, good) == 0 && ::lseek(descriptor_, good, SEEK_SET) == good;
        return written;
    }
    previous_hash_ = head.head_hash;
    bytes_ += total;
    return {};
}

Status SegmentFile::sync() {
    if (::fdatasync(descriptor_) != 0) {
        usable_ = false;
        return failure("sync the journal segment", path_, errno);
    }
    synced_bytes_ = bytes_;
    return {};
}

void SegmentFile::mark_end() {
    BlockFacts facts;
    facts.kind = BlockKind::End;
    if (!append(facts, {}).ok()) {
        usable_ = false;
    }
}

}  // namespace petrel::core::journal
