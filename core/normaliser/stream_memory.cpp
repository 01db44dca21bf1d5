// The rare cases: a gap, a reset, the first event after a break.
#include "normaliser/stream_memory.hpp"

#include <bit>

namespace petrel::core {
namespace {

std::uint64_t mix(std::uint64_t h) {
    h ^= h >> 30;
    h *= 0xbf58476d1ce4e5b9ULL;
    h ^= h >> 27;
    h *= 0x94d049bb133111ebULL;
    return h ^ (h >> 31);
}

}  // namespace

std::uint64_t StreamMemory::content_of(const MarketEvent& event) {
    std::uint64_t h = mix(static_cast<std::uint64_t>(event.exchange_ts_ns) + event.kind);
    h = mix(h ^ std::bit_cast<std::uint64_t>(event.price));
    h = mix(h ^ std::bit_cast<std::uint64_t>(event.quantity));
    return mix(h ^ event.side) | 1U;  // never 0, which means an empty slot
}

StreamMemory::Judgement StreamMemory::report(const MarketEvent& event, Sight sight,
                                             StreamGap& gap) {
    const bool late = (event.flags & PETREL_FLAG_LATE) != 0;
    const std::int64_t before_ns = latest_ns_;
    // What a venue tells of the past on subscribing may not reach back to the break: without ids
    // only the live stream moves the place from which something may be missing.
    const bool counted = (event.flags & PETREL_FLAG_ID_SEQUENCE) != 0;
    if (!broken_ || !late || counted) {
        latest_ns_ = std::max(latest_ns_, event.exchange_ts_ns);
    }
    // History says nothing of when the live stream goes on, nor does what a slower socket brings.
    const bool resumes = broken_ && !late && event.exchange_ts_ns >= before_ns;
    if (!resumes && sight != Sight::AfterGap) {
        return Judgement::New;
    }
    gap.instrument = event.instrument;
    gap.kind = event.kind;
    gap.after_break = resumes;
    gap.from_ns = before_ns;
    gap.to_ns = event.exchange_ts_ns;
    gap.whole = sight == Sight::New;
    if (sight == Sight::AfterGap) {
        gap.first_id = ids_.last_hole().first;
        gap.last_id = ids_.last_hole().last;
        gap.from_ns = ids_.hole_from_ns();
    }
    broken_ = broken_ && !resumes;
    return Judgement::NewWithGap;
}

}  // namespace petrel::core
