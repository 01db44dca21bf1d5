// A table of eight ways: what is recent is forgotten only when nine events share a set.
#include "feed/first_copy.hpp"

#include <algorithm>
#include <bit>

#include "petrel/abi/market_event.h"

namespace petrel::core {
namespace {

constexpr std::uint8_t kCountMax = 255;

std::uint64_t mix(std::uint64_t h) {
    h ^= h >> 30;
    h *= 0xbf58476d1ce4e5b9ULL;
    h ^= h >> 27;
    h *= 0x94d049bb133111ebULL;
    return h ^ (h >> 31);
}

bool is_flow(std::uint8_t kind) {
    return kind == PETREL_EVENT_TRADE || kind == PETREL_EVENT_LIQUIDATION;
}

std::uint64_t stream_of(const MarketEvent& event) {
    return std::uint64_t{event.instrument} << 8U | event.kind;
}

std::uint64_t key_of(const MarketEvent& event) {
    std::uint64_t h = mix(stream_of(event) + 1);
    h = mix(h ^ static_cast<std::uint64_t>(event.exchange_ts_ns));
    if (event.id != 0) {
        return mix(h ^ event.id) | 1U;
    }
    h = mix(h ^ std::bit_cast<std::uint64_t>(event.price));
    h = mix(h ^ std::bit_cast<std::uint64_t>(event.quantity));
    return mix(h ^ event.side) | 1U;  // never 0, which is an empty entry
}

}  // namespace

FirstCopy::FirstCopy() : sets_(kSets) {}

std::size_t FirstCopy::way_of(std::uint64_t key) const {
    const auto& set = sets_[key / 2 % kSets];
    const auto found =
        std::find_if(set.begin(), set.end(), [key](const Entry& e) { return e.key == key; });
    return static_cast<std::size_t>(found - set.begin());
}

bool FirstCopy::knows(const MarketEvent& event) const { return way_of(key_of(event)) != kWays; }

FirstCopy::Entry& FirstCopy::oldest(std::uint64_t key) {
    auto& set = sets_[key / 2 % kSets];
    return *std::min_element(set.begin(), set.end(), [](const Entry& a, const Entry& b) {
        return a.receive_ts_ns < b.receive_ts_ns;
    });
}

bool FirstCopy::outdated(const MarketEvent& event, std::uint32_t lane) {
    Latest& latest = states_[stream_of(event)];
    if (event.exchange_ts_ns < latest.exchange_ts_ns && lane != latest.lane) {
        return true;
    }
    latest = {event.exchange_ts_ns, lane};
    return false;
}

bool FirstCopy::drop(const Entry& first, const MarketEvent& event, std::uint32_t lane) {
    ++lanes_[lane].copies;
    if (first.lane != lane) {
        FirstFigures& leader = lanes_[first.lane];
        ++leader.lead_count;
        leader.lead_ns += std::max<std::int64_t>(event.receive_ts_ns - first.receive_ts_ns, 0);
    }
    return false;
}

bool FirstCopy::passes(const MarketEvent& event, std::uint32_t lane) {
    const std::uint64_t key = key_of(event);
    const std::size_t way = way_of(key);
    Entry* known = way == kWays ? nullptr : &sets_[key / 2 % kSets][way];
    if (known != nullptr) {
        std::uint8_t& seen = known->seen[lane];
        seen = seen < kCountMax ? static_cast<std::uint8_t>(seen + 1) : seen;
        if (event.id != 0 || seen <= known->passed) {
            return drop(*known, event, lane);
        }
    }
    if (!is_flow(event.kind) && outdated(event, lane)) {
        ++lanes_[lane].copies;
        return false;
    }
    if (known == nullptr) {
        known = &oldest(key);
        *known = {};
        known->key = key;
        known->lane = lane;
        known->seen[lane] = 1;
        known->receive_ts_ns = event.receive_ts_ns;
    }
    known->passed = known->seen[lane];
    ++lanes_[lane].firsts;
    return true;
}

}  // namespace petrel::core
