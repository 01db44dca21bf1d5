// What stage 2 remembers of one stream, that is of one instrument and kind: what came already, what
// is missing, and whether its connection broke since.
//
// Owned by the normaliser, on the feed thread.
#pragma once

#include <algorithm>
#include <cstdint>

#include "coverage/stream_gap.hpp"
#include "normaliser/id_sequence.hpp"
#include "normaliser/recent_keys.hpp"

namespace petrel::core {

class StreamMemory {
public:
    enum class Judgement : std::uint8_t { Duplicate, New, NewWithGap };

    // `frame` numbers the frames: without ids, equal events of one frame are all new. Where the
    // judgement tells of a gap, `gap` describes it.
    Judgement judge(const MarketEvent& event, std::uint32_t frame, StreamGap& gap) {
        if ((event.flags & PETREL_FLAG_ID_SEQUENCE) != 0 && event.id != 0) {
            const Sight sight = ids_.see(event);
            if (sight == Sight::New && !broken_) [[likely]] {
                latest_ns_ = std::max(latest_ns_, event.exchange_ts_ns);
                return Judgement::New;
            }
            return sight == Sight::Duplicate ? Judgement::Duplicate : report(event, sight, gap);
        }
        const bool again = event.id != 0
                               ? keys_.seen(event.id, 0, event.receive_ts_ns)
                               : contents_.seen(content_of(event), frame, event.receive_ts_ns);
        if (again) {
            return Judgement::Duplicate;
        }
        if (broken_) {
            return report(event, Sight::Reset, gap);
        }
        latest_ns_ = std::max(latest_ns_, event.exchange_ts_ns);
        return Judgement::New;
    }

    // The connection broke: the next new event tells what is missing. Returns the exchange time of
    // the latest event; 0: none yet, and then nothing can be missing.
    std::int64_t on_break() {
        broken_ = latest_ns_ != 0;
        return latest_ns_;
    }
    [[nodiscard]] std::int64_t latest_ns() const { return latest_ns_; }
    [[nodiscard]] const IdSequence& ids() const { return ids_; }

private:
    static std::uint64_t content_of(const MarketEvent& event);
    Judgement report(const MarketEvent& event, Sight sight, StreamGap& gap);

    IdSequence ids_;
    RecentKeys keys_;
    RecentKeys contents_;
    std::int64_t latest_ns_ = 0;
    bool broken_ = false;
};

}  // namespace petrel::core
