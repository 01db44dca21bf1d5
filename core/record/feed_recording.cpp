// The file is brought to the disk once a second, between two frames.
#include "record/feed_recording.hpp"

#include <csignal>

#include "pipeline_parts.hpp"
#include "runtime/clock.hpp"

namespace petrel::core {

FeedRecording::FeedRecording(const PluginSetup& setup, std::unique_ptr<FrameWriter> writer)
    : writer_(std::move(writer)), registry_(group_function(setup.config)),
      venues_(setup, registry_), normaliser_(registry_), second_(loop_) {
    feeds_ = std::make_unique<FeedSupervisor>(FeedDesk{loop_, *this, venues_, {*this, ledger_}});
}

FeedRecording::~FeedRecording() { feeds_.reset(); }

Status FeedRecording::add_feeds() {
    return venues_.add_feeds(*feeds_, [this](VenueId venue, FeedOptions& options) {
        options.log = this;
        options.seed = static_cast<std::uint64_t>(wall_now_ns()) + venue;
    });
}

Result<std::unique_ptr<FeedRecording>> FeedRecording::create(const PluginSetup& setup,
                                                             const std::string& path) {
    Result<std::unique_ptr<FrameWriter>> writer = FrameWriter::create(path);
    if (!writer.ok()) {
        return writer.status();
    }
    auto recording = std::make_unique<FeedRecording>(setup, std::move(*writer));
    if (Status added = recording->add_feeds(); !added.ok()) {
        return added;
    }
    return recording;
}

RecordingSummary FeedRecording::run(const RecordingLimits& limits,
                                    const std::function<void(const RecordingFigures&)>& progress) {
    limits_ = limits;
    progress_ = progress;
    if (limits.seconds > 0) {
        ends_ns_ = steady_now_ns() + static_cast<std::int64_t>(limits.seconds) * kNsPerSecond;
    }
    const SignalWatch signals(loop_, {SIGTERM, SIGINT},
                              [this](int number) { end(number == SIGINT ? "SIGINT" : "SIGTERM"); });
    loop_.post([this] {
        feeds_->start();
        second_.after(1'000, [this] { each_second(); });
    });
    loop_.run();
    note(writer_->close());
    summary_.file = writer_->figures();
    summary_.events = normaliser_.accepted();
    for (std::size_t reason = 0; reason < static_cast<std::size_t>(Refusal::Count_); ++reason) {
        const auto refusal = static_cast<Refusal>(reason);
        summary_.refused += refusal == Refusal::Duplicate ? 0 : normaliser_.refused(refusal);
    }
    return summary_;
}

void FeedRecording::each_second() {
    feeds_->look_after();
    note(writer_->flush());
    if (progress_) {
        progress_(writer_->figures());
    }
    if (ends_ns_ != 0 && steady_now_ns() >= ends_ns_) {
        end("the time is over");
    } else if (writer_->figures().file_bytes >= limits_.bytes) {
        end("the file is as large as allowed");
    }
    if (!ending_) {
        second_.after(1'000, [this] { each_second(); });
    }
}

void FeedRecording::end(const std::string& why) {
    if (ending_) {
        return;
    }
    ending_ = true;
    summary_.ended_by = why;
    summary_.feeds = feeds_->status();
    second_.cancel();
    feeds_->stop([this] { loop_.stop(); });
}

// The first failure ends the recording; there is nothing left to record for.
void FeedRecording::note(const Status& written) {
    if (written.ok() || !summary_.trouble.ok()) {
        return;
    }
    summary_.trouble = written;
    loop_.post([this] { end("the file cannot be written"); });
}

std::string_view FeedRecording::name_of(VenueId venue) const { return registry_.venue(venue).name; }

std::size_t FeedRecording::on_events(VenueId venue, std::span<MarketEvent> events) {
    const std::uint64_t repeats = normaliser_.refused(Refusal::Duplicate);
    const std::size_t sound = normaliser_.accept(venue, events);
    if (normaliser_.has_gaps()) {
        for (const StreamGap& gap : normaliser_.take_gaps()) {
            feeds_->on_gap(venue, gap);
        }
    }
    return sound + (normaliser_.refused(Refusal::Duplicate) - repeats);
}

std::int64_t FeedRecording::on_break(std::uint32_t instrument, std::uint8_t kind) {
    return normaliser_.on_break(instrument, kind);
}

std::uint64_t FeedRecording::missing(const StreamGap& gap) const {
    return normaliser_.missing(gap);
}

void FeedRecording::on_frame(VenueId venue, std::uint32_t connection, std::int64_t receive_ts_ns,
                             std::string_view frame) {
    note(writer_->frame(name_of(venue), connection, receive_ts_ns, frame));
}

void FeedRecording::on_reply(VenueId venue, const LoggedReply& reply) {
    RecordedReply recorded{reply.purpose, reply.tag, reply.http_status, {}, reply.body};
    if (reply.instrument < registry_.instrument_count()) {
        recorded.native = registry_.instrument(reply.instrument).native;
    }
    note(writer_->reply(name_of(venue), reply.receive_ts_ns, recorded));
}

void FeedRecording::on_opened(VenueId venue, std::uint32_t connection) {
    note(writer_->opened(name_of(venue), connection, wall_now_ns()));
}

void FeedRecording::on_ended(VenueId venue, std::uint32_t connection, std::string_view why) {
    note(writer_->ended(name_of(venue), connection, wall_now_ns(), why));
}

}  // namespace petrel::core
