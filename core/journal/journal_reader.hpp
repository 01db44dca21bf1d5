// The journal read back: every shard's sequence, from one folder or one segment file.
//
// Entries come in the order in which they were written. Damage is stepped over, counted and named;
// reading never stops because of it. Owned by one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "journal/instrument_line.hpp"
#include "journal/journal_files.hpp"
#include "journal/segment_reader.hpp"
#include "petrel/types.hpp"

namespace petrel::core::journal {

struct JournalEntry {
    BlockKind kind = BlockKind::Events;
    std::uint16_t shard = 0;
    std::uint64_t first_sequence = 0;
    std::span<const MarketEvent> events;      // Events; valid until the next read
    std::vector<InstrumentLine> instruments;  // Instruments
    std::string_view text;                    // Gap, Control; valid until the next read
};

struct ReadRange {
    std::int64_t from_ns = 0;  // receipt, both included
    std::int64_t to_ns = INT64_MAX;
    std::uint64_t from_segment = 0;  // segments of a lower number are not looked at
};

struct ReaderFigures {
    std::uint64_t segments = 0;
    std::uint64_t events = 0;
    std::uint64_t gaps = 0;
    std::uint64_t damaged = 0;
    std::uint64_t damaged_bytes = 0;
    std::uint64_t torn_bytes = 0;
    std::uint64_t unreadable = 0;   // segments without a sound head, or of a newer version
    std::uint64_t passed_over = 0;  // segments outside the range
    std::uint64_t bytes = 0;
    std::uint64_t bytes_total = 0;
    std::vector<std::string> remarks;  // a sentence a case, at most 32
};

class JournalReader {
public:
    // `path` is the journal's folder or one of its segments. Blocks of events wholly outside the
    // range are passed over; where a segment's time index says that all of them are, the segment
    // is not read at all. Definitions of the rest always come.
    static Result<std::unique_ptr<JournalReader>> open(const std::string& path,
                                                       ReadRange range = {});
    explicit JournalReader(std::vector<SegmentEntry> segments, ReadRange range);

    // The next entry; false at the end.
    Result<bool> next(JournalEntry& entry);

    [[nodiscard]] const ReaderFigures& figures() const { return figures_; }

private:
    Result<bool> next_block(Block& block);
    void close_segment();
    void remark(const std::string& sentence);
    bool outside(const SegmentEntry& segment) const;
    void read_instruments(std::string_view lines, std::vector<InstrumentLine>& out);
    bool read_events(const Block& block, JournalEntry& entry);

    std::vector<SegmentEntry> segments_;
    ReadRange range_;
    std::size_t next_segment_ = 0;
    std::unique_ptr<SegmentReader> reader_;
    std::vector<MarketEvent> events_;
    ReaderFigures figures_;
};

}  // namespace petrel::core::journal
