// Several sockets carry the same streams: what goes on, in the order of the venue.
//
// Each socket brings a stream in order, so the first copies are in order as well, but for one case:
// a socket that has just opened begins ahead of another that lags, and what lies between is still
// on its way over the other. The first events of a stream over a new socket are therefore held
// until the other socket has brought one of them too, which shows that nothing lies between, for
// half a second at most. Memory is bounded: beyond it what is held goes on at once. Pure: reads the
// receive times of events and no clock. Owned by a connection group, on the feed thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "feed/first_copy.hpp"

namespace petrel::core {

class CopyMerge {
public:
    static constexpr std::int64_t kHoldNs = 500 * kNsPerMs;
    static constexpr std::size_t kHeldMax = 8'192;

    // The socket is open from now on, with nothing brought; or is no longer.
    void join(std::uint32_t lane);
    void leave(std::uint32_t lane);

    // The events of one frame of a socket; what goes on is appended to `out`, in its order.
    void take(std::span<const MarketEvent> frame, std::uint32_t lane,
              std::vector<MarketEvent>& out);
    // What was held for long enough, as of this time of receipt, or whose socket ended.
    void release_due(std::int64_t now_ns, std::vector<MarketEvent>& out);

    [[nodiscard]] bool holds() const { return held_count_ > 0 || !free_.empty(); }
    [[nodiscard]] const FirstFigures& figures(std::uint32_t lane) const {
        return copies_.figures(lane);
    }

private:
    // One stream over one socket whose place among the others is not known yet.
    struct Held {
        std::uint64_t stream = 0;
        std::uint32_t lane = 0;
        std::vector<MarketEvent> events;
    };
    struct Lane {
        bool live = false;
        bool alone = false;  // opened when no other was live: there was nobody to be ahead of
        std::vector<std::uint8_t> in_step;  // by instrument: bits of the kinds
    };

    [[nodiscard]] bool in_step(std::uint32_t lane, const MarketEvent& event) const;
    [[nodiscard]] bool others_in_step(std::uint32_t lane, const MarketEvent& event) const;
    void now_in_step(std::uint32_t lane, const MarketEvent& event);
    void hold(std::uint32_t lane, const MarketEvent& event);
    // Held ones that this event, brought by another socket, shows to be in their place.
    void release_behind(std::uint32_t lane, const MarketEvent& event,
                        std::vector<MarketEvent>& out);
    void pass(const MarketEvent& event, std::uint32_t lane, std::vector<MarketEvent>& out);
    template <typename Which>
    void release_if(const Which& which, std::vector<MarketEvent>& out);

    FirstCopy copies_;
    std::array<Lane, FirstCopy::kLanesMax> lanes_;
    std::deque<Held> held_;  // in the order of their first events
    std::size_t held_count_ = 0;
    struct Freed {
        MarketEvent event{};
        std::uint32_t lane = 0;
    };
    std::vector<Freed> free_;  // their socket ended: they go on with the next that comes
};

}  // namespace petrel::core
