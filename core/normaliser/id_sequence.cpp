// Everything but the next id in turn.
#include "normaliser/id_sequence.hpp"

#include <algorithm>
#include <utility>

namespace petrel::core {
namespace {

// Clocks of a venue's machines differ: an id in a hole is late news up to this much.
constexpr std::int64_t kSlackNs = kNsPerSecond;

std::uint64_t first_of(const MarketEvent& event) {
    return event.count < event.id ? event.id - event.count + 1 : 1;
}

}  // namespace

void IdSequence::Count::begin(std::uint64_t first, const MarketEvent& event) {
    begun = true;
    base = first;
    high = event.id;
    latest_ns = event.exchange_ts_ns;
    holes.clear();
}

Sight IdSequence::see_unusual(const MarketEvent& event) {
    const std::uint64_t first = first_of(event);
    if (!count_.begun) {
        count_.begin(first, event);
        return Sight::New;
    }
    if (is_of_before(event)) {
        return first > before_.high + 1 ? jump(before_, first, event)
                                        : look_back(before_, first, event);
    }
    return first > count_.high + 1 ? jump(count_, first, event) : look_back(count_, first, event);
}

// Whether the event is one of before the reset. A low id that is newer than all of those is not: it
// was overtaken by the event that showed the reset.
bool IdSequence::is_of_before(const MarketEvent& event) const {
    if (!before_.begun || event.exchange_ts_ns >= reset_ns_) {
        return false;
    }
    return event.exchange_ts_ns <= before_.latest_ns || event.id > before_.high;
}

Sight IdSequence::jump(Count& count, std::uint64_t first, const MarketEvent& event) {
    if (first - count.high > kJumpMax && &count == &count_) {
        return begin_anew(first, event);
    }
    hole_from_ns_ = count.latest_ns;
    last_hole_ = {count.high + 1, first - 1};
    open_hole(count, last_hole_);
    count.high = event.id;
    count.note(event.exchange_ts_ns);
    return &count == &count_ ? Sight::AfterGap : Sight::New;
}

// Some of it lies at or below the highest id.
Sight IdSequence::look_back(Count& count, std::uint64_t first, const MarketEvent& event) {
    const bool clamped = (event.flags & PETREL_FLAG_TIME_CLAMPED) != 0;
    const bool newer = !clamped && event.exchange_ts_ns > count.latest_ns && &count == &count_;
    if (event.id > count.high) {  // its last part is new
        count.high = event.id;
        count.note(event.exchange_ts_ns);
        return Sight::New;
    }
    if (newer && event.exchange_ts_ns > count.latest_ns + kSlackNs) {
        return begin_anew(first, event);
    }
    if (fill(count, first, event.id)) {
        count.note(event.exchange_ts_ns);
        return Sight::New;
    }
    if (newer) {
        return begin_anew(first, event);
    }
    if (event.id >= count.base) {
        return Sight::Duplicate;
    }
    // Older than what we began with: nobody was told of these, so they are no gap.
    if (event.id + 1 < count.base) {
        open_hole(count, {event.id + 1, count.base - 1});
    }
    count.base = first;
    return Sight::New;
}

Sight IdSequence::begin_anew(std::uint64_t first, const MarketEvent& event) {
    // One wild id ends nothing: the count before goes on where it was.
    const bool goes_on = before_.begun && event.id > before_.high &&
                         event.id - before_.high <= kJumpMax &&
                         event.exchange_ts_ns >= before_.latest_ns;
    if (goes_on) {
        std::swap(count_, before_);
        before_.begun = false;
        before_.holes.clear();
        reset_ns_ = INT64_MIN;
        return see(event);
    }
    std::swap(before_, count_);  // begin() below keeps the room that the holes had
    reset_ns_ = event.exchange_ts_ns;
    count_.begin(first, event);
    return Sight::Reset;
}

void IdSequence::open_hole(Count& count, IdHole hole) {
    count.holes.reserve(kHolesMax);  // once and for all: later holes allocate nothing
    if (count.holes.size() == kHolesMax) {
        count.holes.erase(count.holes.begin());
        ++holes_dropped_;
    }
    const auto at = std::find_if(count.holes.begin(), count.holes.end(),
                                 [&](const IdHole& other) { return other.first > hole.first; });
    count.holes.insert(at, hole);
}

// Takes [first, last] out of the holes; false when it lies in none.
bool IdSequence::fill(Count& count, std::uint64_t first, std::uint64_t last) {
    for (std::size_t i = 0; i < count.holes.size(); ++i) {
        IdHole& hole = count.holes[i];
        if (last < hole.first || first > hole.last) {
            continue;
        }
        const IdHole right{last + 1, hole.last};
        const bool left_stays = first > hole.first;
        const bool right_stays = last < hole.last;
        const auto at = count.holes.begin() + static_cast<std::ptrdiff_t>(i);
        if (left_stays && right_stays && count.holes.size() < kHolesMax) {
            hole.last = first - 1;
            count.holes.insert(at + 1, right);
        } else if (left_stays && !right_stays) {
            hole.last = first - 1;
        } else if (right_stays) {
            holes_dropped_ += left_stays ? 1 : 0;
            hole = right;
        } else {
            count.holes.erase(at);
        }
        return true;
    }
    return false;
}

std::uint64_t IdSequence::missing(std::uint64_t first, std::uint64_t last) const {
    std::uint64_t ids = 0;
    for (const Count* count : {&count_, &before_}) {
        for (std::size_t i = 0; i < count->holes.size(); ++i) {
            const std::uint64_t from = std::max(first, count->holes[i].first);
            const std::uint64_t to = std::min(last, count->holes[i].last);
            ids += from <= to ? to - from + 1 : 0;
        }
    }
    return ids;
}

}  // namespace petrel::core
