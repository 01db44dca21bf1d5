// A plain file is read into the caller's room; a compressed one through a buffer of its own.
#include "replay/byte_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "runtime/error_text.hpp"

namespace petrel::core {
namespace {

constexpr std::array<unsigned char, 4> kZstdMagic{0x28, 0xB5, 0x2F, 0xFD};
// Larger windows than the format's usual limit would let a file ask for gigabytes.
constexpr int kWindowLogMax = 27;

}  // namespace

struct ByteSource::Impl {
    std::string path;
    int descriptor = -1;
    std::uint64_t file_bytes = 0;
    std::uint64_t bytes_read = 0;
    bool torn = false;
    ZSTD_DStream* stream = nullptr;  // null: a plain file
    std::vector<char> packed;
    ZSTD_inBuffer waiting{nullptr, 0, 0};
    bool within_frame = false;

    Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        ZSTD_freeDStream(stream);
        if (descriptor >= 0) {
            ::close(descriptor);
        }
    }

    Result<std::size_t> read_file(char* to, std::size_t room) {
        for (;;) {
            const ssize_t got = ::read(descriptor, to, room);
            if (got >= 0) {
                bytes_read += static_cast<std::uint64_t>(got);
                return static_cast<std::size_t>(got);
            }
            if (errno != EINTR) {
                return Status::io("cannot read " + path + ": " + error_text(errno));
            }
        }
    }

    Result<std::size_t> unpack(std::span<char> room) {
        ZSTD_outBuffer out{room.data(), room.size(), 0};
        while (out.pos == 0) {
            if (waiting.pos == waiting.size) {
                const Result<std::size_t> got = read_file(packed.data(), packed.size());
                if (!got.ok()) {
                    return got.status();
                }
                if (*got == 0) {
                    torn = within_frame;
                    return std::size_t{0};
                }
                waiting = {packed.data(), *got, 0};
            }
            const std::size_t left = ZSTD_decompressStream(stream, &out, &waiting);
            if (ZSTD_isError(left) != 0U) {
                return Status::rejected(
                    path + " is damaged near byte " + std::to_string(bytes_read) + ": " +
                    ZSTD_getErrorName(left) + ". What comes before can be had by cutting it there");
            }
            within_frame = left != 0;
        }
        return out.pos;
    }
};

ByteSource::ByteSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ByteSource::~ByteSource() = default;

Result<std::unique_ptr<ByteSource>> ByteSource::open(const std::string& path) {
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    impl->descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (impl->descriptor < 0) {
        return Status::io("cannot open " + path + ": " + error_text(errno) +
                          ". Check the path and its permissions");
    }
    struct stat info{};
    if (::fstat(impl->descriptor, &info) != 0 || S_ISDIR(info.st_mode)) {
        return Status::invalid(path + " is a folder, not a recording. Name a file");
    }
    impl->file_bytes = static_cast<std::uint64_t>(info.st_size);
    std::array<unsigned char, kZstdMagic.size()> head{};
    if (::pread(impl->descriptor, head.data(), head.size(), 0) ==
            static_cast<ssize_t>(head.size()) &&
        head == kZstdMagic) {
        impl->packed.resize(ZSTD_DStreamInSize());
        impl->stream = ZSTD_createDStream();
        ZSTD_DCtx_setParameter(impl->stream, ZSTD_d_windowLogMax, kWindowLogMax);
    }
    return std::make_unique<ByteSource>(std::move(impl));
}

Result<std::size_t> ByteSource::read(std::span<char> room) {
    return impl_->stream == nullptr ? impl_->read_file(room.data(), room.size())
                                    : impl_->unpack(room);
}

std::uint64_t ByteSource::file_bytes() const { return impl_->file_bytes; }
std::uint64_t ByteSource::bytes_read() const { return impl_->bytes_read; }
bool ByteSource::torn() const { return impl_->torn; }

}  // namespace petrel::core
