// Events in time order in a ring of powers of two, with running totals. Late events are inserted in
// place; the totals behind them are then counted again, which is rare and bounded.
#include "window/kept_log.hpp"

#include <algorithm>

namespace petrel::core {
namespace {

constexpr std::size_t kFirstSize = 16;

bool matches(const MarketEvent& event, double notional_usd_min, std::uint32_t venue) {
    return event.notional_usd >= notional_usd_min && (venue == 0xffffU || event.venue == venue);
}

}  // namespace

Flow flow_side(const MarketEvent& event) {
    return event.side == PETREL_SIDE_BUY || event.side == PETREL_SIDE_LONG ? Flow::First
                                                                           : Flow::Second;
}

FlowSum flow_of(const MarketEvent& event) {
    FlowSum flow;
    const std::uint32_t events = event.count;
    if (flow_side(event) == Flow::First) {
        flow.first_e4 = to_e4(event.notional_usd);
        flow.first_quantity = event.quantity;
        flow.first_count = events;
    } else {
        flow.second_e4 = to_e4(event.notional_usd);
        flow.second_quantity = event.quantity;
        flow.second_count = events;
    }
    return flow;
}

void KeptLog::make_room(std::int64_t now_ns) {
    while (count_ > 0 && at(0).event.exchange_ts_ns <= now_ns - horizon_ns_) {
        before_ = at(0).total;
        head_ = (head_ + 1) & (ring_.size() - 1);
        --count_;
    }
    if (count_ == ring_.size() && count_ < entries_max_) {
        std::vector<Entry> larger(ring_.empty() ? kFirstSize : ring_.size() * 2);
        for (std::size_t i = 0; i < count_; ++i) {
            larger[i] = at(i);
        }
        ring_ = std::move(larger);
        head_ = 0;
    }
    if (count_ == ring_.size()) {
        before_ = at(0).total;
        lost_until_ns_ = at(0).event.exchange_ts_ns;
        head_ = (head_ + 1) & (ring_.size() - 1);
        --count_;
        ++forgotten_;
    }
}

void KeptLog::recount_from(std::size_t i) {
    for (; i < count_; ++i) {
        Entry& entry = at(i);
        entry.total = i == 0 ? before_ : at(i - 1).total;
        entry.total += flow_of(entry.event);
    }
}

void KeptLog::add(const MarketEvent& event, std::int64_t now_ns) {
    make_room(now_ns);
    if (event.exchange_ts_ns <= now_ns - horizon_ns_) {
        return;  // older than anything that is asked for
    }
    smallest_ = count_ == 0 ? event.notional_usd : std::min(smallest_, event.notional_usd);
    std::size_t place = count_++;
    while (place > 0 && at(place - 1).event.exchange_ts_ns > event.exchange_ts_ns) {
        at(place) = at(place - 1);
        --place;
    }
    at(place).event = event;
    recount_from(place);
}

std::size_t KeptLog::first_after(std::int64_t ts_ns) const {
    std::size_t low = 0;
    std::size_t high = count_;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (at(middle).event.exchange_ts_ns > ts_ns) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

FlowSum KeptLog::sum(std::int64_t now_ns, std::int64_t horizon_ns, double notional_usd_min,
                     std::uint32_t venue) const {
    const std::size_t from = first_after(now_ns - horizon_ns);
    const std::size_t to = first_after(now_ns);
    FlowSum flow;
    if (from == to) {
        return flow;
    }
    if (notional_usd_min <= std::max(minimum_, smallest_) && venue == 0xffffU) {
        flow = at(to - 1).total;
        flow -= from == 0 ? before_ : at(from - 1).total;
        return flow;
    }
    for (std::size_t i = from; i < to; ++i) {
        if (matches(at(i).event, notional_usd_min, venue)) {
            flow += flow_of(at(i).event);
        }
    }
    return flow;
}

std::uint32_t KeptLog::copy(std::int64_t now_ns, std::int64_t horizon_ns, double notional_usd_min,
                            std::uint32_t venue, std::span<MarketEvent> room) const {
    const std::size_t from = first_after(now_ns - horizon_ns);
    std::uint32_t copied = 0;
    for (std::size_t i = first_after(now_ns); i > from && copied < room.size(); --i) {
        if (matches(at(i - 1).event, notional_usd_min, venue)) {
            room[copied++] = at(i - 1).event;
        }
    }
    return copied;
}

}  // namespace petrel::core
