// The spool's file. A failed sync is final for it: the kernel may have thrown the pages away, and
// would say yes the next time.
#include "store/spool.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "runtime/error_text.hpp"
#include "runtime/hash.hpp"

namespace petrel::core {
namespace {

constexpr std::uint32_t kSpoolMagic = 0x4c505350;  // "PSPL"
constexpr std::uint64_t kSpoolRecordMax = 4ULL << 20;
// Kept free for it, so that there is room when a full disk is what stops the store.
constexpr std::int64_t kSpoolReserve = 4LL << 20;

struct SpoolHead {
    std::uint32_t magic = kSpoolMagic;
    std::uint32_t length = 0;
    std::uint64_t hash = 0;
};

Status spool_failure(const std::string& path, const std::string& doing) {
    return Status::io("spool " + path + ": cannot " + doing + ": " + error_text(errno));
}

// All of it, or false.
bool write_at(int descriptor, const std::string& bytes, std::uint64_t where) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count = ::pwrite(descriptor, bytes.data() + done, bytes.size() - done,
                                       static_cast<off_t>(where + done));
        if (count < 0 && errno != EINTR) {
            return false;
        }
        done += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    return true;
}

bool read_at(int descriptor, void* to, std::size_t size, std::uint64_t where) {
    std::size_t done = 0;
    while (done < size) {
        const ssize_t count = ::pread(descriptor, static_cast<char*>(to) + done, size - done,
                                      static_cast<off_t>(where + done));
        if (count == 0 || (count < 0 && errno != EINTR)) {
            return false;
        }
        done += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    return true;
}

// The body of the record that begins there; empty when there is none. No record is empty.
std::string record_at(int descriptor, std::uint64_t where, std::uint64_t end) {
    SpoolHead head;
    if (where + sizeof(head) > end || !read_at(descriptor, &head, sizeof(head), where) ||
        head.magic != kSpoolMagic || head.length == 0 || head.length > kSpoolRecordMax ||
        where + sizeof(head) + head.length > end) {
        return {};
    }
    std::string body(head.length, '\0');
    const bool whole = read_at(descriptor, body.data(), body.size(), where + sizeof(head)) &&
                       hash64(body) == head.hash;
    return whole ? body : std::string();
}

// Where the next record may begin, from `where` on; `end` when there is none.
std::uint64_t next_magic(int descriptor, std::uint64_t where, std::uint64_t end) {
    constexpr std::uint64_t chunk_bytes = 65'536;
    std::string mark(sizeof(kSpoolMagic), '\0');
    std::memcpy(mark.data(), &kSpoolMagic, sizeof(kSpoolMagic));
    while (where + mark.size() <= end) {
        std::string chunk(std::min(chunk_bytes, end - where), '\0');
        if (!read_at(descriptor, chunk.data(), chunk.size(), where)) {
            return end;
        }
        if (const std::size_t found = chunk.find(mark); found != std::string::npos) {
            return where + found;
        }
        where += chunk.size() - (mark.size() - 1);
    }
    return end;
}

}  // namespace

Result<std::unique_ptr<Spool>> Spool::open(const std::string& path, std::uint64_t bytes_max) {
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) {
        return spool_failure(path, "open it");
    }
    auto spool = std::make_unique<Spool>(path, descriptor, bytes_max);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        return Status::invalid("spool " + path +
                               " is in use: another petrel runs with this state_dir");
    }
    if (Status scanned = spool->scan(); !scanned.ok()) {
        return scanned;
    }
    // The name is durable before the first record counts.
    const std::string folder = std::filesystem::path(path).parent_path().string();
    const int directory = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
    if (directory >= 0) {
        ::fsync(directory);
        ::close(directory);
    }
    spool->reserve();
    return spool;
}

Spool::Spool(std::string path, int descriptor, std::uint64_t bytes_max)
    : path_(std::move(path)), descriptor_(descriptor), bytes_max_(bytes_max) {}

Spool::~Spool() { ::close(descriptor_); }

// Only asks for room; without it the spool works as long as the disk has some.
void Spool::reserve() const { ::fallocate(descriptor_, FALLOC_FL_KEEP_SIZE, 0, kSpoolReserve); }

// Counts the records and cuts what lies behind the last one.
Status Spool::scan() {
    struct stat facts{};
    if (::fstat(descriptor_, &facts) != 0) {
        return spool_failure(path_, "read it");
    }
    const auto size = static_cast<std::uint64_t>(facts.st_size);
    std::uint64_t sound_end = 0;
    for (std::uint64_t at = 0; at + sizeof(SpoolHead) <= size;) {
        const std::string body = record_at(descriptor_, at, size);
        if (body.empty()) {
            at = next_magic(descriptor_, at + 1, size);  // a damaged place
            continue;
        }
        damaged_bytes_ += at - sound_end;
        at += sizeof(SpoolHead) + body.size();
        sound_end = at;
        ++records_;
    }
    damaged_bytes_ += size - sound_end;
    bytes_ = sound_end;
    if (sound_end < size && (::ftruncate(descriptor_, static_cast<off_t>(sound_end)) != 0 ||
                             ::fdatasync(descriptor_) != 0)) {
        return spool_failure(path_, "cut its torn tail");
    }
    return {};
}

Status Spool::broken_sync(const char* doing) {
    sync_failed_ = true;
    return spool_failure(path_, doing);
}

Status Spool::append(const std::string& body) {
    std::size_t kept = 0;
    return append({&body, 1}, kept);
}

Status Spool::append(std::span<const std::string> bodies, std::size_t& kept) {
    kept = 0;
    if (sync_failed_) {
        return Status::io("spool " + path_ +
                          ": a sync has failed; it takes nothing more until "
                          "petrel is restarted");
    }
    std::string records;
    std::size_t fitting = 0;
    for (const std::string& body : bodies) {
        if (body.empty() || body.size() > kSpoolRecordMax ||
            bytes_ + records.size() + sizeof(SpoolHead) + body.size() > bytes_max_) {
            break;
        }
        SpoolHead head;
        head.length = static_cast<std::uint32_t>(body.size());
        head.hash = hash64(body);
        records.append(reinterpret_cast<const char*>(&head), sizeof(head)).append(body);
        ++fitting;
    }
    if (!write_at(descriptor_, records, bytes_)) {
        Status refused = spool_failure(path_, "write to it");
        if (::ftruncate(descriptor_, static_cast<off_t>(bytes_)) != 0) {
            sync_failed_ = true;  // a record that was told as refused may still be there
        }
        return refused;
    }
    if (fitting > 0 && ::fdatasync(descriptor_) != 0) {
        return broken_sync("sync it");
    }
    bytes_ += records.size();
    records_ += fitting;
    kept = fitting;
    return fitting == bodies.size()
               ? Status()
               : Status::io("spool " + path_ + " is full: " + std::to_string(bytes_) + " of " +
                            std::to_string(bytes_max_) + " bytes (store.spool_size)");
}

std::vector<std::string> Spool::peek(std::size_t count) const {
    std::vector<std::string> bodies;
    std::uint64_t at = read_at_;
    while (bodies.size() < std::min<std::uint64_t>(count, records_)) {
        std::string body = record_at(descriptor_, at, bytes_);
        if (body.empty()) {
            break;
        }
        at += sizeof(SpoolHead) + body.size();
        bodies.push_back(std::move(body));
    }
    return bodies;
}

Result<std::string> Spool::front() {
    if (records_ == 0) {
        return Status::invalid("the spool is empty");
    }
    std::string body;
    while (read_at_ < bytes_ && (body = record_at(descriptor_, read_at_, bytes_)).empty()) {
        read_at_ = next_magic(descriptor_, read_at_ + 1, bytes_);
    }
    if (body.empty()) {
        return Status::rejected("spool " + path_ + ": a record cannot be read any more");
    }
    return body;
}

Status Spool::pop() {
    if (records_ > 0) {
        const std::string body = record_at(descriptor_, read_at_, bytes_);
        read_at_ += body.empty() ? 1 : sizeof(SpoolHead) + body.size();
        --records_;
    }
    return records_ == 0 ? clear() : Status();
}

// Until it has worked the spool is not empty, so that what comes next stays in order behind what a
// restart would find here and write once more.
Status Spool::clear() {
    if (::ftruncate(descriptor_, 0) != 0) {
        return spool_failure(path_, "empty it");
    }
    if (::fdatasync(descriptor_) != 0) {
        return broken_sync("sync it");
    }
    bytes_ = 0;
    read_at_ = 0;
    reserve();
    return {};
}

}  // namespace petrel::core
