// The journal's records as they lie on disk. FORMAT.md beside this file tells them in words.
//
// Little endian, fixed widths. Every head carries a hash of itself, every body one of its bytes,
// and every block the hash of the block before, so a reader knows good from torn from damaged
// without trusting a length.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "runtime/hash.hpp"

namespace petrel::core::journal {

inline constexpr std::uint64_t kSegmentMagic = 0x314E524A4C525450ULL;  // "PTRLJRN1"
inline constexpr std::uint32_t kBlockMagic = 0x4B4C4250U;              // "PBLK"
inline constexpr std::uint16_t kVersion = 1;
inline constexpr std::uint32_t kBodyBytesMax = 16U << 20;
inline constexpr std::uint32_t kRawBytesMax = 16U << 20;

enum class BlockKind : std::uint16_t {
    Events = 1,       // market events and ticks, 64 bytes each
    Instruments = 2,  // definitions of the handles that follow, one text line each
    Gap = 3,          // events are missing here; the text says how many and why
    Control = 4,      // what else decided: rule version, configuration; JSON text
    End = 5,          // empty: the segment was finished, and all before it was synced
};

struct SegmentHead {
    std::uint64_t magic = kSegmentMagic;
    std::uint16_t version = kVersion;
    std::uint16_t reserved0 = 0;
    std::uint32_t reserved1 = 0;
    std::uint64_t number = 0;  // of the segment, ascending
    std::uint64_t first_sequence = 0;
    std::int64_t created_ns = 0;
    std::uint64_t boot = 0;  // of the process that wrote it
    std::uint64_t reserved2 = 0;
    std::uint64_t head_hash = 0;
};

struct BlockHead {
    std::uint32_t magic = kBlockMagic;
    std::uint16_t version = kVersion;
    std::uint16_t kind = 0;
    std::uint32_t body_bytes = 0;  // compressed
    std::uint32_t raw_bytes = 0;
    std::uint32_t count = 0;  // events, lines, or 1
    std::uint16_t shard = 0;
    std::uint16_t reserved = 0;
    std::uint64_t first_sequence = 0;  // of the first event
    std::int64_t first_ts_ns = 0;      // receipt
    std::int64_t last_ts_ns = 0;
    std::uint64_t synced_bytes = 0;   // so much of the segment was durable when it was written
    std::uint64_t previous_hash = 0;  // head_hash of the block (or segment head) before
    std::uint64_t body_hash = 0;
    std::uint64_t head_hash = 0;
};

static_assert(sizeof(SegmentHead) == 64 && sizeof(BlockHead) == 80);

template <typename Head>
std::uint64_t hash_of_head(const Head& head) {
    return hash64({reinterpret_cast<const char*>(&head), sizeof(Head) - sizeof(std::uint64_t)});
}

template <typename Head>
void seal(Head& head) {
    head.head_hash = hash_of_head(head);
}

inline bool sound(const SegmentHead& head) {
    return head.magic == kSegmentMagic && head.head_hash == hash_of_head(head);
}

inline bool sound(const BlockHead& head) {
    return head.magic == kBlockMagic && head.head_hash == hash_of_head(head) &&
           head.body_bytes <= kBodyBytesMax && head.raw_bytes <= kRawBytesMax;
}

}  // namespace petrel::core::journal
