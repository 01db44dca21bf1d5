// Ids of liquidations, so that those of the history are known for those of the socket.
//
// The venue gives none, its socket tells the time in milliseconds, its history in seconds. An id is
// made of what both tell: the second, the price of the order and its size; and of several that are
// alike in one frame or page, which of them it is. A frame that comes twice gives the same ids.
//
// Owned by a decoder or a hole, on the instance's data path; allocates nothing once it has grown.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <tuple>
#include <vector>

#include "kit/events.hpp"
#include "petrel/text_id.hpp"

namespace petrel::gate {

class LiquidationIds {
public:
    // All of these are liquidations, of one frame or of all pages of a hole.
    void give(kit::Events& events) {
        places_.clear();
        for (MarketEvent& event : events) {
            event.id = id_of(event, 0);
            event.flags |= PETREL_FLAG_ID_HASHED;
            places_.push_back(&event);
        }
        std::sort(places_.begin(), places_.end(), [](const MarketEvent* a, const MarketEvent* b) {
            return std::tie(a->instrument, a->id, a) < std::tie(b->instrument, b->id, b);
        });
        std::uint64_t first = 0;
        std::uint64_t alike = 0;
        for (std::size_t i = 0; i < places_.size(); ++i) {
            const bool again = i > 0 && places_[i]->instrument == places_[i - 1]->instrument &&
                               places_[i]->id == first;
            alike = again ? alike + 1 : 0;
            first = places_[i]->id;
            if (again) {
                places_[i]->id = id_of(*places_[i], alike);
            }
        }
    }

private:
    static std::uint64_t id_of(const MarketEvent& event, std::uint64_t alike) {
        const std::array<std::uint64_t, 4> words{
            static_cast<std::uint64_t>(event.exchange_ts_ns / kNsPerSecond),
            std::bit_cast<std::uint64_t>(event.price), std::bit_cast<std::uint64_t>(event.quantity),
            alike};
        std::array<char, sizeof(words)> bytes;
        std::memcpy(bytes.data(), words.data(), sizeof(words));
        return text_id({bytes.data(), bytes.size()});
    }

    std::vector<MarketEvent*> places_;
};

}  // namespace petrel::gate
