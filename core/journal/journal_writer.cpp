// The journal's thread: collect, write, sync, rotate; and what happens when the disk says no.
#include "journal/journal_writer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "runtime/clock.hpp"

namespace petrel::core::journal {
namespace {

constexpr std::uint8_t kTickKind = 128;          // refers to no instrument
constexpr std::uint32_t kHandlesMax = 1U << 20;  // handles beyond are no instrument's

}  // namespace

Result<std::unique_ptr<JournalWriter>> JournalWriter::open(WriterOptions options) {
    Result<Recovery> recovery = recover(options.directory);
    if (!recovery.ok()) {
        return recovery.status();
    }
    auto writer = std::make_unique<JournalWriter>(std::move(options), *recovery);
    writer->thread_ = WorkerThread("journal", [raw = writer.get()] { raw->run(); });
    return writer;
}

JournalWriter::JournalWriter(WriterOptions options, Recovery recovery)
    : options_(std::move(options)), recovery_(std::move(recovery)),
      next_number_(recovery_.next_number) {
    for (std::uint32_t i = 0; i < options_.shards; ++i) {
        lanes_.push_back(std::make_unique<JournalLane>(options_.queue_capacity));
    }
}

JournalWriter::~JournalWriter() { stop(); }

void JournalWriter::push(std::uint32_t shard, std::span<const MarketEvent> events) {
    if (lanes_[shard]->push(events)) {
        wake_.notify_one();
    }
}

void JournalWriter::hurry() {
    {
        const std::lock_guard lock(mutex_);
        hurrying_ = true;
    }
    wake_.notify_one();
}

void JournalWriter::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void JournalWriter::run() {
    synced_ns_ = steady_now_ns();
    for (;;) {
        bool last = false;
        bool at_once = false;
        {
            std::unique_lock lock(mutex_);
            if (!stopping_ && !hurrying_) {
                wake_.wait_for(lock, std::chrono::milliseconds(options_.block_ms / 4 + 1));
            }
            last = stopping_;
            at_once = std::exchange(hurrying_, false);
        }
        while (collect()) {
            write_open_blocks(steady_now_ns());
            sync_if_due(steady_now_ns());
        }
        write_open_blocks(last || at_once ? INT64_MAX : steady_now_ns());
        sync_if_due(at_once ? INT64_MAX : steady_now_ns());
        if (last) {
            finish_segment();
            return;
        }
    }
}

// Fills the open blocks from the queues; true when some block is full.
bool JournalWriter::collect() {
    bool full = false;
    for (const auto& lane : lanes_) {
        if (lane->take() > 0 && block_opened_ns_ == 0) {
            block_opened_ns_ = steady_now_ns();
        }
        full = full || lane->full();
    }
    return full;
}

void JournalWriter::write_open_blocks(std::int64_t now_ns) {
    write_controls();
    const bool due =
        block_opened_ns_ != 0 && now_ns - block_opened_ns_ >= options_.block_ms * kNsPerMs;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        JournalLane& lane = *lanes_[i];
        if (due || lane.full()) {
            write_lane(static_cast<std::uint16_t>(i), lane, lane.open().size());
        }
    }
    if (due) {
        block_opened_ns_ = 0;
    }
}

// Writes the first `count` events of the open block. What cannot be written is counted and gone:
// waiting for the disk would only move the loss to the queue.
void JournalWriter::write_lane(std::uint16_t shard, JournalLane& lane, std::size_t count) {
    lost_ += lane.count_refused();
    if (count == 0) {
        return;
    }
    const Status status = write_events(shard, lane, lane.open().first(count));
    if (!status.ok()) {
        fail(status);
        lost_ += count;
        lane.miss_events(count, status.message());
    }
    lane.drop(count);
}

Status JournalWriter::write_events(std::uint16_t shard, JournalLane& lane,
                                   std::span<const MarketEvent> events) {
    Status status = ensure_segment();
    if (status.ok()) {
        status = write_gap(shard, lane);
    }
    if (status.ok()) {
        status = define_instruments(events);
    }
    if (!status.ok()) {
        return status;
    }
    const auto [first, last] = std::minmax_element(
        events.begin(), events.end(),
        [](const auto& a, const auto& b) { return a.receive_ts_ns < b.receive_ts_ns; });
    BlockFacts facts;
    facts.shard = shard;
    facts.count = static_cast<std::uint32_t>(events.size());
    facts.first_sequence = lane.sequence;
    facts.first_ts_ns = first->receive_ts_ns;
    facts.last_ts_ns = last->receive_ts_ns;
    status = append(facts, {reinterpret_cast<const char*>(events.data()), events.size_bytes()});
    if (status.ok()) {
        events_ += events.size();
        lane.sequence += events.size();
        lane.unsynced += events.size();
        resume();
    }
    return status;
}

Status JournalWriter::ensure_segment() {
    if (retry_at_ns_ != 0 && steady_now_ns() < retry_at_ns_) {
        return Status::io(trouble_);
    }
    if (segment_ != nullptr && segment_->usable() && segment_->bytes() < options_.segment_bytes) {
        return restated_ ? Status() : restate_controls();
    }
    finish_segment();
    SegmentHead head;
    head.number = next_number_++;  // never used twice, even when making it fails half-way
    head.first_sequence = lanes_.front()->sequence;
    head.created_ns = wall_now_ns();
    Result<std::unique_ptr<SegmentFile>> made = SegmentFile::create(options_.directory, head);
    if (!made.ok()) {
        return made.status();
    }
    segment_ = std::move(*made);
    index_.clear();
    defined_.clear();
    restated_ = false;
    const auto age_ns = static_cast<std::int64_t>(options_.retain_s) * kNsPerSecond;
    const Retention retention{options_.retain_bytes, head.created_ns - age_ns};
    Result<std::uint64_t> removed = retain(options_.directory, retention);
    if (!removed.ok()) {
        ++failures_;  // old data that cannot be removed is no reason not to record new data
    }
    return restate_controls();
}

Status JournalWriter::define_instruments(std::span<const MarketEvent> events) {
    std::string lines;
    std::vector<std::uint32_t> fresh;
    for (const MarketEvent& event : events) {
        const std::uint32_t handle = event.instrument;
        if (event.kind == kTickKind || handle >= kHandlesMax) {
            continue;
        }
        if (handle >= defined_.size()) {
            defined_.resize(handle + 1U);
        }
        if (!defined_[handle]) {
            defined_[handle] = true;
            fresh.push_back(handle);
            lines += instrument_text(options_.describe(handle));
        }
    }
    if (fresh.empty()) {
        return {};
    }
    BlockFacts facts;
    facts.kind = BlockKind::Instruments;
    facts.count = static_cast<std::uint32_t>(fresh.size());
    Status status = append(facts, lines);
    if (!status.ok()) {
        for (const std::uint32_t handle : fresh) {
            defined_[handle] = false;
        }
    }
    return status;
}

Status JournalWriter::write_gap(std::uint16_t shard, JournalLane& lane) {
    const std::string text = lane.gap_text();
    if (text.empty()) {
        return {};
    }
    BlockFacts facts;
    facts.kind = BlockKind::Gap;
    facts.shard = shard;
    facts.count = 1;
    facts.first_sequence = lane.sequence;
    Status status = append(facts, text);
    if (status.ok()) {
        lane.gap_written();
    }
    return status;
}

Status JournalWriter::append(const BlockFacts& facts, std::span<const char> raw) {
    const std::uint64_t offset = segment_->bytes();
    Status status = segment_->append(facts, raw);
    if (status.ok()) {
        ++blocks_;
        bytes_ += segment_->bytes() - offset;
        if (facts.kind == BlockKind::Events) {
            index_.push_back({facts.first_ts_ns, facts.last_ts_ns, offset});
        }
    }
    return status;
}

// After a failure the kernel may have dropped the pages: whether they are on disk is unknown.
Status JournalWriter::sync_segment() {
    const Status status = segment_->sync();
    for (const auto& lane : lanes_) {
        const std::uint64_t events = std::exchange(lane->unsynced, 0);
        if (status.ok()) {
            durable_ += events;
        } else {
            doubtful_ += events;
            lane->doubt(events, status.message());
        }
    }
    return status;
}

void JournalWriter::finish_segment() {
    if (segment_ == nullptr) {
        return;
    }
    Status status = segment_->usable() ? sync_segment() : Status();
    if (status.ok() && segment_->usable()) {
        segment_->mark_end();
    }
    if (status.ok()) {
        status = write_index(segment_->path(), index_);
    }
    if (!status.ok()) {
        ++failures_;
    }
    segment_.reset();
}

void JournalWriter::sync_if_due(std::int64_t now_ns) {
    if (segment_ == nullptr || segment_->synced() ||
        now_ns - synced_ns_ < options_.sync_ms * kNsPerMs) {
        return;
    }
    const Status status = sync_segment();
    synced_ns_ = steady_now_ns();
    if (!status.ok()) {
        fail(status);
    }
}

// A segment that was cut back to its last whole block is kept and tried again; one that failed to
// sync, or could not be cut back, is never touched again.
void JournalWriter::fail(const Status& status) {
    const std::int64_t now_ns = steady_now_ns();
    if (segment_ != nullptr && !segment_->usable()) {
        segment_.reset();
    }
    if (retry_at_ns_ != 0 && now_ns < retry_at_ns_) {
        return;  // still the same trouble
    }
    ++failures_;
    trouble_ = status.message();
    retry_at_ns_ = now_ns + options_.retry_ms * kNsPerMs;
    if (recording_.exchange(false)) {
        lost_before_ = lost_;
        if (options_.on_stopped) {
            options_.on_stopped("recording stopped: " + trouble_ +
                                ". Detection and delivery go on; free space or repair the disk, "
                                "recording is tried again by itself");
        }
    }
}

// Called when events were written: only that proves that recording works again.
void JournalWriter::resume() {
    retry_at_ns_ = 0;
    if (!recording_.exchange(true) && options_.on_resumed) {
        options_.on_resumed("recording goes on in " + segment_->path() + "; " +
                            std::to_string(lost_ - lost_before_) + " events were lost meanwhile");
    }
}

WriterFigures JournalWriter::figures() const {
    return {events_, durable_, doubtful_, lost_, blocks_, bytes_, failures_, recording_};
}

}  // namespace petrel::core::journal
