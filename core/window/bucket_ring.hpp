// Ring of time buckets with running sums: how much flowed on each side over any horizon up to the
// ring's length, in O(1).
//
// Stage 3, one for each (symbol, kind, venue). Each bucket holds the totals since the ring was
// made, as of the bucket's end, so a horizon is one subtraction. Money is counted in integers of
// 1e-4 USD: sums never drift, whatever was added. Memory is fixed at construction. Owned by one
// shard; no locks, no clock.
#pragma once

#include <cstdint>
#include <vector>

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
inline std::int64_t to_e4(double usd) { return static_cast<std::int64_t>(usd * 1e4 + 0.5); }
inline double from_e4(std::int64_t e4) { return static_cast<double>(e4) / 1e4; }

enum class Flow : std::uint8_t { First, Second };

class BucketRing {
public:
    // `buckets` times `bucket_ns` is the longest horizon.
    BucketRing(std::uint32_t buckets, std::int64_t bucket_ns);

    // Adds an amount at its own time, which may lie in the past as long as the ring reaches.
    // Returns false, and adds nothing, when it does not.
    bool add(std::int64_t ts_ns, Flow side, const FlowSum& amount) {
        const std::int64_t bucket = ts_ns / bucket_ns_;
        if (bucket != head_) {
            if (bucket > head_) {
                advance(bucket);
            } else {
                return add_late(bucket, amount);
            }
        }
        FlowSum& sum = totals_[slot_];
        if (side == Flow::First) {
            sum.first_e4 += amount.first_e4;
            sum.first_quantity += amount.first_quantity;
            sum.first_count += amount.first_count;
        } else {
            sum.second_e4 += amount.second_e4;
            sum.second_quantity += amount.second_quantity;
            sum.second_count += amount.second_count;
        }
        return true;
    }

    // Flow in (now - horizon, now], to the granularity of a bucket: the bucket in which the horizon
    // begins is left out.
    [[nodiscard]] FlowSum sum(std::int64_t now_ns, std::int64_t horizon_ns) const;

private:
    void advance(std::int64_t bucket);
    bool add_late(std::int64_t bucket, const FlowSum& amount);
    [[nodiscard]] const FlowSum& total_at(std::int64_t bucket) const;

    std::int64_t bucket_ns_;
    std::int64_t head_ = -1;   // number of the newest bucket, -1 when empty
    std::int64_t oldest_ = 0;  // number of the oldest one that holds a total
    std::size_t slot_ = 0;     // where the newest lies
    std::vector<FlowSum> totals_;
};

}  // namespace petrel::core
