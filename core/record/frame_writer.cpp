// One line is put together in memory, compressed and written in blocks.
#include "record/frame_writer.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <cstdio>
#include <vector>

#include "petrel/abi/exchange.h"
#include "petrel/types.hpp"
#include "runtime/error_text.hpp"

namespace petrel::core {
namespace {

constexpr int kLevel = 3;

const char* purpose_word(std::uint32_t purpose) {
    switch (purpose) {
        case PETREL_REQUEST_DISCOVERY:
            return "discovery";
        case PETREL_REQUEST_POLL:
            return "poll";
        case PETREL_REQUEST_BACKFILL:
            return "backfill";
        default:
            return "other";
    }
}

}  // namespace

void append_json_string(std::string& to, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    to += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            to += '\\';
            to += c;
        } else if (byte < 0x20) {
            to += "\\u00";
            to += hex[byte >> 4U];
            to += hex[byte & 15U];
        } else {
            to += c;
        }
    }
    to += '"';
}

struct FrameWriter::Impl {
    std::string path;
    int descriptor = -1;
    ZSTD_CStream* stream = nullptr;
    std::vector<char> packed;
    Status broken;

    Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        ZSTD_freeCStream(stream);
        if (descriptor >= 0) {
            ::close(descriptor);
        }
    }

    Status fail(int error) {
        broken = Status::io("cannot write " + path + ": " + error_text(error) +
                            ". Free some space or name another place; what was written until "
                            "here can be replayed");
        return broken;
    }

    Status write_out(std::string_view bytes, std::uint64_t& written) {
        while (!bytes.empty()) {
            const ssize_t put = ::write(descriptor, bytes.data(), bytes.size());
            if (put < 0 && errno != EINTR) {
                return fail(errno);
            }
            if (put > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(put));
                written += static_cast<std::uint64_t>(put);
            }
        }
        return {};
    }

    Status put(std::string_view text, ZSTD_EndDirective how, std::uint64_t& written) {
        if (!broken.ok()) {
            return broken;
        }
        ZSTD_inBuffer in{text.data(), text.size(), 0};
        for (;;) {
            ZSTD_outBuffer out{packed.data(), packed.size(), 0};
            const std::size_t left = ZSTD_compressStream2(stream, &out, &in, how);
            if (ZSTD_isError(left) != 0U) {
                broken = Status::io(path + " cannot be compressed: " + ZSTD_getErrorName(left));
                return broken;
            }
            if (Status wrote = write_out({packed.data(), out.pos}, written); !wrote.ok()) {
                return wrote;
            }
            const bool done = how == ZSTD_e_continue ? in.pos == in.size : left == 0;
            if (done) {
                return {};
            }
        }
    }
};

FrameWriter::FrameWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

FrameWriter::~FrameWriter() {
    if (impl_->descriptor >= 0) {
        static_cast<void>(close());  // nobody is left to tell
    }
}

Result<std::unique_ptr<FrameWriter>> FrameWriter::create(const std::string& path) {
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    impl->descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (impl->descriptor < 0) {
        const int error = errno;
        const char* remedy = error == EEXIST ? ". A recording never replaces a file: name another"
                                             : ". Check the folder and its permissions";
        return Status::io("cannot make " + path + ": " + error_text(error) + remedy);
    }
    impl->stream = ZSTD_createCStream();
    ZSTD_CCtx_setParameter(impl->stream, ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(impl->stream, ZSTD_c_checksumFlag, 1);
    impl->packed.resize(ZSTD_CStreamOutSize());
    return std::make_unique<FrameWriter>(std::move(impl));
}

// Nine digits behind the point: the reader takes them as whole nanoseconds.
void FrameWriter::begin_line(std::string_view venue, std::int64_t at_ns) {
    char time[48];
    std::snprintf(time, sizeof(time), "{\"recv_ts\":%lld.%09lld,\"venue\":",
                  static_cast<long long>(at_ns / kNsPerSecond),
                  static_cast<long long>(at_ns % kNsPerSecond));
    line_ = time;
    append_json_string(line_, venue);
}

Status FrameWriter::write_line() {
    line_ += "}\n";
    return impl_->put(line_, ZSTD_e_continue, figures_.file_bytes);
}

Status FrameWriter::frame(std::string_view venue, std::uint32_t connection,
                          std::int64_t receive_ts_ns, std::string_view raw) {
    begin_line(venue, receive_ts_ns);
    line_.append(",\"conn\":").append(std::to_string(connection)).append(",\"raw\":");
    append_json_string(line_, raw);
    ++figures_.frames;
    figures_.raw_bytes += raw.size();
    return write_line();
}

Status FrameWriter::reply(std::string_view venue, std::int64_t receive_ts_ns,
                          const RecordedReply& reply) {
    begin_line(venue, receive_ts_ns);
    line_.append(R"(,"event":"reply","purpose":")").append(purpose_word(reply.purpose));
    line_.append(R"(","tag":)").append(std::to_string(reply.tag));
    line_.append(R"(,"status":)").append(std::to_string(reply.http_status));
    if (!reply.native.empty()) {
        line_.append(R"(,"native":)");
        append_json_string(line_, reply.native);
    }
    line_.append(R"(,"raw":)");
    append_json_string(line_, reply.body);
    ++figures_.replies;
    figures_.raw_bytes += reply.body.size();
    return write_line();
}

Status FrameWriter::opened(std::string_view venue, std::uint32_t connection, std::int64_t at_ns) {
    begin_line(venue, at_ns);
    line_.append(",\"conn\":").append(std::to_string(connection)).append(R"(,"event":"open")");
    ++figures_.openings;
    return write_line();
}

Status FrameWriter::ended(std::string_view venue, std::uint32_t connection, std::int64_t at_ns,
                          std::string_view why) {
    begin_line(venue, at_ns);
    line_.append(",\"conn\":").append(std::to_string(connection));
    line_.append(R"(,"event":"end","why":)");
    append_json_string(line_, why);
    ++figures_.ends;
    return write_line();
}

Status FrameWriter::flush() {
    if (Status put = impl_->put({}, ZSTD_e_flush, figures_.file_bytes); !put.ok()) {
        return put;
    }
    return ::fdatasync(impl_->descriptor) == 0 ? Status() : impl_->fail(errno);
}

Status FrameWriter::close() {
    Status ended = impl_->put({}, ZSTD_e_end, figures_.file_bytes);
    if (ended.ok() && ::fdatasync(impl_->descriptor) != 0) {
        ended = impl_->fail(errno);
    }
    ::close(impl_->descriptor);
    impl_->descriptor = -1;
    impl_->broken = Status::io(impl_->path + " is closed");
    return ended;
}

}  // namespace petrel::core
