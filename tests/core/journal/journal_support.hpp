// Journals for tests: numbered events, a segment of known blocks, a disk that fails on demand.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "journal/format.hpp"
#include "journal/journal_reader.hpp"
#include "journal/journal_writer.hpp"
#include "petrel/types.hpp"

namespace petrel::core::journal {

inline constexpr std::int64_t kStartNs = 1'767'225'600 * kNsPerSecond;

// Event number n: its id is n, it came n milliseconds after the start.
MarketEvent numbered(std::uint64_t n, std::uint32_t instrument = 1);
std::vector<MarketEvent> numbered_run(std::uint64_t first, std::size_t count);

// Quick turns, so that no test waits long.
WriterOptions quick(const std::string& directory);

// Everything that the journal holds, in order.
struct Contents {
    std::vector<std::uint64_t> ids;  // of the events
    std::vector<std::string> gaps;
    std::vector<InstrumentLine> instruments;
    // "e<shard>:<id>", "c<shard>:<text>", "g<shard>": the order across kinds.
    std::vector<std::string> order;
    ReaderFigures figures;
};
Contents read_all(const std::string& path, ReadRange range = {});

// Writes one finished segment: `blocks` blocks of events, block b holding events [b*each, ...).
// Returns where each block ends in the file, the head's end first.
std::vector<std::uint64_t> write_segment(const std::string& directory, std::size_t blocks,
                                         std::size_t each);

// The disk below the calls of this program, for write() and fdatasync() on files below `folder`.
// Other files are not touched. Reset by its destructor.
class FaultyDisk {
public:
    explicit FaultyDisk(std::string folder);
    ~FaultyDisk();
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;

    void bytes_left(
        std::int64_t bytes);     // -1: as many as wanted; a write that does not fit is short
    void fail_syncs(int count);  // the next ones answer EIO
    // Syncs of a descriptor that had failed to sync before.
    [[nodiscard]] int syncs_after_failure() const;
    [[nodiscard]] int failed_writes() const;
};

}  // namespace petrel::core::journal
