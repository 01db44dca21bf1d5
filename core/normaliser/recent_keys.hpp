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
        if (young_.tags.empty()) {
            young_.resize(kSlotsFirst, receive_ts_ns);
            old_.resize(kSlotsFirst, receive_ts_ns);
        }
        const std::size_t at = young_.find(key);
        if (young_.tags[at] != 0) {
            return batch == 0 || young_.batch(at) != batch;
        }
        const std::size_t before = old_.find(key);
        if (old_.tags[before] != 0 && (batch == 0 || old_.batch(before) != batch)) {
            return true;
        }
        if (batch != 0 && old_.batches.capacity() < young_.tags.size()) {
            old_.batches.reserve(young_.tags.size());  // so that changing over allocates nothing
        }
        young_.put(at, key, batch);
        if (young_.count * 2 >= young_.tags.size()) {
            make_room(receive_ts_ns);
        }
        return false;
    }

private:
    // A busy stream's keys of half a minute are megabytes, and a line of memory that is far away
    // costs more than all else here. So a slot is judged by a byte of the key's hash: a new key is
    // told by two bytes, and the key itself is written, not read.
    struct Table {
        std::vector<std::uint8_t> tags;  // 0: empty; a power of two, at most half of them taken
        std::vector<std::uint64_t> keys;
        std::vector<std::uint32_t> batches;  // empty where none was told
        std::size_t count = 0;
        std::int64_t since_ns = 0;

        static std::uint8_t tag_of(std::uint64_t key) {
            return static_cast<std::uint8_t>(key * 0xd6e8feb86659fd93ULL >> 56U | 1U);
        }
        // Where the key is, or the empty slot where it would go. Eight keys in a row, as those of
        // venues that count their trades, lie side by side.
        [[nodiscard]] std::size_t find(std::uint64_t key) const {
            const std::size_t mask = tags.size() - 1;
            const std::uint64_t row = (key >> 3U) * 0x9e3779b97f4a7c15ULL >> 40U;
            const std::uint8_t tag = tag_of(key);
            std::size_t at = static_cast<std::size_t>(row << 3U | (key & 7U)) & mask;
            while (tags[at] != 0 && !(tags[at] == tag && keys[at] == key)) {
                at = (at + 1) & mask;
            }
            return at;
        }
        [[nodiscard]] std::uint32_t batch(std::size_t at) const {
            return batches.empty() ? 0 : batches[at];
        }
        void put(std::size_t at, std::uint64_t key, std::uint32_t batch) {
            tags[at] = tag_of(key);
            keys[at] = key;
            ++count;
            if (batch != 0) {
                batches.resize(tags.size());
                batches[at] = batch;
            }
        }
        void resize(std::size_t size, std::int64_t now_ns);
    };

    void make_room(std::int64_t now_ns);

    Table young_;
    Table old_;
};

}  // namespace petrel::core
