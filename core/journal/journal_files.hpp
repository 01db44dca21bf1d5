// The journal's folder: which segments there are, recovery after a crash, retention, time index.
//
// Called on the journal's thread (writing) or on a replay's (reading); never on the event path.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "petrel/result.hpp"

namespace petrel::core::journal {

struct SegmentEntry {
    std::uint64_t number = 0;
    std::string path;
    std::uint64_t bytes = 0;
};

// Segments of the folder in ascending order; other files are ignored.
Result<std::vector<SegmentEntry>> list_segments(const std::string& directory);

struct Recovery {
    std::uint64_t next_number = 1;
    std::uint64_t torn_bytes = 0;  // behind the last sound block of the last segment
    std::string torn_segment;
    bool tail_kept = false;        // cut off and kept beside it as *.tail; otherwise left in place
    std::uint64_t unreadable = 0;  // last segment whose head is damaged; left in place
};

// Makes the folder (0700) if needed, removes half-born segments, cuts a torn tail and keeps it
// aside. Neither a damaged segment nor a full disk stops the journal: what cannot be tidied is left
// in place, where readers step over it, and writing goes on in a new segment.
Result<Recovery> recover(const std::string& directory);

struct Retention {
    std::uint64_t bytes_max = 0;
    std::int64_t oldest_ns = 0;  // segments that ended before are removed
};

// Removes the oldest segments until both limits hold; never the newest. Returns how many went.
Result<std::uint64_t> retain(const std::string& directory, const Retention& retention);

// One line of a segment's time index: where blocks of which receipt times lie.
struct IndexEntry {
    std::int64_t first_ts_ns = 0;
    std::int64_t last_ts_ns = 0;
    std::uint64_t offset = 0;
};

// Writes the index beside a finished segment. A missing or damaged index costs a scan, no data.
Status write_index(const std::string& segment_path, const std::vector<IndexEntry>& entries);
// Empty when there is no sound index.
std::vector<IndexEntry> read_index(const std::string& segment_path);

}  // namespace petrel::core::journal
