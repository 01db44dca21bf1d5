// The faulty disk stands in for the C library's calls: this program's write() and fdatasync() are
// the ones below, so that no privilege is needed to see a full or a failing disk.
#include "core/journal/journal_support.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <mutex>
#include <set>

#include "journal/segment_file.hpp"

namespace {

struct Disk {
    std::mutex mutex;
    std::string folder;  // empty: no faults at all
    std::int64_t bytes_left = -1;
    int sync_failures = 0;
    int syncs_after_failure = 0;
    int failed_writes = 0;
    std::set<int> failed_descriptors;
};

Disk& disk() {
    static Disk instance;
    return instance;
}

bool concerns(const Disk& d, int descriptor) {
    if (d.folder.empty()) {
        return false;
    }
    char path[PATH_MAX];
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
    const ssize_t length = ::readlink(link.c_str(), path, sizeof(path));
    return length > 0 &&
           std::string_view(path, static_cast<std::size_t>(length)).starts_with(d.folder);
}

}  // namespace

extern "C" ssize_t write(int descriptor, const void* bytes, size_t count) {
    Disk& d = disk();
    {
        const std::lock_guard lock(d.mutex);
        if (concerns(d, descriptor) && d.bytes_left >= 0) {
            if (d.bytes_left == 0) {
                ++d.failed_writes;
                errno = ENOSPC;
                return -1;
            }
            count = std::min(count, static_cast<size_t>(d.bytes_left));
            d.bytes_left -= static_cast<std::int64_t>(count);
        }
    }
    return ::syscall(SYS_write, descriptor, bytes, count);
}

extern "C" int fdatasync(int descriptor) {
    Disk& d = disk();
    {
        const std::lock_guard lock(d.mutex);
        if (concerns(d, descriptor)) {
            d.syncs_after_failure += d.failed_descriptors.contains(descriptor) ? 1 : 0;
            if (d.sync_failures > 0) {
                --d.sync_failures;
                d.failed_descriptors.insert(descriptor);
                errno = EIO;
                return -1;
            }
        }
    }
    return static_cast<int>(::syscall(SYS_fdatasync, descriptor));
}

extern "C" int close(int descriptor) {
    {
        Disk& d = disk();
        const std::lock_guard lock(d.mutex);
        d.failed_descriptors.erase(descriptor);  // the number may come back for another file
    }
    return static_cast<int>(::syscall(SYS_close, descriptor));
}

namespace petrel::core::journal {

MarketEvent numbered(std::uint64_t n, std::uint32_t instrument) {
    MarketEvent event{};
    event.kind = PETREL_EVENT_TRADE;
    event.side = PETREL_SIDE_BUY;
    event.instrument = instrument;
    event.count = 1;
    event.exchange_ts_ns = kStartNs + static_cast<std::int64_t>(n) * kNsPerMs;
    event.receive_ts_ns = event.exchange_ts_ns;
    event.price = 100.0 + static_cast<double>(n % 7);
    event.quantity = 0.5;
    event.notional_usd = event.price * event.quantity;
    event.id = n;
    return event;
}

std::vector<MarketEvent> numbered_run(std::uint64_t first, std::size_t count) {
    std::vector<MarketEvent> events;
    for (std::size_t i = 0; i < count; ++i) {
        events.push_back(numbered(first + i));
    }
    return events;
}

WriterOptions quick(const std::string& directory) {
    WriterOptions options;
    options.directory = directory;
    options.sync_ms = 5;
    options.block_ms = 4;
    options.retry_ms = 10;
    options.describe = [](std::uint32_t handle) {
        InstrumentLine line;
        line.handle = handle;
        line.venue = "venue-a";
        line.native = "COIN" + std::to_string(handle);
        line.base = "COIN";
        line.quote = "USDT";
        return line;
    };
    return options;
}

Contents read_all(const std::string& path, ReadRange range) {
    Contents contents;
    auto reader = JournalReader::open(path, range);
    if (!reader.ok()) {
        contents.figures.remarks = {reader.status().message()};
        return contents;
    }
    JournalEntry entry;
    for (;;) {
        const Result<bool> more = (*reader)->next(entry);
        if (!more.ok() || !*more) {
            break;
        }
        const std::string shard = std::to_string(entry.shard);
        for (const MarketEvent& event : entry.events) {
            contents.ids.push_back(event.id);
            contents.order.push_back("e" + shard + ":" + std::to_string(event.id));
        }
        contents.instruments.insert(contents.instruments.end(), entry.instruments.begin(),
                                    entry.instruments.end());
        if (entry.kind == BlockKind::Gap) {
            contents.gaps.emplace_back(entry.text);
            contents.order.push_back("g" + shard);
        } else if (entry.kind == BlockKind::Control) {
            contents.order.push_back("c" + shard + ":" + std::string(entry.text));
        }
    }
    contents.figures = (*reader)->figures();
    return contents;
}

std::vector<std::uint64_t> write_segment(const std::string& directory, std::size_t blocks,
                                         std::size_t each) {
    SegmentHead head;
    head.number = 1;
    head.created_ns = kStartNs;
    auto segment = SegmentFile::create(directory, head);
    std::vector<std::uint64_t> ends = {(*segment)->bytes()};
    for (std::size_t b = 0; b < blocks; ++b) {
        const std::vector<MarketEvent> events = numbered_run(b * each, each);
        BlockFacts facts;
        facts.count = static_cast<std::uint32_t>(each);
        facts.first_sequence = b * each;
        facts.first_ts_ns = events.front().receive_ts_ns;
        facts.last_ts_ns = events.back().receive_ts_ns;
        if (!(*segment)->sync().ok() ||
            !(*segment)
                 ->append(facts, {reinterpret_cast<const char*>(events.data()),
                                  events.size() * sizeof(MarketEvent)})
                 .ok()) {
            return {};
        }
        ends.push_back((*segment)->bytes());
    }
    return ends;
}

FaultyDisk::FaultyDisk(std::string folder) {
    const std::lock_guard lock(disk().mutex);
    disk().folder = std::move(folder);
}

FaultyDisk::~FaultyDisk() {
    const std::lock_guard lock(disk().mutex);
    disk().folder.clear();
    disk().bytes_left = -1;
    disk().sync_failures = 0;
    disk().syncs_after_failure = 0;
    disk().failed_writes = 0;
}

void FaultyDisk::bytes_left(std::int64_t bytes) {
    const std::lock_guard lock(disk().mutex);
    disk().bytes_left = bytes;
}

void FaultyDisk::fail_syncs(int count) {
    const std::lock_guard lock(disk().mutex);
    disk().sync_failures = count;
}

int FaultyDisk::syncs_after_failure() const {
    const std::lock_guard lock(disk().mutex);
    return disk().syncs_after_failure;
}

int FaultyDisk::failed_writes() const {
    const std::lock_guard lock(disk().mutex);
    return disk().failed_writes;
}

}  // namespace petrel::core::journal
