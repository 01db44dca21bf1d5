// The bytes of a file, decompressed when it is a zstd one. Owned by one thread.
//
// Used by the line reader of a replay. What a killed recorder left is read as far as it is whole:
// its torn end is no error, but said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "petrel/result.hpp"

namespace petrel::core {

class ByteSource {
public:
    static Result<std::unique_ptr<ByteSource>> open(const std::string& path);
    ~ByteSource();
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;

    // The next bytes, 0 at the end.
    Result<std::size_t> read(std::span<char> room);

    [[nodiscard]] std::uint64_t file_bytes() const;  // size of the file
    [[nodiscard]] std::uint64_t bytes_read() const;  // of the file, so far
    // The compressed stream ended in the middle.
    [[nodiscard]] bool torn() const;

    struct Impl;
    explicit ByteSource(std::unique_ptr<Impl> impl);  // use open()

private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace petrel::core
