// Events that wait because a shard lags: bounded, and what can be told shorter is told shorter.
//
// Between the stages 2 and 3. Of a state (best bid, best ask, mark price, funding, open interest)
// only the latest waits, at its place in the order. Small trades of one instrument, side and second
// of exchange time become one event with their summed quantity, notional and count, so that every
// window holds the same sums as without. "Small" means below what any detector looks at one by one,
// and no sum reaches that size, so nothing merged is ever taken for one large trade. Large trades,
// liquidations and whatever controls a shard wait as they came. Owned by a lane, on the feed
// thread; figures may be read by any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <unordered_map>

#include "petrel/types.hpp"

namespace petrel::core {

// Any thread.
struct BacklogFigures {
    std::array<std::uint64_t, PETREL_EVENT_KIND_END> conflated{};  // states replaced by newer ones
    std::uint64_t merged_trades = 0;  // events that live on in the sums of another
    std::uint64_t waiting_most = 0;   // events that ever waited at once
};

class Backlog {
public:
    explicit Backlog(std::size_t capacity) : capacity_(capacity) {}

    [[nodiscard]] bool empty() const { return order_.empty(); }
    [[nodiscard]] std::size_t size() const { return order_.size(); }

    // Takes the event in behind the others. Trades of at least `whole_from_usd` stay whole. False:
    // there is no room, and nothing has changed.
    bool take(const MarketEvent& event, double whole_from_usd);

    // Moves the oldest out, as many as fit; returns how many.
    std::size_t pop(std::span<MarketEvent> room);

    [[nodiscard]] BacklogFigures figures() const;

private:
    using Order = std::list<MarketEvent>;  // oldest first

    // What may become one event. `second` and `marks` are 0 for states.
    struct Key {
        std::uint32_t instrument = 0;
        std::uint8_t kind = 0;
        std::uint8_t side = 0;
        std::uint16_t marks = 0;  // flags
        std::int64_t second = 0;  // of exchange time
        bool operator==(const Key&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const;
    };

    static Key key_of(const MarketEvent& event);
    bool conflate(const MarketEvent& event);
    bool merge(const MarketEvent& event, double whole_from_usd);

    std::size_t capacity_;
    Order order_;
    std::unordered_map<Key, Order::iterator, Hash> open_;  // entries that may still take more in
    std::array<std::atomic<std::uint64_t>, PETREL_EVENT_KIND_END> conflated_{};
    std::atomic<std::uint64_t> merged_trades_{0};
    std::atomic<std::uint64_t> waiting_most_{0};
};

}  // namespace petrel::core
