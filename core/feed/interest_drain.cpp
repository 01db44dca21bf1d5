// A liquidation clears what was seen before it: what fell until then is explained.
#include "feed/interest_drain.hpp"

#include <algorithm>

namespace petrel::core {

void InterestDrain::saw(const MarketEvent& event) {
    if (event.kind == PETREL_EVENT_LIQUIDATION) {
        if (const auto known = interests_.find(event.instrument); known != interests_.end()) {
            known->second.points = {};
        }
        return;
    }
    if (event.kind != PETREL_EVENT_OPEN_INTEREST || !(event.quantity > 0)) {
        return;
    }
    Interest& interest = interests_[event.instrument];
    interest.latest = event.quantity;
    const std::int64_t now_ns = event.receive_ts_ns;
    Point& newest = interest.points[interest.newest];
    if (newest.at_ns != 0 && now_ns - newest.at_ns < kSpanNs / static_cast<int>(kPoints)) {
        newest.quantity = std::max(newest.quantity, event.quantity);
        return;
    }
    interest.newest = (interest.newest + 1) % kPoints;
    interest.points[interest.newest] = {now_ns, event.quantity};
}

bool InterestDrain::drained(std::uint32_t instrument, std::int64_t wall_ns) const {
    const auto known = interests_.find(instrument);
    if (known == interests_.end()) {
        return false;
    }
    double highest = 0;
    for (const Point& point : known->second.points) {
        if (point.at_ns != 0 && wall_ns - point.at_ns <= kSpanNs) {
            highest = std::max(highest, point.quantity);
        }
    }
    return known->second.latest < highest * (1 - kShareOfFall);
}

}  // namespace petrel::core
