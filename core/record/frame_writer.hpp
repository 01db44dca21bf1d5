// Writes frame recordings: what replay/frame_line.hpp reads, a zstd stream of lines.
//
// Everything an adapter is told: frames with the number of their socket, replies over REST, sockets
// that open and end. So a replay tells its adapter the same in the same order. Once a second what
// was written is brought to the disk, so that a killed recorder leaves all but the last second.
// Owned by one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "petrel/result.hpp"

namespace petrel::core {

struct RecordedReply {
    std::uint32_t purpose = 0;  // PETREL_REQUEST_...
    std::uint64_t tag = 0;
    std::uint32_t http_status = 0;
    std::string_view native;  // of the instrument it is for; empty: none
    std::string_view body;
};

struct RecordingFigures {
    std::uint64_t frames = 0;
    std::uint64_t replies = 0;
    std::uint64_t openings = 0;
    std::uint64_t ends = 0;
    std::uint64_t raw_bytes = 0;   // of frames and replies
    std::uint64_t file_bytes = 0;  // written
};

class FrameWriter {
public:
    // Makes the file, which must not exist.
    static Result<std::unique_ptr<FrameWriter>> create(const std::string& path);
    ~FrameWriter();
    FrameWriter(const FrameWriter&) = delete;
    FrameWriter& operator=(const FrameWriter&) = delete;

    // Each fails only when the file cannot be written, and from then on always.
    Status frame(std::string_view venue, std::uint32_t connection, std::int64_t receive_ts_ns,
                 std::string_view raw);
    Status reply(std::string_view venue, std::int64_t receive_ts_ns, const RecordedReply& reply);
    Status opened(std::string_view venue, std::uint32_t connection, std::int64_t at_ns);
    Status ended(std::string_view venue, std::uint32_t connection, std::int64_t at_ns,
                 std::string_view why);
    // Brings what was written to the disk.
    Status flush();
    // Ends the stream and the file; nothing can be written afterwards.
    Status close();

    [[nodiscard]] const RecordingFigures& figures() const { return figures_; }

    struct Impl;
    explicit FrameWriter(std::unique_ptr<Impl> impl);  // use create()

private:
    Status write_line();
    void begin_line(std::string_view venue, std::int64_t at_ns);

    std::unique_ptr<Impl> impl_;
    std::string line_;
    RecordingFigures figures_;
};

// Appends the text as a JSON string with its quotes. Bytes from 0x80 on stay as they are.
void append_json_string(std::string& to, std::string_view text);

}  // namespace petrel::core
