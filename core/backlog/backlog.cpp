// Entries are kept in a list, so that a newer state moves to the end without leaving a hole.
#include "backlog/backlog.hpp"

#include <algorithm>
#include <limits>

namespace petrel::core {
namespace {

bool is_state(std::uint8_t kind) {
    switch (kind) {
        case PETREL_EVENT_MARK_PRICE:
        case PETREL_EVENT_FUNDING:
        case PETREL_EVENT_OPEN_INTEREST:
        case PETREL_EVENT_BEST_BID:
        case PETREL_EVENT_BEST_ASK:
        case PETREL_EVENT_SENTIMENT:
            return true;
        default:
            return false;
    }
}

// The seconds of windows begin where those of exchange time do, before 1970 too.
std::int64_t second_of(std::int64_t ts_ns) {
    return ts_ns >= 0 ? ts_ns / kNsPerSecond : (ts_ns + 1) / kNsPerSecond - 1;
}

}  // namespace

std::size_t Backlog::Hash::operator()(const Key& key) const {
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15ULL;
    std::uint64_t mixed = (std::uint64_t{key.instrument} << 32U) ^
                          (std::uint64_t{key.kind} << 24U) ^ (std::uint64_t{key.side} << 16U) ^
                          key.marks;
    mixed = (mixed ^ static_cast<std::uint64_t>(key.second) * odd) * odd;
    return static_cast<std::size_t>(mixed ^ mixed >> 29U);
}

Backlog::Key Backlog::key_of(const MarketEvent& event) {
    Key key;
    key.instrument = event.instrument;
    key.kind = event.kind;
    if (event.kind == PETREL_EVENT_TRADE) {
        key.side = event.side;
        key.marks = event.flags;
        key.second = second_of(event.exchange_ts_ns);
    }
    return key;
}

bool Backlog::take(const MarketEvent& event, double whole_from_usd) {
    const bool state = is_state(event.kind);
    const bool small = event.kind == PETREL_EVENT_TRADE && event.notional_usd < whole_from_usd;
    if ((state && conflate(event)) || (small && merge(event, whole_from_usd))) {
        return true;
    }
    if (order_.size() >= capacity_) {
        return false;
    }
    const auto place = order_.insert(order_.end(), event);
    if (state || small) {
        open_.insert_or_assign(key_of(event), place);
    }
    if (order_.size() > waiting_most_.load(std::memory_order_relaxed)) {
        waiting_most_.store(order_.size(), std::memory_order_relaxed);
    }
    return true;
}

// An older state never replaces a newer one: two sockets may be out of step.
bool Backlog::conflate(const MarketEvent& event) {
    const auto known = open_.find(key_of(event));
    if (known == open_.end()) {
        return false;
    }
    const Order::iterator place = known->second;
    if (event.exchange_ts_ns >= place->exchange_ts_ns) {
        *place = event;
        order_.splice(order_.end(), order_, place);
    }
    conflated_[event.kind].fetch_add(1, std::memory_order_relaxed);
    return true;
}

bool Backlog::merge(const MarketEvent& event, double whole_from_usd) {
    const auto known = open_.find(key_of(event));
    if (known == open_.end()) {
        return false;
    }
    MarketEvent& sum = *known->second;
    const bool fits = sum.notional_usd + event.notional_usd < whole_from_usd &&
                      event.count <= std::numeric_limits<std::uint32_t>::max() - sum.count;
    if (!fits) {
        return false;
    }
    sum.notional_usd += event.notional_usd;
    sum.quantity += event.quantity;
    sum.count += event.count;
    sum.price = event.price;  // the close of its second stays right
    sum.id = event.id;
    sum.exchange_ts_ns = std::max(sum.exchange_ts_ns, event.exchange_ts_ns);
    sum.receive_ts_ns = std::max(sum.receive_ts_ns, event.receive_ts_ns);
    merged_trades_.fetch_add(1, std::memory_order_relaxed);
    return true;
}

std::size_t Backlog::pop(std::span<MarketEvent> room) {
    std::size_t moved = 0;
    for (; moved < room.size() && !order_.empty(); ++moved) {
        const auto known = open_.find(key_of(order_.front()));
        if (known != open_.end() && known->second == order_.begin()) {
            open_.erase(known);
        }
        room[moved] = order_.front();
        order_.pop_front();
    }
    return moved;
}

BacklogFigures Backlog::figures() const {
    BacklogFigures figures;
    for (std::size_t kind = 0; kind < conflated_.size(); ++kind) {
        figures.conflated[kind] = conflated_[kind].load(std::memory_order_relaxed);
    }
    figures.merged_trades = merged_trades_.load(std::memory_order_relaxed);
    figures.waiting_most = waiting_most_.load(std::memory_order_relaxed);
    return figures;
}

}  // namespace petrel::core
