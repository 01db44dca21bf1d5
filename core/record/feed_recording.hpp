// What the configured venues send, written to a file: stages 1 and 2 without the rest.
//
// The feeds are those of `petrel run`, with all their care: reconnects, watchdogs, backfill. Every
// frame, reply, opening and end is written as the adapter is told of it. Runs its own loop on the
// thread that calls run().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "coverage/coverage_ledger.hpp"
#include "feed/feed_supervisor.hpp"
#include "net/io_loop.hpp"
#include "normaliser/normaliser.hpp"
#include "pipeline_venues.hpp"
#include "record/frame_writer.hpp"

namespace petrel::core {

struct RecordingLimits {
    std::uint64_t seconds = 0;         // 0: until a signal
    std::uint64_t bytes = 1ULL << 30;  // of the file
};

struct RecordingSummary {
    RecordingFigures file;
    std::uint64_t events = 0;       // that stage 2 let pass
    std::uint64_t refused = 0;      // but for repeats
    std::vector<FeedStatus> feeds;  // at the end
    std::string ended_by;           // "the time is over", "SIGINT", ...
    Status trouble;                 // why it ended early
};

class FeedRecording final : public EventSink, public GapBook, public FrameLog {
public:
    // `setup` outlives it. Fails when the file cannot be made or an adapter cannot.
    static Result<std::unique_ptr<FeedRecording>> create(const PluginSetup& setup,
                                                         const std::string& path);
    FeedRecording(const PluginSetup& setup, std::unique_ptr<FrameWriter> writer);
    ~FeedRecording() override;

    // Until a limit is reached, SIGINT or SIGTERM comes or the file cannot be written. `progress`
    // is called each second; may be empty.
    RecordingSummary run(const RecordingLimits& limits,
                         const std::function<void(const RecordingFigures&)>& progress);

    std::size_t on_events(VenueId venue, std::span<MarketEvent> events) override;
    std::int64_t on_break(std::uint32_t instrument, std::uint8_t kind) override;
    [[nodiscard]] std::uint64_t missing(const StreamGap& gap) const override;
    void on_frame(VenueId venue, std::uint32_t connection, std::int64_t receive_ts_ns,
                  std::string_view frame) override;
    void on_reply(VenueId venue, const LoggedReply& reply) override;
    void on_opened(VenueId venue, std::uint32_t connection) override;
    void on_ended(VenueId venue, std::uint32_t connection, std::string_view why) override;

private:
    Status add_feeds();
    void each_second();
    void end(const std::string& why);
    void note(const Status& written);
    [[nodiscard]] std::string_view name_of(VenueId venue) const;

    std::unique_ptr<FrameWriter> writer_;
    InstrumentRegistry registry_;
    VenueDesk venues_;
    Normaliser normaliser_;
    CoverageLedger ledger_;
    IoLoop loop_;
    Timer second_;
    std::unique_ptr<FeedSupervisor> feeds_;
    RecordingLimits limits_;
    std::function<void(const RecordingFigures&)> progress_;
    std::int64_t ends_ns_ = 0;  // steady; 0: no end is set
    RecordingSummary summary_;
    bool ending_ = false;
};

}  // namespace petrel::core
