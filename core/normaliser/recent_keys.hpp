// The keys of the latest events, for streams whose ids say nothing but who they are: hashed ids,
// and the content of events without one.
//
// Stage 2. Two tables take turns: the younger is written, both are asked. They change over when the
// younger is full, and it grows instead while that would forget a key within kReachNs of receipt,
// up to kSlotsMax. So a copy that comes half a minute later is known, and memory is bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "petrel/types.hpp"

namespace petrel::core {

class RecentKeys {
public:
    static constexpr std::size_t kSlotsFirst = 128;
    static constexpr std::size_t kSlotsMax = 131'072;  // 1,800 events a second for kReachNs
    static constexpr std::int64_t kReachNs = 35 * kNsPerSecond;

    // Whether the key (not 0) came before; takes it in if not. `batch` is not 0 where a key may
    // come several times in one batch and counts each time: only other batches are asked then.
    bool seen(std::uint64_t key, std::uint32_t batch, std::int64_t receive_ts_ns) {
        if (young_.slots.empty()) {
            young_.resize(kSlotsFirst, receive_ts_ns);
            old_.resize(kSlotsFirst, receive_ts_ns);
        }
        Slot& slot = young_.find(key);
        if (slot.key != 0) {
            return batch == 0 || slot.batch != batch;
        }
        const Slot& other = old_.find(key);
        if (other.key != 0 && (batch == 0 || other.batch != batch)) {
            return true;
        }
        slot = {key, batch};
        if (++young_.count * 2 >= young_.slots.size()) {
            make_room(receive_ts_ns);
        }
        return false;
    }

private:
    struct Slot {
        std::uint64_t key = 0;  // 0: empty
        std::uint32_t batch = 0;
    };
    struct Table {
        std::vector<Slot> slots;  // a power of two, at most half of them taken
        std::size_t count = 0;
        std::int64_t since_ns = 0;

        // Where the key is, or the empty slot where it would go.
        Slot& find(std::uint64_t key) {
            const std::size_t mask = slots.size() - 1;
            std::size_t at = static_cast<std::size_t>(key * 0x9e3779b97f4a7c15ULL >> 40U) & mask;
            while (slots[at].key != 0 && slots[at].key != key) {
                at = (at + 1) & mask;
            }
            return slots[at];
        }
        void resize(std::size_t size, std::int64_t now_ns);
    };

    void make_room(std::int64_t now_ns);

    Table young_;
    Table old_;
};

}  // namespace petrel::core
