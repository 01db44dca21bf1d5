// Duplicates by the venue's id or, where it has none, by content: one instrument's memory.
//
// Stage 2. A direct-mapped table of the latest ids: an id is a duplicate when its slot still holds
// it. Memory is fixed; contiguous ids never evict one another within kSlots events. Ids that start
// again from a lower number are new, because their slots hold other values.
#pragma once

#include <array>
#include <cstdint>

#include "petrel/types.hpp"

namespace petrel::core {

class SequenceCheck {
public:
    static constexpr std::size_t kSlots = 256;

    // True when the event was seen before. Events without an id are compared by content, and only
    // with those of earlier frames: a venue may send two equal liquidations in one frame.
    bool seen(const MarketEvent& event, std::uint32_t frame) {
        if (event.id != 0) {
            // Hashed ids are uniform and contiguous ones fill slot by slot.
            std::uint64_t& slot = ids_[event.id % kSlots];
            const bool duplicate = slot == event.id;
            slot = event.id;
            return duplicate;
        }
        const std::uint64_t content = content_of(event);
        Content& slot = contents_[content % contents_.size()];
        const bool duplicate = slot.hash == content && slot.frame != frame;
        slot = {content, frame};
        return duplicate;
    }

private:
    struct Content {
        std::uint64_t hash = 0;
        std::uint32_t frame = 0;
    };

    static std::uint64_t content_of(const MarketEvent& event);

    std::array<std::uint64_t, kSlots> ids_{};
    std::array<Content, 64> contents_{};
};

}  // namespace petrel::core
