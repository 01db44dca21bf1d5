// Reads a text file line by line through one growing buffer. Owned by one thread.
//
// Used by the sources of a replay; nothing of it is on the way of a live event.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "petrel/result.hpp"

namespace petrel::core {

class LineReader {
public:
    static constexpr std::size_t kLineMax = 64U << 20;

    static Result<std::unique_ptr<LineReader>> open(const std::string& path);

    // Use open(): the descriptor passes into the reader's hands.
    LineReader(std::string path, int descriptor, std::uint64_t bytes_total);
    ~LineReader();
    LineReader(const LineReader&) = delete;
    LineReader& operator=(const LineReader&) = delete;

    // The next line without its end, valid until the next call. False at the end of the file. A
    // line longer than kLineMax is an error. 64 readable bytes follow every line.
    Result<bool> next(std::string_view& line);

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::uint64_t line_number() const { return line_number_; }
    [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_; }
    [[nodiscard]] std::uint64_t bytes_total() const { return bytes_total_; }
    // "file.csv:12", for messages.
    [[nodiscard]] std::string place() const;

private:
    Status refill();

    std::string path_;
    int descriptor_;
    std::uint64_t bytes_total_;
    std::uint64_t bytes_read_ = 0;
    std::uint64_t line_number_ = 0;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool at_end_ = false;
};

}  // namespace petrel::core
