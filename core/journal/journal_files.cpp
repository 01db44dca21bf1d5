// Folder work through the standard filesystem library, which reports by error_code here.
#include "journal/journal_files.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "journal/segment_file.hpp"
#include "journal/segment_reader.hpp"

namespace petrel::core::journal {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kIndexMagic = 0x3158444954525450ULL;  // "PTRTIDX1"

Status trouble(const std::string& doing, const std::string& path, const std::error_code& error) {
    return Status::io("cannot " + doing + " " + path + ": " + error.message());
}

bool parse_number(const std::string& stem, std::uint64_t& number) {
    constexpr std::uint64_t number_max = 1ULL << 62;  // leaves room: numbers only grow
    if (stem.size() != 16 || stem.find_first_not_of("0123456789abcdef") != std::string::npos) {
        return false;
    }
    number = std::stoull(stem, nullptr, 16);
    return number < number_max;
}

std::string index_path(const std::string& segment_path) {
    return segment_path.substr(0, segment_path.rfind('.')) + ".idx";
}

// Copies what lies behind `from` into a file beside the segment, then cuts it off. False when the
// copy could not be made: nothing was cut then.
bool cut_tail(const std::string& path, std::uint64_t from) {
    const std::string kept = path + ".tail";
    std::ifstream in(path, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(from));
    std::ofstream out(kept, std::ios::binary | std::ios::trunc);
    std::copy(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>(),
              std::ostreambuf_iterator<char>(out));
    out.flush();
    std::error_code error;
    if (!out || in.bad()) {
        fs::remove(kept, error);
        return false;
    }
    fs::permissions(kept, fs::perms::owner_read | fs::perms::owner_write, error);
    fs::resize_file(path, from, error);
    return !error;
}

void recover_last(const SegmentEntry& last, Recovery& recovery) {
    auto reader = SegmentReader::open(last.path);
    if (!reader.ok()) {
        ++recovery.unreadable;
        return;
    }
    Block block;
    for (;;) {
        Result<bool> more = (*reader)->next(block);
        if (!more.ok()) {
            ++recovery.unreadable;  // the disk fails: whatever is sound is left to the readers
            return;
        }
        if (!*more) {
            break;
        }
    }
    recovery.torn_bytes = (*reader)->figures().torn_bytes;
    if (recovery.torn_bytes > 0) {
        recovery.torn_segment = last.path;
        recovery.tail_kept = cut_tail(last.path, (*reader)->sound_end());
    }
}

}  // namespace

Result<std::vector<SegmentEntry>> list_segments(const std::string& directory) {
    std::vector<SegmentEntry> segments;
    std::error_code error;
    for (fs::directory_iterator it(directory, error), end; !error && it != end;
         it.increment(error)) {
        SegmentEntry entry;
        if (it->path().extension() == ".ptj" &&
            parse_number(it->path().stem().string(), entry.number)) {
            entry.path = it->path().string();
            std::error_code unknown;
            entry.bytes = it->file_size(unknown);
            segments.push_back(std::move(entry));
        }
    }
    if (error) {
        return trouble("list the journal", directory, error);
    }
    std::sort(segments.begin(), segments.end(),
              [](const SegmentEntry& a, const SegmentEntry& b) { return a.number < b.number; });
    return segments;
}

Result<Recovery> recover(const std::string& directory) {
    std::error_code error;
    const bool made = fs::create_directories(directory, error);
    if (error) {
        return trouble("make the journal's folder", directory, error);
    }
    if (made) {
        fs::permissions(directory, fs::perms::owner_all, error);
    }
    std::vector<fs::path> unborn;
    for (fs::directory_iterator it(directory, error), end; !error && it != end;
         it.increment(error)) {
        if (it->path().string().ends_with(".ptj.new")) {
            unborn.push_back(it->path());
        }
    }
    for (const fs::path& path : unborn) {
        std::error_code gone;
        fs::remove(path, gone);
    }
    Result<std::vector<SegmentEntry>> segments = list_segments(directory);
    if (!segments.ok()) {
        return segments.status();
    }
    Recovery recovery;
    if (!segments->empty()) {
        recovery.next_number = segments->back().number + 1;
        recover_last(segments->back(), recovery);
    }
    return recovery;
}

Result<std::uint64_t> retain(const std::string& directory, const Retention& retention) {
    Result<std::vector<SegmentEntry>> segments = list_segments(directory);
    if (!segments.ok()) {
        return segments.status();
    }
    std::uint64_t total = 0;
    for (const SegmentEntry& segment : *segments) {
        total += segment.bytes;
    }
    std::uint64_t removed = 0;
    for (std::size_t i = 0; i + 1 < segments->size(); ++i) {
        const SegmentEntry& segment = (*segments)[i];
        // A segment ended when the next one began.
        auto next = SegmentReader::open((*segments)[i + 1].path);
        const bool old = next.ok() && (*next)->head().created_ns < retention.oldest_ns;
        if (total <= retention.bytes_max && !old) {
            break;
        }
        std::error_code error;
        fs::remove(index_path(segment.path), error);
        if (!fs::remove(segment.path, error) || error) {
            return trouble("remove the old journal segment", segment.path, error);
        }
        total -= segment.bytes;
        ++removed;
    }
    if (removed > 0) {
        if (Status synced = sync_directory(directory); !synced.ok()) {
            return synced;
        }
    }
    return removed;
}

Status write_index(const std::string& segment_path, const std::vector<IndexEntry>& entries) {
    const std::string_view bytes(reinterpret_cast<const char*>(entries.data()),
                                 entries.size() * sizeof(IndexEntry));
    const std::uint64_t head[3] = {kIndexMagic, entries.size(), hash64(bytes)};
    std::ofstream out(index_path(segment_path), std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(head), sizeof(head));
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.flush();
    return out ? Status() : Status::io("cannot write the time index of " + segment_path);
}

std::vector<IndexEntry> read_index(const std::string& segment_path) {
    const std::string path = index_path(segment_path);
    std::error_code error;
    const std::uint64_t size = fs::file_size(path, error);
    std::ifstream in(path, std::ios::binary);
    std::uint64_t head[3] = {};
    in.read(reinterpret_cast<char*>(head), sizeof(head));
    // Bounded before it is multiplied: the file may be anybody's.
    if (error || !in || head[0] != kIndexMagic || head[1] > size / sizeof(IndexEntry) ||
        size != sizeof(head) + head[1] * sizeof(IndexEntry)) {
        return {};
    }
    std::vector<IndexEntry> entries(head[1]);
    const auto bytes = static_cast<std::streamsize>(entries.size() * sizeof(IndexEntry));
    in.read(reinterpret_cast<char*>(entries.data()), bytes);
    const bool good = in.gcount() == bytes && hash64({reinterpret_cast<const char*>(entries.data()),
                                                      static_cast<std::size_t>(bytes)}) == head[2];
    return good ? entries : std::vector<IndexEntry>();
}

}  // namespace petrel::core::journal
