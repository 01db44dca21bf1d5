// Heads say count and times of their blocks; bodies are stepped over.
#include "journal/recent.hpp"

#include <algorithm>
#include <fstream>
#include <vector>

#include "journal/format.hpp"

namespace petrel::core::journal {
namespace {

struct BlockTimes {
    std::int64_t last_ts_ns = 0;
    std::uint32_t count = 0;
};

// The event blocks of a segment, up to the first head that is not sound.
std::vector<BlockTimes> event_blocks(const std::string& path) {
    std::vector<BlockTimes> blocks;
    std::ifstream in(path, std::ios::binary);
    SegmentHead segment;
    in.read(reinterpret_cast<char*>(&segment), sizeof(segment));
    if (!in || !sound(segment) || segment.version > kVersion) {
        return blocks;  // a reader passes over it, too
    }
    BlockHead head;
    while (in.read(reinterpret_cast<char*>(&head), sizeof(head)) && sound(head)) {
        if (static_cast<BlockKind>(head.kind) == BlockKind::Events) {
            blocks.push_back({head.last_ts_ns, head.count});
        }
        in.seekg(head.body_bytes, std::ios::cur);
    }
    return blocks;
}

}  // namespace

Result<Recent> find_recent(const std::string& directory, const RecentWish& wish) {
    Result<std::vector<SegmentEntry>> segments = list_segments(directory);
    if (!segments.ok()) {
        return segments.status();
    }
    Recent recent;
    recent.range.from_ns = wish.since_ns;
    recent.range.from_segment = segments->empty() ? 0 : segments->back().number;
    for (auto segment = segments->rbegin(); segment != segments->rend(); ++segment) {
        const std::vector<BlockTimes> blocks = event_blocks(segment->path);
        bool any = blocks.empty();  // an empty segment says nothing about those before it
        for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) {
            if (block->last_ts_ns < wish.since_ns) {
                continue;
            }
            if (recent.events + block->count > wish.events_max) {
                recent.range.from_ns = std::max(wish.since_ns, block->last_ts_ns + 1);
                recent.range.from_segment = segment->number;
                recent.cut = true;
                return recent;
            }
            any = true;
            recent.events += block->count;
        }
        if (!any) {
            break;
        }
        recent.range.from_segment = segment->number;
    }
    return recent;
}

}  // namespace petrel::core::journal
