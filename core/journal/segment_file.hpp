// One segment being written: blocks are appended, compressed and hashed; nothing is ever rewritten.
//
// A new segment is born under a temporary name, synced, renamed and its folder synced, so a segment
// that exists has a sound head. Owned by the journal's thread. All failures are returned with the
// errno's sentence; none is retried here.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "journal/format.hpp"
#include "petrel/result.hpp"

namespace petrel::core::journal {

// What a block holds, apart from its bytes.
struct BlockFacts {
    BlockKind kind = BlockKind::Events;
    std::uint16_t shard = 0;
    std::uint32_t count = 0;
    std::uint64_t first_sequence = 0;
    std::int64_t first_ts_ns = 0;
    std::int64_t last_ts_ns = 0;
};

class SegmentFile {
public:
    static Result<std::unique_ptr<SegmentFile>> create(const std::string& directory,
                                                       SegmentHead head);
    // Use create(): takes over the descriptor.
    SegmentFile(std::string path, int descriptor, std::uint64_t head_hash);
    ~SegmentFile();
    SegmentFile(const SegmentFile&) = delete;
    SegmentFile& operator=(const SegmentFile&) = delete;

    // Appends one block. After a failure the file is cut back to its last whole block; when even
    // that fails, the segment is given up (see usable()).
    Status append(const BlockFacts& facts, std::span<const char> raw);

    // Makes everything appended durable. After a failure the segment must not be used any more:
    // the kernel may have thrown the pages away and would report success next time.
    Status sync();

    // Says in the file that everything before is durable. Called after a sync; a failure costs
    // nothing but that knowledge.
    void mark_end();

    // Whether everything appended is durable.
    [[nodiscard]] bool synced() const { return synced_bytes_ == bytes_; }
    [[nodiscard]] bool usable() const { return usable_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    [[nodiscard]] const std::string& path() const { return path_; }

    static std::string name_of(std::uint64_t number);

private:
    Status write_all(std::span<const char> bytes);

    std::string path_;
    int descriptor_;
    std::uint64_t bytes_;
    std::uint64_t synced_bytes_;
    std::uint64_t previous_hash_;
    bool usable_ = true;
    std::vector<char> block_;  // head and compressed body, reused
};

// Syncs a folder, so that names made or removed in it are durable.
Status sync_directory(const std::string& directory);

}  // namespace petrel::core::journal
