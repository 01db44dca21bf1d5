// The journal: what every shard was fed, in its order, on disk.
//
// Shards (or the feed thread) push events into bounded queues and never wait; one thread of the
// journal's own makes blocks of them, compresses, writes and syncs. When the disk fails, recording
// stops and is tried again, what is missing is counted and marked by a gap block of its shard, and
// the callbacks say so; detection and delivery are not touched.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "journal/instrument_line.hpp"
#include "journal/journal_files.hpp"
#include "journal/journal_lane.hpp"
#include "journal/segment_file.hpp"
#include "petrel/result.hpp"
#include "petrel/types.hpp"
#include "runtime/worker_thread.hpp"

namespace petrel::core::journal {

struct WriterOptions {
    std::string directory;
    std::uint64_t segment_bytes = 64ULL << 20;
    std::uint64_t retain_bytes = 4ULL << 30;
    std::uint64_t retain_s = 7ULL * 86'400;
    std::uint32_t sync_ms = 1'000;
    std::uint32_t block_ms = 200;    // a block is closed after this long
    std::uint32_t retry_ms = 2'000;  // after a failure
    std::uint32_t shards = 1;
    std::size_t queue_capacity = 65'536;  // events of one shard waiting to be written
    // Facts of an instrument, asked on the journal's thread.
    std::function<InstrumentLine(std::uint32_t)> describe;
    // Told on the journal's thread when recording stops, and when it goes on again.
    std::function<void(const std::string&)> on_stopped;
    std::function<void(const std::string&)> on_resumed;
};

struct WriterFigures {
    std::uint64_t events = 0;    // written
    std::uint64_t durable = 0;   // of these, synced: a power cut cannot take them any more
    std::uint64_t doubtful = 0;  // written, but the sync after them failed
    std::uint64_t lost = 0;      // not recorded: queue full or disk failed
    std::uint64_t blocks = 0;
    std::uint64_t bytes = 0;
    std::uint64_t failures = 0;
    bool recording = false;
};

class JournalWriter {
public:
    // Recovers the folder and starts the thread. A folder that cannot be used is an error with the
    // reason; a torn tail is not, it is reported in recovery().
    static Result<std::unique_ptr<JournalWriter>> open(WriterOptions options);
    JournalWriter(WriterOptions options, Recovery recovery);
    ~JournalWriter();
    JournalWriter(const JournalWriter&) = delete;
    JournalWriter& operator=(const JournalWriter&) = delete;

    // Records events of a shard. One thread per shard. Never waits; what finds no room is counted.
    void push(std::uint32_t shard, std::span<const MarketEvent> events);

    // Records what else decided, as JSON text. Any thread; rare. On the thread that pushes for the
    // shard, the entry stands exactly between the events pushed before and those pushed after. It
    // holds until the shard's next one: every new segment begins with it.
    void control(std::uint32_t shard, std::string text);

    // Has what was pushed written and synced now, rather than when its block is due. Any thread;
    // does not wait for it.
    void hurry();

    // Writes what was pushed, syncs, closes. Called once; nothing may be pushed afterwards.
    void stop();

    [[nodiscard]] WriterFigures figures() const;
    [[nodiscard]] const Recovery& recovery() const { return recovery_; }

private:
    struct Control {
        std::uint32_t shard;
        std::uint64_t after;  // events of the shard that were pushed before
        std::string text;
    };

    void run();
    bool collect();
    void write_open_blocks(std::int64_t now_ns);
    void write_lane(std::uint16_t shard, JournalLane& lane, std::size_t count);
    void write_controls();
    void write_control(const Control& control);
    Status ensure_segment();
    Status restate_controls();
    Status define_instruments(std::span<const MarketEvent> events);
    Status write_gap(std::uint16_t shard, JournalLane& lane);
    Status write_events(std::uint16_t shard, JournalLane& lane,
                        std::span<const MarketEvent> events);
    Status append(const BlockFacts& facts, std::span<const char> raw);
    Status sync_segment();
    void finish_segment();
    void sync_if_due(std::int64_t now_ns);
    void fail(const Status& status);
    void resume();

    // Constant after construction.
    WriterOptions options_;
    Recovery recovery_;
    std::vector<std::unique_ptr<JournalLane>> lanes_;

    // Guarded by mutex_.
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Control> controls_;
    bool stopping_ = false;
    bool hurrying_ = false;

    // The journal's thread alone.
    std::unique_ptr<SegmentFile> segment_;
    std::uint64_t next_number_ = 1;
    std::vector<IndexEntry> index_;
    std::vector<bool> defined_;  // instruments defined in this segment, by handle
    bool restated_ = false;      // this segment holds the control entries in force
    std::int64_t block_opened_ns_ = 0;
    std::int64_t synced_ns_ = 0;
    std::int64_t retry_at_ns_ = 0;
    std::uint64_t lost_before_ = 0;  // what was lost when recording stopped
    std::string trouble_;

    std::atomic<std::uint64_t> events_{0}, durable_{0}, doubtful_{0}, lost_{0}, blocks_{0};
    std::atomic<std::uint64_t> bytes_{0}, failures_{0};
    std::atomic<bool> recording_{true};
    WorkerThread thread_;
};

}  // namespace petrel::core::journal
