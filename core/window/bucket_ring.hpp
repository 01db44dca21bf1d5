// Ring of time buckets with running sums: how much flowed on each side over any horizon up to the
// ring's length, by one subtraction.
//
// Stage 3, one for each (symbol, kind, venue). Each bucket holds the totals since the ring was
// made, as of the bucket's end; buckets without an event are not held. Money is counted in integers
// of 1e-4 USD: sums never drift, whatever was added. Memory grows with the buckets in use, up to
// their number. Owned by one shard; no locks, no clock.
#pragma once

#include <cstdint>

#include "window/sparse_ring.hpp"

namespace petrel::core {

// Sums of both sides: `first` is buy or long, `second` sell or short.
struct FlowSum {
    std::int64_t first_e4 = 0;  // notional, 1e-4 USD
    std::int64_t second_e4 = 0;
    double first_quantity = 0;  // base currency
    double second_quantity = 0;
    std::uint32_t first_count = 0;
    std::uint32_t second_count = 0;

    FlowSum& operator+=(const FlowSum& other);
    FlowSum& operator-=(const FlowSum& other);
};

// USD as an integer of 1e-4 USD, rounded to nearest.
inline std::int64_t to_e4(double usd) {
    // NOLINTNEXTLINE(bugprone-incorrect-roundings) amounts are never negative
    return static_cast<std::int64_t>(usd * 1e4 + 0.5);
}
inline double from_e4(std::int64_t e4) { return static_cast<double>(e4) / 1e4; }

enum class Flow : std::uint8_t { First, Second };

class BucketRing {
public:
    // `buckets` times `bucket_ns` is the longest horizon.
    BucketRing(std::uint32_t buckets, std::int64_t bucket_ns)
        : bucket_ns_(bucket_ns), past_(buckets) {}

    // Adds an amount at its own time, which may lie in the past as long as the ring reaches.
    // Returns false, and adds nothing, when it does not.
    bool add(std::int64_t ts_ns, Flow side, const FlowSum& amount) {
        // Unsigned, so that one comparison tells the newest bucket from all before and after it.
        if (static_cast<std::uint64_t>(ts_ns) - static_cast<std::uint64_t>(begin_ns_) >=
            static_cast<std::uint64_t>(bucket_ns_)) {
            if (ts_ns < begin_ns_) {
                return add_late(ts_ns / bucket_ns_, amount);
            }
            advance(ts_ns);
        }
        if (side == Flow::First) {
            total_.first_e4 += amount.first_e4;
            total_.first_quantity += amount.first_quantity;
            total_.first_count += amount.first_count;
        } else {
            total_.second_e4 += amount.second_e4;
            total_.second_quantity += amount.second_quantity;
            total_.second_count += amount.second_count;
        }
        return true;
    }

    // Flow in (now - horizon, now], to the granularity of a bucket: the bucket in which the horizon
    // begins is left out.
    [[nodiscard]] FlowSum sum(std::int64_t now_ns, std::int64_t horizon_ns) const;

    // Calls `body` with the index of each of the `buckets` that end with that of now (index buckets
    // - 1), and the totals before and after it; those without an event are left out.
    template <typename Body>
    void for_each_bucket(std::int64_t now_ns, std::uint32_t buckets, Body&& body) const {
        if (empty()) {
            return;
        }
        const std::int64_t last = now_ns / bucket_ns_;
        const std::int64_t first = last - static_cast<std::int64_t>(buckets) + 1;
        const FlowSum base = total_at(first - 1);
        const FlowSum* before = &base;
        const auto tell = [&](std::int64_t bucket, const FlowSum& total) {
            if (bucket >= first && bucket <= last) {
                body(static_cast<std::uint32_t>(bucket - first), *before, total);
                before = &total;
            }
        };
        for (std::uint32_t i = past_.count_until(first - 1); i < past_.size(); ++i) {
            tell(past_[i].slot, past_[i].value);
        }
        tell(head(), total_);
    }

private:
    [[nodiscard]] bool empty() const { return begin_ns_ == INT64_MIN; }
    [[nodiscard]] std::int64_t head() const { return begin_ns_ / bucket_ns_; }
    void advance(std::int64_t ts_ns);
    bool add_late(std::int64_t bucket, const FlowSum& amount);
    [[nodiscard]] FlowSum total_at(std::int64_t bucket) const;

    // What every event needs stands first.
    std::int64_t begin_ns_ = INT64_MIN;  // of the newest bucket; this value when empty
    std::int64_t bucket_ns_;
    FlowSum total_;             // as of now
    SparseRing<FlowSum> past_;  // totals of buckets before the newest one
};

}  // namespace petrel::core
