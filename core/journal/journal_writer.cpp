// The journal's thread: collect, write, sync, rotate; and what happens when the disk says no.
#include "journal/journal_writer.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "runtime/clock.hpp"

namespace petrel::core::journal {
namespace {

constexpr std::size_t kBlockEvents = 4'096;
constexpr std::uint8_t kHostKinds = 128;  // kinds from here on refer to no instrument

std::string line_of(const InstrumentLine& i) {
    char numbers[96];
    std::snprintf(numbers, sizeof(numbers), "\t%u\t%.17g\t%lld\n", i.type, i.price_divisor,
                  static_cast<long long>(i.expiry_ns));
    return std::to_string(i.handle) + "\t" + i.venue + "\t" + i.native + "\t" + i.base + "\t" +
           i.quote + numbers;
}

}  // namespace

Result<std::unique_ptr<JournalWriter>> JournalWriter::open(WriterOptions options) {
    Result<Recovery> recovery = recover(options.directory);
    if (!recovery.ok()) {
        return recovery.status();
    }
    auto writer = std::make_unique<JournalWriter>(std::move(options), *recovery);
    writer->thread_ = std::thread([raw = writer.get()] { raw->run(); });
    return writer;
}

JournalWriter::JournalWriter(WriterOptions options, Recovery recovery)
    : options_(std::move(options)), recovery_(std::move(recovery)),
      next_number_(recovery_.next_number) {
    for (std::uint32_t i = 0; i < options_.shards; ++i) {
        lanes_.push_back(std::make_unique<Lane>(options_.queue_capacity));
        lanes_.back()->open.reserve(kBlockEvents);
    }
}

JournalWriter::~JournalWriter() { stop(); }

void JournalWriter::push(std::uint32_t shard, std::span<const MarketEvent> events) {
    Lane& lane = *lanes_[shard];
    lane.queue.try_push(events);
    if (lane.queue.size() >= kBlockEvents) {
        wake_.notify_one();
    }
}

void JournalWriter::control(std::uint32_t shard, std::string text) {
    constexpr std::size_t waiting_max = 1'024;
    const std::lock_guard lock(mutex_);
    if (controls_.size() == waiting_max) {
        ++failures_;  // the disk has been gone for long; figures() shows it
        return;
    }
    controls_.push_back({shard, std::move(text)});
}

void JournalWriter::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void JournalWriter::run() {
    synced_ns_ = steady_now_ns();
    for (;;) {
        bool last = false;
        {
            std::unique_lock lock(mutex_);
            wake_.wait_for(lock, std::chrono::milliseconds(options_.block_ms / 4 + 1));
            last = stopping_;
        }
        while (collect()) {
            write_open_blocks(last ? INT64_MAX : steady_now_ns());
        }
        write_open_blocks(last ? INT64_MAX : steady_now_ns());
        sync_if_due(last ? INT64_MAX : steady_now_ns());
        if (last) {
            finish_segment();
            return;
        }
    }
}

// Moves events from the queues into the open blocks; true when some block is full.
bool JournalWriter::collect() {
    bool full = false;
    for (const auto& lane : lanes_) {
        const std::size_t held = lane->open.size();
        lane->open.resize(kBlockEvents);
        const std::size_t got = lane->queue.pop(std::span(lane->open).subspan(held));
        lane->open.resize(held + got);
        if (held == 0 && got > 0 && block_opened_ns_ == 0) {
            block_opened_ns_ = steady_now_ns();
        }
        full = full || lane->open.size() == kBlockEvents;
    }
    return full;
}

void JournalWriter::write_open_blocks(std::int64_t now_ns) {
    write_controls();
    const bool due =
        block_opened_ns_ != 0 && now_ns - block_opened_ns_ >= options_.block_ms * kNsPerMs;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        Lane& lane = *lanes_[i];
        if (due || lane.open.size() == kBlockEvents) {
            write_lane(static_cast<std::uint16_t>(i), lane);
        }
    }
    if (due) {
        block_opened_ns_ = 0;
    }
}

void JournalWriter::write_lane(std::uint16_t shard, Lane& lane) {
    const std::uint64_t refused = lane.queue.refused();
    const std::uint64_t fresh = refused - lane.refused_told;
    lane.refused_told = refused;
    lost_ += fresh;
    unrecorded_ += fresh;
    if (lane.open.empty()) {
        return;
    }
    Status status = ensure_segment();
    if (status.ok() && unrecorded_ > 0) {
        status = write_gap(shard, unrecorded_, trouble_.empty() ? "the queue was full" : trouble_);
    }
    if (status.ok()) {
        status = define_instruments(lane.open);
    }
    if (status.ok()) {
        BlockFacts facts;
        facts.shard = shard;
        facts.count = static_cast<std::uint32_t>(lane.open.size());
        facts.first_sequence = lane.sequence;
        facts.first_ts_ns = lane.open.front().receive_ts_ns;
        facts.last_ts_ns = lane.open.back().receive_ts_ns;
        status = append(facts, {reinterpret_cast<const char*>(lane.open.data()),
                                lane.open.size() * sizeof(MarketEvent)});
    }
    if (status.ok()) {
        events_ += lane.open.size();
        lane.sequence += lane.open.size();
    } else {
        fail(status, lane.open.size());
    }
    lane.open.clear();
}

void JournalWriter::write_controls() {
    std::vector<Control> controls;
    {
        const std::lock_guard lock(mutex_);
        controls.swap(controls_);
    }
    for (const Control& control : controls) {
        // What was pushed before the control entry comes before it on disk, too.
        Lane& lane = *lanes_[control.shard];
        write_lane(static_cast<std::uint16_t>(control.shard), lane);
        Status status = ensure_segment();
        if (status.ok()) {
            BlockFacts facts;
            facts.kind = BlockKind::Control;
            facts.shard = static_cast<std::uint16_t>(control.shard);
            facts.count = 1;
            facts.first_sequence = lane.sequence;
            status = append(facts, control.text);
        }
        if (!status.ok()) {
            fail(status, 0);
        }
    }
}

Status JournalWriter::ensure_segment() {
    if (segment_ != nullptr && segment_->usable() && segment_->bytes() < options_.segment_bytes) {
        return {};
    }
    if (retry_at_ns_ != 0 && steady_now_ns() < retry_at_ns_) {
        return Status::io(trouble_);
    }
    finish_segment();
    SegmentHead head;
    head.number = next_number_;
    head.first_sequence = lanes_.front()->sequence;
    head.created_ns = wall_now_ns();
    Result<std::unique_ptr<SegmentFile>> made = SegmentFile::create(options_.directory, head);
    if (!made.ok()) {
        return made.status();
    }
    segment_ = std::move(*made);
    ++next_number_;
    index_.clear();
    defined_.clear();
    const auto age_ns = static_cast<std::int64_t>(options_.retain_s) * kNsPerSecond;
    const Retention retention{options_.retain_bytes, head.created_ns - age_ns};
    Result<std::uint64_t> removed = retain(options_.directory, retention);
    if (!removed.ok()) {
        ++failures_;  // old data that cannot be removed is no reason not to record new data
    }
    if (!recording_.exchange(true) && options_.on_resumed) {
        options_.on_resumed("recording goes on in " + segment_->path() + "; " +
                            std::to_string(unrecorded_) + " events are missing");
    }
    retry_at_ns_ = 0;
    return {};
}

Status JournalWriter::define_instruments(const std::vector<MarketEvent>& events) {
    std::string lines;
    std::uint32_t count = 0;
    for (const MarketEvent& event : events) {
        if (event.kind >= kHostKinds) {
            continue;
        }
        if (event.instrument >= defined_.size()) {
            defined_.resize(event.instrument + 1U);
        }
        if (!defined_[event.instrument]) {
            defined_[event.instrument] = true;
            lines += line_of(options_.describe(event.instrument));
            ++count;
        }
    }
    if (count == 0) {
        return {};
    }
    BlockFacts facts;
    facts.kind = BlockKind::Instruments;
    facts.count = count;
    return append(facts, lines);
}

Status JournalWriter::write_gap(std::uint16_t shard, std::uint64_t missing,
                                const std::string& why) {
    BlockFacts facts;
    facts.kind = BlockKind::Gap;
    facts.shard = shard;
    facts.count = 1;
    facts.first_sequence = lanes_[shard]->sequence;
    Status status = append(facts, std::to_string(missing) + " events are missing: " + why);
    if (status.ok()) {
        unrecorded_ = 0;
        trouble_.clear();
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

void JournalWriter::finish_segment() {
    if (segment_ == nullptr) {
        return;
    }
    Status status = segment_->usable() ? segment_->sync() : Status();
    if (status.ok()) {
        status = write_index(segment_->path(), index_);
    }
    if (!status.ok()) {
        ++failures_;
    }
    segment_.reset();
}

void JournalWriter::sync_if_due(std::int64_t now_ns) {
    if (segment_ == nullptr || now_ns - synced_ns_ < options_.sync_ms * kNsPerMs) {
        return;
    }
    synced_ns_ = steady_now_ns();
    if (Status status = segment_->sync(); !status.ok()) {
        // The kernel may have dropped the pages: whether they are on disk is unknown.
        unrecorded_ += 1;
        segment_.reset();
        fail(status, 0);
    }
}

void JournalWriter::fail(const Status& status, std::uint64_t lost) {
    lost_ += lost;
    unrecorded_ += lost;
    if (retry_at_ns_ != 0 && steady_now_ns() < retry_at_ns_) {
        return;  // still the same trouble
    }
    ++failures_;
    trouble_ = status.message();
    retry_at_ns_ = steady_now_ns() + options_.retry_ms * kNsPerMs;
    segment_.reset();
    if (recording_.exchange(false) && options_.on_stopped) {
        options_.on_stopped("recording stopped: " + trouble_ +
                            ". Detection and delivery go on; free space or repair the disk, "
                            "recording is tried again by itself");
    }
}

WriterFigures JournalWriter::figures() const {
    return {events_, lost_, blocks_, bytes_, failures_, recording_};
}

}  // namespace petrel::core::journal
