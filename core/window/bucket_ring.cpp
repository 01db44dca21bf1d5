// Running totals by bucket. `advance` copies the last total into the buckets that were skipped; its
// cost is bounded by the ring and paid by time that passed, not by traffic.
#include "window/bucket_ring.hpp"

#include <algorithm>

namespace petrel::core {

FlowSum& FlowSum::operator+=(const FlowSum& other) {
    first_e4 += other.first_e4;
    second_e4 += other.second_e4;
    first_quantity += other.first_quantity;
    second_quantity += other.second_quantity;
    first_count += other.first_count;
    second_count += other.second_count;
    return *this;
}

FlowSum& FlowSum::operator-=(const FlowSum& other) {
    first_e4 -= other.first_e4;
    second_e4 -= other.second_e4;
    first_quantity -= other.first_quantity;
    second_quantity -= other.second_quantity;
    first_count -= other.first_count;
    second_count -= other.second_count;
    return *this;
}

// One slot more than buckets: the total before the oldest bucket is needed, too.
BucketRing::BucketRing(std::uint32_t buckets, std::int64_t bucket_ns)
    : bucket_ns_(bucket_ns), totals_(std::size_t{buckets} + 1) {}

void BucketRing::advance(std::int64_t bucket) {
    const auto size = static_cast<std::int64_t>(totals_.size());
    if (head_ < 0) {
        head_ = bucket;
        oldest_ = bucket - 1;  // nothing came before: a total of zero
        slot_ = static_cast<std::size_t>(bucket % size);
        totals_[slot_] = {};
        totals_[static_cast<std::size_t>((bucket - 1 + size) % size)] = {};
        return;
    }
    const FlowSum last = totals_[slot_];
    for (std::int64_t b = std::max(head_ + 1, bucket - size + 1); b <= bucket; ++b) {
        totals_[static_cast<std::size_t>(b % size)] = last;
    }
    head_ = bucket;
    oldest_ = std::max(oldest_, bucket - size + 1);
    slot_ = static_cast<std::size_t>(bucket % size);
}

bool BucketRing::add_late(std::int64_t bucket, const FlowSum& amount) {
    const auto size = static_cast<std::int64_t>(totals_.size());
    // The oldest slot is a base to subtract from: an event in it, or before it, has left the ring.
    if (bucket <= head_ - size + 1) {
        return false;
    }
    // A ring that is still young reaches back: the totals before its first event are zero.
    for (std::int64_t b = bucket - 1; b < oldest_; ++b) {
        totals_[static_cast<std::size_t>(b % size)] = {};
    }
    oldest_ = std::min(oldest_, bucket - 1);
    for (std::int64_t b = bucket; b <= head_; ++b) {
        totals_[static_cast<std::size_t>(b % size)] += amount;
    }
    return true;
}

const FlowSum& BucketRing::total_at(std::int64_t bucket) const {
    const std::int64_t reachable = std::clamp(bucket, oldest_, head_);
    return totals_[static_cast<std::size_t>(reachable % static_cast<std::int64_t>(totals_.size()))];
}

FlowSum BucketRing::sum(std::int64_t now_ns, std::int64_t horizon_ns) const {
    if (head_ < 0) {
        return {};
    }
    FlowSum flow = total_at(now_ns / bucket_ns_);
    flow -= total_at((now_ns - horizon_ns) / bucket_ns_);
    return flow;
}

}  // namespace petrel::core
