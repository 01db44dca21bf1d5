// One segment being read: sound blocks in order, damage named and stepped over.
//
// A bad block in what was synced (a later block says so) is damage: it is skipped and counted. A
// bad block behind that is where a power cut tore the segment: it ends there, also when pieces of
// what was written later reached the disk, so that what is read is a prefix. Reads only; no
// mapping, so a file that shrinks meanwhile is a short read and never a signal. Nothing is
// allocated on the word of a length that the head's hash does not vouch for, and the search behind
// damage has a bound: a file made to be slow ends early, as torn.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "journal/format.hpp"
#include "petrel/result.hpp"

namespace petrel::core::journal {

struct Block {
    BlockHead head;
    std::span<const char> raw;  // valid until the next read
};

struct SegmentFigures {
    std::uint64_t blocks = 0;
    std::uint64_t damaged = 0;  // stretches that were skipped
    std::uint64_t damaged_bytes = 0;
    std::uint64_t torn_bytes = 0;  // behind the end of the sound blocks
};

class SegmentReader {
public:
    // Refuses files that are no segment, and segments of a newer version with what to do.
    static Result<std::unique_ptr<SegmentReader>> open(const std::string& path);
    SegmentReader(std::string path, int descriptor, std::uint64_t size);
    ~SegmentReader();
    SegmentReader(const SegmentReader&) = delete;
    SegmentReader& operator=(const SegmentReader&) = delete;

    // The next sound block; false at the end.
    Result<bool> next(Block& block);

    [[nodiscard]] const SegmentHead& head() const { return head_; }
    [[nodiscard]] const SegmentFigures& figures() const { return figures_; }
    // Where the last sound block ends: what a recovery keeps.
    [[nodiscard]] std::uint64_t sound_end() const { return sound_end_; }
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    Status read_head();
    Status read_at(std::uint64_t offset, std::span<char> room, std::size_t& got) const;
    // Reads the block at `offset`; false when there is no sound one.
    Result<bool> read_block(std::uint64_t offset, Block& block);
    // Offset of the next sound block at or behind `offset`, or size() when there is none.
    Result<std::uint64_t> search(std::uint64_t offset);
    // How far the segment was synced, by the word of all sound blocks from `offset` on.
    Result<std::uint64_t> find_synced(std::uint64_t offset);
    // Where to go on behind the bad block at offset_; size() when the segment ends here.
    Result<std::uint64_t> behind_damage();

    std::string path_;
    int descriptor_;
    std::uint64_t size_;
    SegmentHead head_;
    std::uint64_t offset_ = sizeof(SegmentHead);
    std::uint64_t sound_end_ = sizeof(SegmentHead);
    std::uint64_t effort_ = 0;             // bytes of bodies that turned out to be bad
    std::optional<std::uint64_t> synced_;  // known once the first bad block was met
    SegmentFigures figures_;
    std::vector<char> body_;
    std::vector<char> raw_;
};

}  // namespace petrel::core::journal
