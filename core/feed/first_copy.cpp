// A table of sets of eight. A key stands in either of two sets, in that which had more room or the
// older entry, so that most of the table is used before it has to be doubled.
#include "feed/first_copy.hpp"

#include <algorithm>
#include <bit>
#include <utility>

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

// Each says by its lowest bits in which set a key may stand. The lowest bit of a key says nothing.
std::array<std::uint64_t, 2> hashes_of(std::uint64_t key) { return {key >> 1U, key >> 33U}; }

}  // namespace

FirstCopy::FirstCopy() : sets_(kSetsFirst) {}

std::size_t FirstCopy::place_of(std::uint64_t key) const {
    for (const std::uint64_t hash : hashes_of(key)) {
        const std::size_t set = set_of(hash);
        for (std::size_t way = 0; way < kWays; ++way) {
            if (sets_[set][way].key == key) {
                return set * kWays + way;
            }
        }
    }
    return kNowhere;
}

bool FirstCopy::knows(const MarketEvent& event) const {
    return place_of(key_of(event)) != kNowhere;
}

// Sets are filled from their first way on, so the set with the lower empty way has more room.
FirstCopy::Entry& FirstCopy::room_for(std::uint64_t key, std::int64_t receive_ts_ns) {
    while (true) {
        const auto [first, second] = hashes_of(key);
        Entry* room = nullptr;
        for (std::size_t way = 0; way < kWays; ++way) {
            for (const std::size_t set : {set_of(first), set_of(second)}) {
                Entry& entry = sets_[set][way];
                if (entry.key == 0) {
                    return entry;
                }
                if (room == nullptr || entry.receive_ts_ns < room->receive_ts_ns) {
                    room = &entry;
                }
            }
        }
        if (receive_ts_ns - room->receive_ts_ns >= kKeptNs || sets_.size() == kSetsMax) {
            return *room;
        }
        grow();
    }
}

// One more bit of a hash counts: what shared a set is parted between two.
void FirstCopy::grow() {
    std::vector<Set> larger(sets_.size() * 2);
    for (std::size_t i = 0; i < sets_.size(); ++i) {
        for (const Entry& entry : sets_[i]) {
            if (entry.key == 0) {
                continue;
            }
            const auto [first, second] = hashes_of(entry.key);
            const std::uint64_t hash = set_of(first) == i ? first : second;
            Set& to = larger[hash & (larger.size() - 1)];
            *std::find_if(to.begin(), to.end(), [](const Entry& e) { return e.key == 0; }) = entry;
        }
    }
    sets_ = std::move(larger);
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
    const std::size_t place = place_of(key);
    Entry* known = place == kNowhere ? nullptr : &sets_[place / kWays][place % kWays];
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
        known = &room_for(key, event.receive_ts_ns);
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
