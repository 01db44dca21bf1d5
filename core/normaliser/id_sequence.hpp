// Duplicates and gaps of a stream whose ids are consecutive: exact, in a few words.
//
// Stage 2. Everything from the first id seen to the highest counts as seen but for a bounded list
// of holes, so memory does not depend on how far apart two redundant sockets are. A true repeat
// bears the time it had before: an old id with a time newer than any other means that the venue
// began to count anew, and what the old count still brings is judged by the old count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "petrel/types.hpp"

namespace petrel::core {

struct IdHole {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

enum class Sight : std::uint8_t {
    New,
    AfterGap,  // new, and last_hole() is missing before it
    Reset,     // new, and the first of a new count
    Duplicate,
};

class IdSequence {
public:
    static constexpr std::size_t kHolesMax = 64;
    static constexpr std::uint64_t kJumpMax = 1ULL << 24U;  // a longer one is a new count

    // The event's id is not 0.
    Sight see(const MarketEvent& event) {
        if (event.id - event.count == count_.high && count_.begun &&
            event.exchange_ts_ns >= reset_ns_) [[likely]] {
            count_.high = event.id;
            count_.note(event.exchange_ts_ns);
            return Sight::New;
        }
        return see_unusual(event);
    }

    // The hole that the latest AfterGap opened, and the times around it.
    [[nodiscard]] const IdHole& last_hole() const { return last_hole_; }
    [[nodiscard]] std::int64_t hole_from_ns() const { return hole_from_ns_; }
    // Ids of [first, last] that have not come.
    [[nodiscard]] std::uint64_t missing(std::uint64_t first, std::uint64_t last) const;
    // Holes given up for want of room: what comes of them later counts as a repeat.
    [[nodiscard]] std::uint64_t holes_dropped() const { return holes_dropped_; }

private:
    struct Count {
        bool begun = false;
        std::uint64_t base = 0;  // lowest id seen
        std::uint64_t high = 0;
        std::int64_t latest_ns = 0;  // of all its events
        std::vector<IdHole> holes;   // ascending, apart from each other

        void note(std::int64_t ts_ns) { latest_ns = ts_ns > latest_ns ? ts_ns : latest_ns; }
        void begin(std::uint64_t first, const MarketEvent& event);
    };

    Sight see_unusual(const MarketEvent& event);
    [[nodiscard]] bool is_of_before(const MarketEvent& event) const;
    Sight jump(Count& count, std::uint64_t first, const MarketEvent& event);
    Sight look_back(Count& count, std::uint64_t first, const MarketEvent& event);
    Sight begin_anew(std::uint64_t first, const MarketEvent& event);
    void open_hole(Count& count, IdHole hole);
    bool fill(Count& count, std::uint64_t first, std::uint64_t last);

    Count count_;
    Count before_;  // the count before the latest reset; not begun without one
    std::int64_t reset_ns_ = INT64_MIN;
    IdHole last_hole_;
    std::int64_t hole_from_ns_ = 0;
    std::uint64_t holes_dropped_ = 0;
};

}  // namespace petrel::core
