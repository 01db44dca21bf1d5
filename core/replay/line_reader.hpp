// Reads a text file, compressed or not, line by line through one growing buffer. Owned by one
// thread.
//
// Used by the sources of a replay; nothing of it is on the way of a live event.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "petrel/result.hpp"
#include "replay/byte_source.hpp"

namespace petrel::core {

class LineReader {
public:
    static constexpr std::size_t kLineMax = 64U << 20;

    static Result<std::unique_ptr<LineReader>> open(const std::string& path);

    LineReader(std::string path, std::unique_ptr<ByteSource> bytes);

    // The next line without its end, valid until the next call. False at the end of the file. A
    // line longer than kLineMax is an error. 64 readable bytes follow every line.
    Result<bool> next(std::string_view& line);

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::uint64_t line_number() const { return line_number_; }
    // Of the file.
    [[nodiscard]] std::uint64_t bytes_read() const { return bytes_->bytes_read(); }
    [[nodiscard]] std::uint64_t bytes_total() const { return bytes_->file_bytes(); }
    // A compressed file that ends in the middle: the line that was cut is not among them.
    [[nodiscard]] bool torn() const { return bytes_->torn(); }
    // "file.csv:12", for messages.
    [[nodiscard]] std::string place() const;

private:
    Status refill();

    std::string path_;
    std::unique_ptr<ByteSource> bytes_;
    std::uint64_t line_number_ = 0;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool at_end_ = false;
};

}  // namespace petrel::core
