// What waits for a store that is down: a file of records, appended and synced, read from the front,
// and emptied once all of it is in the store.
//
// A record that append() returned ok for survives a kill and a power cut. A torn tail is cut at the
// next start, a damaged place in the middle is skipped and counted. Owned by the delivery thread;
// a lock keeps a second petrel out. Bytes: 'PSPL', length (32 bits each), hash of the body (64
// bits), body.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "petrel/result.hpp"

namespace petrel::core {

class Spool {
public:
    static Result<std::unique_ptr<Spool>> open(const std::string& path, std::uint64_t bytes_max);
    // Use open(): takes over the descriptor.
    Spool(std::string path, int descriptor, std::uint64_t bytes_max);
    ~Spool();
    Spool(const Spool&) = delete;
    Spool& operator=(const Spool&) = delete;

    // Durable when ok. Refused when the file is full, or has failed for good.
    Status append(const std::string& body);
    // Several with one sync, as many as there is room for; `kept` of them are durable, also where
    // the rest is refused.
    Status append(std::span<const std::string> bodies, std::size_t& kept);

    // The oldest record that was not taken yet; rejected when it cannot be read.
    Result<std::string> front();
    // The oldest ones, at most `count`, up to the first that cannot be read.
    [[nodiscard]] std::vector<std::string> peek(std::size_t count) const;
    // The front is done with. When it was the last one, the file is emptied.
    Status pop();

    [[nodiscard]] bool empty() const { return records_ == 0 && bytes_ == 0; }
    [[nodiscard]] std::uint64_t records() const { return records_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    // Bytes that were cut or skipped since the start, because they were no records.
    [[nodiscard]] std::uint64_t damaged_bytes() const { return damaged_bytes_; }

private:
    Status scan();
    Status clear();
    Status broken_sync(const char* doing);
    void reserve() const;

    std::string path_;
    int descriptor_;
    const std::uint64_t bytes_max_;
    std::uint64_t bytes_ = 0;    // of the file
    std::uint64_t read_at_ = 0;  // where the front begins, or damage before it
    std::uint64_t records_ = 0;  // not taken yet
    std::uint64_t damaged_bytes_ = 0;
    bool sync_failed_ = false;
};

}  // namespace petrel::core
