// Running totals by bucket. A late event is added to the totals of its bucket and of all later
// ones, which is rare and bounded by the ring.
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

void BucketRing::advance(std::int64_t ts_ns) {
    const std::int64_t bucket = ts_ns / bucket_ns_;
    if (!empty()) {
        past_.push(head(), total_, bucket);
    }
    begin_ns_ = bucket * bucket_ns_;
}

bool BucketRing::add_late(std::int64_t bucket, const FlowSum& amount) {
    // The oldest slot is a base to subtract from: an event in it, or before it, has left the ring.
    if (bucket <= head() - static_cast<std::int64_t>(past_.reach())) {
        return false;
    }
    std::uint32_t later = past_.count_until(bucket);
    if (later == 0 || past_[later - 1].slot != bucket) {
        past_.insert(bucket, total_at(bucket), head());
        later = past_.count_until(bucket);
    }
    for (std::uint32_t i = later - 1; i < past_.size(); ++i) {
        past_[i].value += amount;
    }
    total_ += amount;
    return true;
}

FlowSum BucketRing::total_at(std::int64_t bucket) const {
    if (bucket >= head()) {
        return total_;
    }
    const std::int64_t oldest = head() - static_cast<std::int64_t>(past_.reach());
    const std::uint32_t until = past_.count_until(std::max(bucket, oldest));
    return until == 0 ? FlowSum{} : past_[until - 1].value;  // nothing came before
}

FlowSum BucketRing::sum(std::int64_t now_ns, std::int64_t horizon_ns) const {
    if (empty()) {
        return {};
    }
    FlowSum flow = total_at(now_ns / bucket_ns_);
    flow -= total_at((now_ns - horizon_ns) / bucket_ns_);
    return flow;
}

}  // namespace petrel::core
