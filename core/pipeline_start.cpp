// The steps of Pipeline::start, and what the control side asks of a running pipeline.
#include <algorithm>
#include <iterator>

#include "observe/log.hpp"
#include "pipeline.hpp"
#include "pipeline_delivery.hpp"
#include "runtime/clock.hpp"
#include "runtime/process.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kCoverageShown = 8;  // entries of the ledger in a status

}  // namespace

Pipeline::Pipeline(const PluginSetup& setup)
    : setup_(setup), started_ns_(wall_now_ns()), succession_(setup),
      registry_(group_function(setup.config)), venues_(setup, registry_), normaliser_(registry_),
      ledger_([this](const CoverageEntry& entry) { tell_shard(entry); }) {}

Status Pipeline::start_delivery() {
    Result<std::unique_ptr<NotifierStage>> started = start_stage(setup_, notifiers_);
    if (!started.ok()) {
        return started.status();
    }
    delivery_ = std::move(*started);
    return {};
}

Status Pipeline::start_rules() {
    const Config& config = setup_.config;
    RuleDeskOptions options;
    options.directory = config.rules.directory;
    options.own_folder = setup_.own_rules;
    options.parameters = {config.rules.parameters.begin(), config.rules.parameters.end()};
    options.budget = rule_budget(config);
    options.journal = config.journal.enabled ? journal_directory(config) : "";
    options.state_dir = config.state_dir;
    options.probation_ns = static_cast<std::int64_t>(config.rules.probation_ms) * kNsPerMs;
    options.shards = config.engine.shards;
    options.alarm = [this](std::string headline, std::string detail) {
        delivery_->system_alert(std::move(headline), std::move(detail));
    };
    options.look = [this] { return lane_snapshots(); };
    rules_ = std::make_unique<RuleDesk>(std::move(options));
    return rules_->start();
}

Status Pipeline::start_journal() {
    const JournalConfig& config = setup_.config.journal;
    if (!config.enabled) {
        return {};
    }
    journal::WriterOptions options;
    options.directory = journal_directory(setup_.config);
    options.segment_bytes = config.segment_bytes;
    options.retain_bytes = config.retain_bytes;
    options.retain_s = config.retain_s;
    options.sync_ms = static_cast<std::uint32_t>(config.sync_ms);
    options.shards = setup_.config.engine.shards;
    options.queue_capacity = setup_.config.engine.queue_capacity;
    options.describe = [this](std::uint32_t handle) { return journal_line(registry_, handle); };
    options.on_stopped = [this](const std::string& why) {
        delivery_->system_alert("recording stopped", why, {"recording"});
    };
    options.on_resumed = [this](const std::string& what) {
        delivery_->system_alert("recording goes on", what, {"recording", true});
    };
    Result<std::unique_ptr<journal::JournalWriter>> opened =
        journal::JournalWriter::open(std::move(options));
    if (!opened.ok()) {
        return opened.status();
    }
    journal_ = std::move(*opened);
    const journal::Recovery& recovery = journal_->recovery();
    if (recovery.torn_bytes > 0) {
        log::warning("journal", recovery.torn_segment + ": " + std::to_string(recovery.torn_bytes) +
                                    " torn bytes of the last run were cut off and kept beside it");
    }
    return {};
}

Status Pipeline::start_shards() {
    const std::uint32_t shards = setup_.config.engine.shards;
    outlet_ = std::make_unique<AdmissionOutlet>(*delivery_, journal_.get());
    for (std::uint32_t number = 0; number < shards; ++number) {
        Result<DetectorSet> detectors = make_detectors(setup_);
        if (!detectors.ok()) {
            return detectors.status();
        }
        Result<VoterSet> voters = make_voters(setup_);
        if (!voters.ok()) {
            return voters.status();
        }
        LaneOptions options;
        options.voters = std::make_shared<const VoterSet>(std::move(voters).value());
        options.number = number;
        options.own_thread = shards > 1;
        options.queue_capacity = setup_.config.engine.queue_capacity;
        options.backlog_capacity = setup_.config.engine.queue_capacity;
        if (journal_ != nullptr) {
            options.record = [this, number](std::span<const MarketEvent> events) {
                journal_->push(number, events);
            };
        }
        options.shard = shard_options(setup_.config);
        options.budget = rule_budget(setup_.config);
        options.machines = &rules_->machines();
        options.shadow_findings_per_s =
            static_cast<std::uint32_t>(setup_.config.rules.shadow_findings_per_s);
        lanes_.push_back(std::make_unique<ShardLane>(
            std::move(options), std::move(detectors).value(), registry_, *outlet_));
    }
    sorted_.resize(shards);
    return {};
}

Status Pipeline::make_feeds() {
    feeds_ = std::make_unique<FeedSupervisor>(FeedDesk{loop_, *this, venues_, {*this, ledger_}},
                                              setup_.config.connections);
    second_ = std::make_unique<Timer>(loop_);
    late_ = std::make_unique<Timer>(loop_);
    drain_ = std::make_unique<Timer>(loop_);
    const auto finish = [this](VenueId venue, FeedOptions& options) {
        options.alarm = [this](FeedAlarm alarm) {
            delivery_->system_alert(std::move(alarm.headline), std::move(alarm.detail),
                                    {"feed " + alarm.about, alarm.over});
        };
        options.seed = static_cast<std::uint64_t>(started_ns_) + venue;
    };
    if (Status added = venues_.add_feeds(*feeds_, finish); !added.ok()) {
        return added;
    }
    inputs_ = std::make_unique<InputDesk>(setup_.config, registry_);  // behind all venues
    return {};
}

// Venues have their numbers by now, nothing is connected yet, and the writer begins a segment only
// when there is something to write: the journal holds what earlier runs left.
Status Pipeline::rebuild() {
    const std::shared_ptr<const RulePack> live = rules_->live();
    const JournalConfig& config = setup_.config.journal;
    if (journal_ != nullptr && config.rebuild_max_ms > 0) {
        RebuildWish wish;
        wish.journal = journal_directory(setup_.config);
        wish.now_ns = wall_now_ns();
        wish.reach_ms =
            std::min(config.rebuild_max_ms, rebuild_reach_ms(shard_options(setup_.config)));
        wish.events_max = config.rebuild_events_max;
        for (const auto& lane : lanes_) {
            lane->use_rules(live);
        }
        RecordedRules recorded(live, rule_budget(setup_.config));
        rebuild_ = rebuild_shards(wish, registry_, recorded, lanes_);
        for (const std::string& warning : recorded.warnings()) {
            log::warning("rules", warning);
        }
        const bool sound = rebuild_.trouble.empty() || rebuild_.absent;
        log::write(sound ? log::Level::Info : log::Level::Warning, "journal",
                   rebuild_sentence(rebuild_));
    }
    rules_->keep_live();
    take_rules();
    for (const auto& lane : lanes_) {
        lane->start();
    }
    tell_what_was_lost();
    return {};
}

// A crash between a decision and its record: the journal has it, the store does not. Delivery knows
// what the store has, and tells nothing twice.
void Pipeline::tell_what_was_lost() {
    constexpr std::int64_t recent_ns = 10 * kNsPerSecond;
    const std::int64_t use_by_ns =
        static_cast<std::int64_t>(setup_.config.delivery.use_by_s) * kNsPerSecond;
    RemadeLot lot;
    lot.admit_since_ns = rebuild_.blind_ns > use_by_ns ? INT64_MAX : rebuild_.last_ns - recent_ns;
    for (const auto& lane : lanes_) {
        std::vector<RemadeSignal> remade = lane->take_remade();
        std::move(remade.begin(), remade.end(), std::back_inserter(lot.signals));
    }
    delivery_->make_good(std::move(lot));
    for (const auto& lane : lanes_) {
        // The store takes what it lacks, of signals that it knows.
        for (const SignalOutcome& outcome : lane->take_remade_outcomes()) {
            delivery_->on_outcome(outcome);
        }
    }
}

Status Pipeline::start_feeds() {
    loop_.post([this] {
        feeds_->start();
        tick_every_second();
        watch_timers();
    });
    feed_thread_ = WorkerThread("feed", [this] { loop_.run(); });
    feed_thread_started_ = true;
    return {};
}

void Pipeline::sample_feeds() {
    std::vector<FeedStatus> status = feeds_->status();
    std::vector<EndpointStatus> endpoints = feeds_->endpoints();
    std::vector<KeyStatus> keys = feeds_->keys();
    const std::lock_guard lock(mutex_);
    feed_status_ = std::move(status);
    endpoint_status_ = std::move(endpoints);
    key_status_ = std::move(keys);
    timer_late_ns_max_ = late_beat_.late_ns_max();
    if (std::exchange(ledger_changed_, false)) {
        coverage_.assign(ledger_.entries().begin(), ledger_.entries().end());
        coverage_counts_ = ledger_.counts();
    }
}

std::vector<LaneSnapshot> Pipeline::lane_snapshots() const {
    std::vector<LaneSnapshot> lanes;
    lanes.reserve(lanes_.size());
    for (const auto& lane : lanes_) {
        lanes.push_back(lane->snapshot());
    }
    return lanes;
}

PipelineStatus Pipeline::status() {
    PipelineStatus status;
    status.started_ns = started_ns_;
    status.now_ns = wall_now_ns();
    status.resident_bytes = resident_bytes();
    status.accepted = normaliser_.accepted();
    for (std::size_t i = 0; i < static_cast<std::size_t>(Refusal::Count_); ++i) {
        const auto reason = static_cast<Refusal>(i);
        status.refused.emplace_back(refusal_name(reason), normaliser_.refused(reason));
    }
    {
        const std::lock_guard lock(mutex_);
        status.feeds = feed_status_;
        status.endpoints = endpoint_status_;
        status.keys = key_status_;
        status.timer_late_ns_max = timer_late_ns_max_;
        status.coverage = coverage_counts_;
        const std::size_t shown = std::min(coverage_.size(), kCoverageShown);
        status.coverage_latest.assign(coverage_.rbegin(),
                                      coverage_.rbegin() + static_cast<std::ptrdiff_t>(shown));
    }
    status.shards = lane_snapshots();
    status.journal_enabled = journal_ != nullptr;
    if (journal_ != nullptr) {
        status.journal = journal_->figures();
    }
    status.rebuild = rebuild_;
    status.delivery = delivery_->figures();
    if (const std::shared_ptr<const RulePack> pack = rules_->live()) {
        status.rule_version = pack->id();
    }
    status.rule_trouble = rules_->trouble();
    status.rules_on_probation = rules_->on_probation();
    if (const std::shared_ptr<const RulePack> shadow = rules_->onlooker()) {
        status.shadow_version = shadow->id();
    }
    status.detectors = succession_.running();
    status.retired_libraries = succession_.retired();
    return status;
}

}  // namespace petrel::core
