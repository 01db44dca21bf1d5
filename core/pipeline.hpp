// The table of contents: joins the nine stages in their order, and nothing else does.
//
//     1 feed ─ 2 normaliser ─ 3 window ─ 4 detector ─ 5 score ─ 6 appropriateness ─ 7 signal
//            ─ 8 outbox ─ 9 notifier
//
// Threads: the feed thread runs stages 1 and 2, and 3 to 7 as well while there is one shard; with
// more, each shard has its own. Stages 8 and 9 have the delivery thread and one worker a channel.
// The journal writes on a thread of its own. start() builds from the back, so that every stage has
// somewhere to hand on to; stop() ends from the front, so that nothing is left behind.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "coverage/coverage_ledger.hpp"
#include "feed/feed_supervisor.hpp"
#include "journal/journal_writer.hpp"
#include "net/io_loop.hpp"
#include "normaliser/normaliser.hpp"
#include "notifier/notifier_stage.hpp"
#include "pipeline_inputs.hpp"
#include "pipeline_lane.hpp"
#include "pipeline_rebuild.hpp"
#include "pipeline_rule_desk.hpp"
#include "pipeline_takeover.hpp"
#include "pipeline_venues.hpp"
#include "plugin/plugin_setup.hpp"
#include "runtime/steady_beat.hpp"
#include "runtime/worker_thread.hpp"

namespace petrel::core {

// What `petrel status` shows. A copy; a second old at most.
struct PipelineStatus {
    std::int64_t started_ns = 0;
    std::int64_t now_ns = 0;
    std::uint64_t resident_bytes = 0;
    std::int64_t timer_late_ns_max = 0;  // of timers of the feed thread, in the latest minute
    std::uint64_t accepted = 0;          // events that passed the normaliser
    std::vector<std::pair<std::string, std::uint64_t>> refused;  // by reason
    std::vector<FeedStatus> feeds;
    std::vector<EndpointStatus> endpoints;
    std::vector<KeyStatus> keys;
    std::vector<LaneSnapshot> shards;
    journal::WriterFigures journal;
    bool journal_enabled = false;
    RebuildFigures rebuild;  // what the start took from the journal
    DeliveryFigures delivery;
    CoverageCounts coverage;
    std::vector<CoverageEntry> coverage_latest;  // newest first
    std::string rule_version;
    std::string rule_trouble;  // why what the rule folder holds is not live
    bool rules_on_probation = false;
    std::string shadow_version;             // that looks on; empty: none
    std::vector<RunningLibrary> detectors;  // by name
    std::size_t retired_libraries = 0;      // mapped, and not running any more
};

// Where the signals of all shards go: to delivery, and what was admitted into the journal at once,
// so that a start after a crash remakes what was told. Any shard's thread.
class AdmissionOutlet final : public SignalSink {
public:
    AdmissionOutlet(NotifierStage& delivery, journal::JournalWriter* journal)
        : delivery_(delivery), journal_(journal) {}
    void on_signal(SignalChange change, const Signal& signal) override;
    void on_outcome(const SignalOutcome& outcome) override;
    void on_near_miss(const SignalOutcome& outcome) override;

private:
    NotifierStage& delivery_;
    journal::JournalWriter* journal_;  // null: nothing is recorded
};

class Pipeline final : public EventSink, public GapBook {
public:
    // Builds everything and starts it. `setup` outlives the pipeline.
    static Result<std::unique_ptr<Pipeline>> start(const PluginSetup& setup);
    explicit Pipeline(const PluginSetup& setup);
    ~Pipeline() override;

    // Stops in the order of the flow; everything admitted is then durable. Within seconds.
    void stop();

    // What operators do to the rules. Control thread.
    [[nodiscard]] RuleDesk& rules() { return *rules_; }
    // Replaces the library of a detector by what is in its file now, on all shards or none; a
    // failure is logged and told by an alert, and either is put on record beside what was done to
    // the rules. `who` asks. Control thread; may block it for seconds.
    Result<PluginReload> reload_plugin(const std::string& name, const std::string& who);

    // What somebody says of a symbol's mood, or of every one's; how many symbols it was said of.
    // Refused as InputDesk::check says. Control thread.
    Result<std::size_t> feed_sentiment(SentimentInput input);
    [[nodiscard]] std::uint64_t sentiment_valid_ms() const {
        return setup_.config.engine.sentiment_valid_ms;
    }

    [[nodiscard]] PipelineStatus status();
    // What could not be seen, oldest first; a second old at most.
    [[nodiscard]] std::vector<CoverageEntry> coverage();
    [[nodiscard]] NotifierStage& delivery() { return *delivery_; }

    // From stage 1, on the feed thread.
    std::size_t on_events(VenueId venue, std::span<MarketEvent> events) override;
    std::int64_t on_break(std::uint32_t instrument, std::uint8_t kind) override;
    [[nodiscard]] std::uint64_t missing(const StreamGap& gap) const override;

private:
    // Stages 1 and 2 to stages 3 to 7: each event to the shard of its symbol, and to the journal.
    void hand_on(std::span<const MarketEvent> events);
    void drain_soon();
    void tick_every_second();
    void watch_timers();
    // From the next event on, all shards decide by the pack that is live; the journal says so.
    void take_rules();
    // A change of the ledger goes the way of the events, so that a replay agrees.
    void tell_shard(const CoverageEntry& entry);

    Result<PluginReload> replace_detector(const std::string& name);
    void put_on_record(const std::string& name, const std::string& who,
                       const Result<PluginReload>& reload);
    Result<TrialReport> take_over(const Successor& successor,
                                  std::vector<DetectorSuccessors> by_shard);

    Status start_delivery();
    Status start_rules();
    Status start_journal();
    Status start_shards();
    Status make_feeds();
    Status rebuild();
    Status start_feeds();
    void tell_what_was_lost();
    void sample_feeds();
    [[nodiscard]] std::vector<LaneSnapshot> lane_snapshots() const;

    const PluginSetup& setup_;
    std::int64_t started_ns_ = 0;
    PluginSuccession succession_;                 // control thread
    std::shared_ptr<DetectorTakeover> takeover_;  // the latest; control thread

    // In the order of the flow; instances outlive what borrows them.
    std::vector<NotifierInstance> notifiers_;
    InstrumentRegistry registry_;
    VenueDesk venues_;
    IoLoop loop_;
    std::unique_ptr<FeedSupervisor> feeds_;  // 1
    Normaliser normaliser_;                  // 2
    std::unique_ptr<InputDesk> inputs_;
    CoverageLedger ledger_;
    bool ledger_changed_ = false;
    std::unique_ptr<RuleDesk> rules_;
    std::unique_ptr<NotifierStage> delivery_;  // 8, 9
    std::unique_ptr<journal::JournalWriter> journal_;
    std::unique_ptr<AdmissionOutlet> outlet_;
    std::vector<std::unique_ptr<ShardLane>> lanes_;  // 3 to 7
    std::unique_ptr<Timer> second_;
    SteadyBeat second_beat_{kNsPerSecond};
    std::unique_ptr<Timer> late_;
    SteadyBeat late_beat_{20 * kNsPerMs};
    std::unique_ptr<Timer> drain_;
    bool draining_ = false;                         // drain_ is set
    std::vector<std::vector<MarketEvent>> sorted_;  // by shard, while handing on
    std::uint64_t rules_seen_ = 0;                  // generation that decides; feed thread
    std::uint64_t shadow_seen_ = 0;                 // generation that looks on; the same
    RebuildFigures rebuild_;                        // constant once the feeds have started

    std::mutex mutex_;
    // Guarded by mutex_.
    std::vector<FeedStatus> feed_status_;
    std::vector<EndpointStatus> endpoint_status_;
    std::vector<KeyStatus> key_status_;
    std::vector<CoverageEntry> coverage_;
    CoverageCounts coverage_counts_;
    std::int64_t timer_late_ns_max_ = 0;

    bool feed_thread_started_ = false;
    WorkerThread feed_thread_;
};

}  // namespace petrel::core
