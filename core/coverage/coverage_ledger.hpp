// What could not be seen, and whether it was mended: one entry a hole of one stream.
//
// Written by stage 1 on the feed thread, which hands copies to whoever shows it. Bounded: when it
// is full the oldest entry that is closed goes, or else the oldest of all, and that is counted. The
// listener is told of every change, so that windows and the journal agree with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "coverage/stream_gap.hpp"

namespace petrel::core {

// Blind: the stream is down, its end is not known. Open: something is missing. Repaired: the
// venue's history filled it. Whole: nothing was missing after all.
enum class CoverageState : std::uint8_t { Blind, Open, Repaired, Whole };

constexpr std::string_view coverage_state_name(CoverageState state) {
    constexpr std::string_view names[] = {"blind", "open", "repaired", "whole"};
    return names[static_cast<std::size_t>(state)];
}

struct CoverageEntry {
    std::uint64_t id = 0;  // from 1, in the order of discovery
    std::string venue;
    std::string symbol;      // the venue's own name
    std::string connection;  // that broke; empty for a hole seen by its ids
    std::uint16_t venue_id = 0;
    std::uint32_t instrument = 0;
    std::uint8_t kind = 0;
    std::uint64_t first_id = 0;  // missing ids, 0: unknown
    std::uint64_t last_id = 0;
    std::int64_t from_ns = 0;  // exchange time of the last event before
    std::int64_t to_ns = 0;    // of the first after; 0 while blind
    CoverageState state = CoverageState::Blind;
    std::string reason;  // why it came to be, and why it stays open
};

struct CoverageCounts {
    std::uint64_t blind = 0;
    std::uint64_t open = 0;
    std::uint64_t repaired = 0;  // since the start
    std::uint64_t whole = 0;
    std::uint64_t dropped = 0;  // entries given up for want of room
};

class CoverageLedger {
public:
    static constexpr std::size_t kEntriesMax = 4'096;
    using Listener = std::function<void(const CoverageEntry&)>;

    explicit CoverageLedger(Listener listener = {}, std::size_t entries_max = kEntriesMax)
        : listener_(std::move(listener)), entries_max_(entries_max) {}

    // Takes it in, gives it its id.
    std::uint64_t add(CoverageEntry entry);
    // Changes an entry; nothing when it was given up meanwhile. Returns whether it is there.
    bool update(std::uint64_t id, const std::function<void(CoverageEntry&)>& change);

    [[nodiscard]] const std::deque<CoverageEntry>& entries() const { return entries_; }
    [[nodiscard]] const CoverageCounts& counts() const { return counts_; }

private:
    void count(CoverageState state, int by);
    void make_room();

    Listener listener_;
    std::size_t entries_max_;
    std::deque<CoverageEntry> entries_;  // by id
    CoverageCounts counts_;
    std::uint64_t next_id_ = 1;
};

}  // namespace petrel::core
