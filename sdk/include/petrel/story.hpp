// For detectors of conditions that last: when a story begins, goes on and ends, and what the
// windows held at one event of a batch.
//
// The host's view is as of the last event of a batch. A detector that judges every event takes off
// again what came after it, so that an onset does not depend on how events were batched. The one
// thing left open is what expired within the batch itself, a few milliseconds of live flow.
// Pure functions and plain values; used on the detector's instance, without allocation.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "petrel/detector.hpp"

namespace petrel {

// One story: of a symbol and side, say. Keep one for each in a vector that is indexed by symbol.
class Story {
public:
    // The condition holds at this event. PETREL_PHASE_ONSET when a story begins with it: none was
    // open, or its last event lies back further than the window.
    std::uint32_t holds_at(std::int64_t event_ns, std::uint32_t window_ms) {
        const bool goes_on = open_ && event_ns - last_ns_ <= window_ms * kNsPerMs;
        if (!goes_on) {
            onset_ns_ = event_ns;
            last_ns_ = event_ns;
        }
        open_ = true;
        last_ns_ = std::max(last_ns_, event_ns);
        return goes_on ? PETREL_PHASE_UPDATE : PETREL_PHASE_ONSET;
    }
    // The condition does not hold: the next crossing is a new story.
    void end() { open_ = false; }

    [[nodiscard]] std::int64_t onset_ns() const { return onset_ns_; }

    // For save_state() and load_state() of the detector that keeps it.
    static constexpr std::size_t kSavedBytes = 17;
    void save(StateWriter& out) const {
        out.u8(open_ ? 1 : 0);
        out.i64(onset_ns_);
        out.i64(last_ns_);
    }
    Status load(StateReader& in) {
        const std::uint8_t open = in.u8();
        onset_ns_ = in.i64();
        last_ns_ = in.i64();
        open_ = open == 1;
        if (open > 1 || onset_ns_ > last_ns_) {
            return Status::rejected("the state holds a story that ends before it begins");
        }
        return {};
    }

private:
    std::int64_t onset_ns_ = 0;
    std::int64_t last_ns_ = 0;
    bool open_ = false;
};

// True when the query covers the event at `now_ns`.
inline bool covers(const WindowQuery& query, const MarketEvent& event, std::int64_t now_ns) {
    return event.kind == static_cast<std::uint8_t>(query.kind) &&
           event.notional_usd >= query.notional_usd_min &&
           event.exchange_ts_ns > now_ns - query.horizon_ms * kNsPerMs &&
           (query.venue == PETREL_VENUE_ALL || query.venue == event.venue);
}

// Sums of the window when event `index` of the batch had just come. `venue_count`, `coverage` and
// the flags stay those of the whole batch.
inline petrel_window_sum sum_at(const EventBatch& batch, std::uint32_t index,
                                const WindowView& view, const WindowQuery& query) {
    petrel_window_sum sum = view.sum(query);
    for (std::uint32_t later = index + 1; later < batch.size(); ++later) {
        const MarketEvent& event = batch[later];
        if (!covers(query, event, batch.now_ns())) {
            continue;
        }
        if (event.side == PETREL_SIDE_BUY || event.side == PETREL_SIDE_LONG) {
            sum.first_count -= std::min<std::uint64_t>(sum.first_count, event.count);
            sum.first_notional_usd -= event.notional_usd;
            sum.first_quantity -= event.quantity;
        } else {
            sum.second_count -= std::min<std::uint64_t>(sum.second_count, event.count);
            sum.second_notional_usd -= event.notional_usd;
            sum.second_quantity -= event.quantity;
        }
    }
    return sum;
}

// The stories of both sides of every symbol, kept by symbol, with all that they are as bytes: a
// version of the layout, the number of symbols, and each symbol's stories in the order of `sides`.
inline constexpr std::uint32_t kStoriesLayout = 1;

template <typename Stories, std::size_t N>
void save_stories(const std::vector<Stories>& by_symbol,
                  const std::array<Story Stories::*, N>& sides, StateWriter& out) {
    out.u32(kStoriesLayout);
    out.u32(static_cast<std::uint32_t>(by_symbol.size()));
    for (const Stories& stories : by_symbol) {
        for (Story Stories::* const side : sides) {
            (stories.*side).save(out);
        }
    }
}

// Leaves `by_symbol` as it is on failure.
template <typename Stories, std::size_t N>
Status load_stories(std::vector<Stories>& by_symbol, const std::array<Story Stories::*, N>& sides,
                    StateReader& in) {
    const std::uint32_t layout = in.u32();
    const std::size_t symbols = in.u32();
    if (layout != kStoriesLayout) {
        return Status::rejected("the state has the layout " + std::to_string(layout) +
                                "; this version reads " + std::to_string(kStoriesLayout));
    }
    if (in.left() != symbols * N * Story::kSavedBytes) {
        return Status::rejected("the state says " + std::to_string(symbols) + " symbols and has " +
                                std::to_string(in.left()) + " bytes of them");
    }
    std::vector<Stories> loaded(symbols);
    for (Stories& stories : loaded) {
        for (Story Stories::* const side : sides) {
            if (Status read = (stories.*side).load(in); !read.ok()) {
                return read;
            }
        }
    }
    by_symbol = std::move(loaded);
    return {};
}

// One side of a sum.
struct SideSum {
    std::uint64_t count = 0;
    double notional_usd = 0;
    double quantity = 0;

    // The volume-weighted mean price, or `otherwise` where quantities are unknown.
    [[nodiscard]] double mean_price(double otherwise) const {
        return quantity > 0 ? notional_usd / quantity : otherwise;
    }
};

inline SideSum side_of(const petrel_window_sum& sum, Side side) {
    if (side == Side::Buy || side == Side::Long) {
        return {sum.first_count, sum.first_notional_usd, sum.first_quantity};
    }
    return {sum.second_count, sum.second_notional_usd, sum.second_quantity};
}

// Share of the larger side in the USD of both, 0 where there is nothing.
inline double dominance_of(const petrel_window_sum& sum) {
    const double both = sum.first_notional_usd + sum.second_notional_usd;
    return both > 0 ? std::max(sum.first_notional_usd, sum.second_notional_usd) / both : 0;
}

// Picks the evidence for a finding at `event` out of `listed` (newest first): what is of `side`,
// and came no later than the event. Moves it to the front of `listed` and returns that part, at
// most PETREL_EVIDENCE_MAX long.
inline std::span<const MarketEvent> evidence_at(const MarketEvent& event, std::uint8_t side,
                                                std::span<MarketEvent> listed) {
    const auto same = [&event](const MarketEvent& other) {
        return std::memcmp(&event, &other, sizeof(MarketEvent)) == 0;
    };
    const auto own = std::find_if(listed.begin(), listed.end(), same);
    std::size_t kept = 0;
    for (auto other = own == listed.end() ? listed.begin() : own;
         other != listed.end() && kept < PETREL_EVIDENCE_MAX; ++other) {
        const bool in_time = own != listed.end() || other->exchange_ts_ns < event.exchange_ts_ns;
        if (other->side == side && in_time) {
            listed[kept] = *other;
            ++kept;
        }
    }
    return listed.first(kept);
}

}  // namespace petrel
