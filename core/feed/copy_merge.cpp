// Only trades and liquidations are held: of a state the latest counts, and FirstCopy sees to that.
#include "feed/copy_merge.hpp"

#include <algorithm>

#include "petrel/abi/market_event.h"

namespace petrel::core {
namespace {

bool is_flow(const MarketEvent& event) {
    return event.kind == PETREL_EVENT_TRADE || event.kind == PETREL_EVENT_LIQUIDATION;
}

std::uint64_t stream_of(const MarketEvent& event) {
    return std::uint64_t{event.instrument} << 8U | event.kind;
}

std::uint8_t bit_of(const MarketEvent& event) {
    return static_cast<std::uint8_t>(event.kind == PETREL_EVENT_TRADE ? 1U : 2U);
}

bool same(const MarketEvent& a, const MarketEvent& b) {
    const bool alike = a.id == b.id && a.exchange_ts_ns == b.exchange_ts_ns && a.side == b.side;
    return alike && (a.id != 0 || (a.price == b.price && a.quantity == b.quantity));
}

}  // namespace

void CopyMerge::join(std::uint32_t lane) {
    const bool alone =
        std::none_of(lanes_.begin(), lanes_.end(), [](const Lane& other) { return other.live; });
    lanes_[lane].live = true;
    lanes_[lane].alone = alone;
    lanes_[lane].in_step.clear();
}

void CopyMerge::leave(std::uint32_t lane) {
    lanes_[lane].live = false;
    std::erase_if(held_, [&](const Held& held) {
        if (held.lane == lane) {
            held_count_ -= held.events.size();
            for (const MarketEvent& event : held.events) {
                free_.push_back({event, lane});
            }
        }
        return held.lane == lane;
    });
}

bool CopyMerge::in_step(std::uint32_t lane, const MarketEvent& event) const {
    const Lane& own = lanes_[lane];
    return own.alone || !own.live ||
           (event.instrument < own.in_step.size() &&
            (own.in_step[event.instrument] & bit_of(event)) != 0);
}

bool CopyMerge::others_in_step(std::uint32_t lane, const MarketEvent& event) const {
    for (std::uint32_t other = 0; other < lanes_.size(); ++other) {
        if (other != lane && lanes_[other].live && in_step(other, event)) {
            return true;
        }
    }
    return false;
}

void CopyMerge::now_in_step(std::uint32_t lane, const MarketEvent& event) {
    auto& known = lanes_[lane].in_step;
    if (event.instrument >= known.size()) {
        known.resize(event.instrument + 1U);
    }
    known[event.instrument] |= bit_of(event);
}

void CopyMerge::hold(std::uint32_t lane, const MarketEvent& event) {
    const std::uint64_t stream = stream_of(event);
    const auto known = std::find_if(held_.begin(), held_.end(), [&](const Held& held) {
        return held.lane == lane && held.stream == stream;
    });
    Held& held = known != held_.end() ? *known : held_.emplace_back(Held{stream, lane, {}});
    held.events.push_back(event);
    ++held_count_;
}

void CopyMerge::pass(const MarketEvent& event, std::uint32_t lane, std::vector<MarketEvent>& out) {
    if (copies_.passes(event, lane)) {
        out.push_back(event);
    }
}

template <typename Which>
void CopyMerge::release_if(const Which& which, std::vector<MarketEvent>& out) {
    std::erase_if(held_, [&](const Held& held) {
        if (!which(held)) {
            return false;
        }
        for (const MarketEvent& event : held.events) {
            pass(event, held.lane, out);
        }
        now_in_step(held.lane, held.events.front());
        held_count_ -= held.events.size();
        return true;
    });
}

void CopyMerge::release_behind(std::uint32_t lane, const MarketEvent& event,
                               std::vector<MarketEvent>& out) {
    const std::uint64_t stream = stream_of(event);
    release_if(
        [&](const Held& held) {
            return held.stream == stream && held.lane != lane &&
                   std::any_of(held.events.begin(), held.events.end(),
                               [&](const MarketEvent& own) { return same(own, event); });
        },
        out);
}

void CopyMerge::take(std::span<const MarketEvent> frame, std::uint32_t lane,
                     std::vector<MarketEvent>& out) {
    if (holds() && !frame.empty()) [[unlikely]] {
        release_due(frame.front().receive_ts_ns, out);
    }
    for (const MarketEvent& event : frame) {
        if (is_flow(event) && !in_step(lane, event)) [[unlikely]] {
            if (others_in_step(lane, event) && !copies_.knows(event)) {
                hold(lane, event);
                continue;
            }
            now_in_step(lane, event);
        }
        pass(event, lane, out);
        if (held_count_ > 0 && is_flow(event)) [[unlikely]] {
            release_behind(lane, event, out);
        }
    }
    if (held_count_ > kHeldMax) {
        release_if([](const Held&) { return true; }, out);
    }
}

void CopyMerge::release_due(std::int64_t now_ns, std::vector<MarketEvent>& out) {
    for (const Freed& freed : free_) {
        pass(freed.event, freed.lane, out);
    }
    free_.clear();
    release_if(
        [&](const Held& held) {
            const bool waited = now_ns - held.events.front().receive_ts_ns > kHoldNs;
            return waited || !others_in_step(held.lane, held.events.front());
        },
        out);
}

}  // namespace petrel::core
