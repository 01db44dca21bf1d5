// Single events kept apart, in the order of their exchange time: exact sums over (now - h, now] and
// the evidence that a detector lists.
//
// Stage 3, one for each (symbol, kind). Entries carry running totals, so a sum is two binary
// searches. Memory grows with what a horizon holds, up to a configured maximum; beyond it the
// oldest entry goes first, and `truncated` says since when sums are no longer exact. Owned by one
// shard.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "petrel/types.hpp"
#include "window/bucket_ring.hpp"

namespace petrel::core {

class KeptLog {
public:
    KeptLog(std::uint32_t entries_max, std::int64_t horizon_ns)
        : entries_max_(entries_max), horizon_ns_(horizon_ns) {}

    // Inserts by exchange time and forgets what is older than the horizon before `now_ns`.
    void add(const MarketEvent& event, std::int64_t now_ns);

    // Exact flow of events in (now - horizon, now]; those below the minimum are left out.
    [[nodiscard]] FlowSum sum(std::int64_t now_ns, std::int64_t horizon_ns, double notional_usd_min,
                              std::uint32_t venue) const;

    // The same events, newest first. Returns how many were copied.
    std::uint32_t copy(std::int64_t now_ns, std::int64_t horizon_ns, double notional_usd_min,
                       std::uint32_t venue, std::span<MarketEvent> room) const;

    // Calls `body` with each of those events of any size and venue, oldest first.
    template <typename Body>
    void for_each(std::int64_t now_ns, std::int64_t horizon_ns, Body&& body) const {
        const std::size_t to = first_after(now_ns);
        for (std::size_t i = first_after(now_ns - horizon_ns); i < to; ++i) {
            body(at(i).event);
        }
    }

    // True when an entry inside (now - horizon, now] had to be forgotten for want of room.
    [[nodiscard]] bool truncated(std::int64_t now_ns, std::int64_t horizon_ns) const {
        return lost_until_ns_ > now_ns - horizon_ns;
    }
    [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }
    [[nodiscard]] std::size_t size() const { return count_; }
    void set_minimum(double notional_usd_min) { minimum_ = notional_usd_min; }
    [[nodiscard]] double minimum() const { return minimum_; }

private:
    struct Entry {
        MarketEvent event{};
        FlowSum total;  // up to and with this entry
    };

    Entry& at(std::size_t i) { return ring_[(head_ + i) & (ring_.size() - 1)]; }
    [[nodiscard]] const Entry& at(std::size_t i) const {
        return ring_[(head_ + i) & (ring_.size() - 1)];
    }
    void make_room(std::int64_t now_ns);
    void recount_from(std::size_t i);
    // Index of the first entry later than `ts_ns`.
    [[nodiscard]] std::size_t first_after(std::int64_t ts_ns) const;

    std::uint32_t entries_max_;
    std::int64_t horizon_ns_;
    double minimum_ = 0;  // every entry is at least this large
    double smallest_ = std::numeric_limits<double>::infinity();  // of those since it was empty
    std::vector<Entry> ring_;                                    // power of two
    std::size_t head_ = 0;
    std::size_t count_ = 0;
    FlowSum before_;  // totals of what has left
    std::int64_t lost_until_ns_ = INT64_MIN;
    std::uint64_t forgotten_ = 0;
};

// An event's amount on its side; the other side is zero.
FlowSum flow_of(const MarketEvent& event);
Flow flow_side(const MarketEvent& event);

}  // namespace petrel::core
