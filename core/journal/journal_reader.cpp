// Segment after segment, block after block; bodies become events or text.
#include "journal/journal_reader.hpp"

#include <algorithm>
#include <filesystem>

#include "observe/clean_text.hpp"

namespace petrel::core::journal {

JournalReader::JournalReader(std::vector<SegmentEntry> segments, ReadRange range)
    : segments_(std::move(segments)), range_(range) {
    for (const SegmentEntry& segment : segments_) {
        figures_.bytes_total += segment.bytes;
    }
}

Result<std::unique_ptr<JournalReader>> JournalReader::open(const std::string& path,
                                                           ReadRange range) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
        auto probe = SegmentReader::open(path);
        if (!probe.ok()) {
            return probe.status();
        }
        std::vector<SegmentEntry> one = {{(*probe)->head().number, path, (*probe)->size()}};
        return std::make_unique<JournalReader>(std::move(one), range);
    }
    Result<std::vector<SegmentEntry>> segments = list_segments(path);
    if (!segments.ok()) {
        return segments.status();
    }
    if (segments->empty()) {
        return Status::invalid(path +
                               " holds no journal segment (*.ptj). Name the journal's "
                               "folder, usually <state_dir>/journal");
    }
    return std::make_unique<JournalReader>(std::move(*segments), range);
}

void JournalReader::remark(const std::string& sentence) {
    constexpr std::size_t remarks_max = 32;
    if (figures_.remarks.size() < remarks_max) {
        figures_.remarks.push_back(clean_text(sentence, 512));  // files may come from strangers
    }
}

void JournalReader::close_segment() {
    const SegmentFigures& segment = reader_->figures();
    figures_.damaged += segment.damaged;
    figures_.damaged_bytes += segment.damaged_bytes;
    figures_.torn_bytes += segment.torn_bytes;
    if (segment.damaged > 0) {
        remark(reader_->path() + ": " + std::to_string(segment.damaged_bytes) +
               " damaged bytes were stepped over");
    }
    if (segment.torn_bytes > 0) {
        remark(reader_->path() + ": ends in " + std::to_string(segment.torn_bytes) +
               " torn bytes, which were left out");
    }
    figures_.bytes += reader_->size();
    reader_.reset();
}

Result<bool> JournalReader::next_block(Block& block) {
    for (;;) {
        if (reader_ == nullptr) {
            if (next_segment_ == segments_.size()) {
                return false;
            }
            const SegmentEntry& segment = segments_[next_segment_++];
            if (outside(segment)) {
                ++figures_.passed_over;
                figures_.bytes += segment.bytes;
                continue;
            }
            auto opened = SegmentReader::open(segment.path);
            if (!opened.ok()) {
                ++figures_.unreadable;
                figures_.bytes += segment.bytes;
                remark(opened.status().message());
                continue;
            }
            reader_ = std::move(*opened);
            ++figures_.segments;
        }
        Result<bool> more = reader_->next(block);
        if (!more.ok()) {
            remark(more.status().message());
            close_segment();
            continue;
        }
        if (*more) {
            return true;
        }
        close_segment();
    }
}

// A finished segment's index lists every block of events; one without an index is read.
bool JournalReader::outside(const SegmentEntry& segment) const {
    if (segment.number < range_.from_segment) {
        return true;
    }
    if (range_.from_ns <= 0 && range_.to_ns == INT64_MAX) {
        return false;
    }
    const std::vector<IndexEntry> index = read_index(segment.path);
    return !index.empty() && std::all_of(index.begin(), index.end(), [&](const IndexEntry& e) {
        return e.last_ts_ns < range_.from_ns || e.first_ts_ns > range_.to_ns;
    });
}

void JournalReader::read_instruments(std::string_view lines, std::vector<InstrumentLine>& out) {
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');
        InstrumentLine instrument;
        if (parse_instrument(lines.substr(0, end), instrument)) {
            out.push_back(std::move(instrument));
        } else {
            ++figures_.damaged;
            remark("a malformed definition of an instrument was left out");
        }
        lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    }
}

// False when the block is passed over.
bool JournalReader::read_events(const Block& block, JournalEntry& entry) {
    if (block.head.last_ts_ns < range_.from_ns || block.head.first_ts_ns > range_.to_ns) {
        return false;
    }
    if (block.raw.size() != block.head.count * sizeof(MarketEvent)) {
        ++figures_.damaged;
        remark("a block of events whose size and count disagree was left out");
        return false;
    }
    events_.resize(block.head.count);
    if (!events_.empty()) {
        std::memcpy(events_.data(), block.raw.data(), block.raw.size());
    }
    figures_.events += events_.size();
    entry.events = events_;
    return true;
}

Result<bool> JournalReader::next(JournalEntry& entry) {
    Block block;
    for (;;) {
        Result<bool> more = next_block(block);
        if (!more.ok() || !*more) {
            return more;
        }
        entry = {};
        entry.kind = static_cast<BlockKind>(block.head.kind);
        entry.shard = block.head.shard;
        entry.first_sequence = block.head.first_sequence;
        const std::string_view text(block.raw.data(), block.raw.size());
        switch (entry.kind) {
            case BlockKind::Events:
                if (!read_events(block, entry)) {
                    continue;
                }
                return true;
            case BlockKind::Instruments:
                read_instruments(text, entry.instruments);
                return true;
            case BlockKind::Gap:
                ++figures_.gaps;
                remark("gap: " + std::string(text.substr(0, 512)));
                entry.text = text;
                return true;
            case BlockKind::Control:
                entry.text = text;
                return true;
            case BlockKind::End:
                continue;
        }
        ++figures_.damaged;
        remark("a block of an unknown kind was left out");
    }
}

}  // namespace petrel::core::journal
