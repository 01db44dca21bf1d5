// Segment after segment, block after block; bodies become events or text.
#include "journal/journal_reader.hpp"

#include <charconv>
#include <filesystem>

namespace petrel::core::journal {
namespace {

std::vector<std::string_view> split_tabs(std::string_view line) {
    std::vector<std::string_view> fields;
    for (;;) {
        const std::size_t tab = line.find('\t');
        fields.push_back(line.substr(0, tab));
        if (tab == std::string_view::npos) {
            return fields;
        }
        line.remove_prefix(tab + 1);
    }
}

template <typename Number>
bool parse(std::string_view text, Number& value) {
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

bool parse_line(std::string_view line, InstrumentLine& i) {
    const std::vector<std::string_view> fields = split_tabs(line);
    if (fields.size() != 8) {
        return false;
    }
    i.venue = fields[1];
    i.native = fields[2];
    i.base = fields[3];
    i.quote = fields[4];
    return parse(fields[0], i.handle) && parse(fields[5], i.type) &&
           parse(fields[6], i.price_divisor) && parse(fields[7], i.expiry_ns);
}

}  // namespace

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

void JournalReader::remark(std::string sentence) {
    constexpr std::size_t remarks_max = 32;
    if (figures_.remarks.size() < remarks_max) {
        figures_.remarks.push_back(std::move(sentence));
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

Status JournalReader::read_instruments(std::string_view lines, std::vector<InstrumentLine>& out) {
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');
        InstrumentLine instrument;
        if (!parse_line(lines.substr(0, end), instrument)) {
            return Status::rejected("an instrument's definition in the journal is malformed");
        }
        out.push_back(std::move(instrument));
        lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    }
    return {};
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
                if (block.head.last_ts_ns < range_.from_ns ||
                    block.head.first_ts_ns > range_.to_ns) {
                    continue;
                }
                events_.resize(block.raw.size() / sizeof(MarketEvent));
                std::memcpy(events_.data(), block.raw.data(), events_.size() * sizeof(MarketEvent));
                figures_.events += events_.size();
                entry.events = events_;
                return true;
            case BlockKind::Instruments:
                if (Status read = read_instruments(text, entry.instruments); !read.ok()) {
                    remark(read.message());
                    continue;
                }
                return true;
            case BlockKind::Gap:
                ++figures_.gaps;
                remark("gap: " + std::string(text));
                entry.text = text;
                return true;
            case BlockKind::Control:
                entry.text = text;
                return true;
        }
        remark("a block of an unknown kind was left out");
    }
}

}  // namespace petrel::core::journal
