// The way of an event, from a venue's frame to a notification. Read from the top.
#include "pipeline.hpp"

#include <algorithm>

#include "runtime/clock.hpp"

namespace petrel::core {

// ---- 1 feed ─ 2 normaliser: the events of one frame, on the feed thread ----

std::size_t Pipeline::on_events(VenueId venue, std::span<MarketEvent> events) {
    const std::uint64_t repeats = normaliser_.refused(Refusal::Duplicate);
    const std::size_t sound = normaliser_.accept(venue, events);  // 2 normaliser
    if (sound > 0) {
        hand_on(events.first(sound));
    }
    if (normaliser_.has_gaps()) [[unlikely]] {
        for (const StreamGap& gap : normaliser_.take_gaps()) {
            feeds_->on_gap(venue, gap);
        }
    }
    return sound + (normaliser_.refused(Refusal::Duplicate) - repeats);
}

void Pipeline::hand_on(std::span<const MarketEvent> events) {
    take_rules();
    if (lanes_.size() == 1) {
        lanes_.front()->feed(events);
        return;
    }
    for (const MarketEvent& event : events) {
        const SymbolId symbol = registry_.instrument(event.instrument).symbol;
        sorted_[symbol % lanes_.size()].push_back(event);
    }
    for (std::size_t shard = 0; shard < lanes_.size(); ++shard) {
        if (!sorted_[shard].empty()) {
            lanes_[shard]->feed(sorted_[shard]);
            sorted_[shard].clear();
        }
    }
    drain_soon();
}

// Shards that lag catch up also when nothing new comes.
void Pipeline::drain_soon() {
    const auto lags = [](const auto& lane) { return lane->lags(); };
    if (draining_ || std::none_of(lanes_.begin(), lanes_.end(), lags)) [[likely]] {
        return;
    }
    draining_ = true;
    drain_->after(5, [this] {
        draining_ = false;
        for (const auto& lane : lanes_) {
            lane->drain();
        }
        drain_soon();
    });
}

// ---- 3 to 7: one shard, event by event; no clock, no lock, no chance ----

void Shard::on_events(std::span<const MarketEvent> events) {
    for (const MarketEvent& event : events) {
        if (event.kind == kTickEvent) {
            on_tick(event.exchange_ts_ns);
        } else if (event.kind == kBlindEvent) {
            on_blind(event);
        } else {
            on_event(event);
        }
    }
}

void Shard::on_event(const MarketEvent& event) {
    ++events_;
    const EventPlace place = place_of(event.instrument);
    const Window& window = windows_.add(place.symbol, place.group, event);  // 3 window
    detectors_.see(event, place, window);                                   // 4 detector
    for (const Finding& finding : detectors_.findings()) {
        on_finding(finding, window);
    }
    if (trial_ != nullptr) [[unlikely]] {
        trial_->see(event, place, window);
    }
}

void Shard::on_finding(const Finding& finding, const Window& window) {
    ++findings_by_type_[finding.type];
    const SymbolNames names{names_.symbol(finding.symbol), names_.group(finding.group), &names_};
    live_.on_finding(finding, window, names);
    if (onlooker_ != nullptr) [[unlikely]] {
        onlooker_->on_finding(finding, window, names);
    }
}

void RuleTrack::on_finding(const Finding& finding, const Window& window, SymbolNames names) {
    if (findings_max_ != 0 && ++findings_ > findings_max_) [[unlikely]] {
        ++skipped_;
        return;
    }
    for (Candidate& candidate : scores_.candidates(finding, window, names, *rules_)) {
        recall(finding.symbol);
        appropriateness_.recall(candidate, window.now_ns());
        if (voters_ != nullptr) {
            voters_->vote(candidate.input);
        }
        scores_.score(candidate, *rules_);                                      // 5 score
        appropriateness_.judge(candidate, window.now_ns(), *rules_, verdict_);  // 6 appropriateness
        remember(finding.symbol, candidate.score);
        recent_.add(candidate.input, candidate.score, verdict_.rule);
        const Signal* signal =
            signals_.take(candidate, verdict_, window.now_ns(), pack_->id(), sink_);  // 7 signal
        if (signal != nullptr) {
            outcomes_.follow(*signal, finding.symbol, candidate.type, window);
        }
    }
}

void Shard::on_tick(std::int64_t now_ns) {
    ++ticks_;
    live_.on_tick(now_ns, windows_);
    if (onlooker_ != nullptr) {
        onlooker_->on_tick(now_ns, windows_);
    }
}

void RuleTrack::on_tick(std::int64_t now_ns, const WindowStore& windows) {
    findings_ = 0;
    signals_.tick(now_ns, sink_);
    for (const auto& [symbol, type, outcome] : outcomes_.tick(now_ns, windows)) {
        if (!outcome.held_for.empty()) {
            sink_.on_near_miss(outcome);  // rules hear of what was sent alone
            continue;
        }
        sink_.on_outcome(outcome);
        if (outcome.settled() &&
            outcome.horizon_ms * kNsPerMs == outcomes_.options().main_horizon_ns) {
            scores_.note_outcome(symbol, type,
                                 {result_name(outcome.result), outcome.result == OutcomeResult::Hit,
                                  with_pressure(outcome.pressure, *outcome.return_sigma),
                                  outcome.result == OutcomeResult::FalseAlarm, outcome.votes});
        }
    }
}

void Shard::on_blind(const MarketEvent& event) {
    const EventPlace place = place_of(event.instrument);
    const BlindSpan span{event.count, event.exchange_ts_ns, static_cast<std::int64_t>(event.id),
                         event.side != 0};
    windows_.of(place.symbol, place.group)
        .set_blind(event.venue, static_cast<std::uint8_t>(event.reserved), span);
}

// ---- 8 outbox ─ 9 notifier: what leaves a shard goes to the NotifierStage ----

void AdmissionOutlet::on_signal(SignalChange change, const Signal& signal) {
    delivery_.on_signal(change, signal);
    if (journal_ != nullptr && change == SignalChange::Admitted) {
        journal_->hurry();
    }
}

void AdmissionOutlet::on_outcome(const SignalOutcome& outcome) { delivery_.on_outcome(outcome); }

void AdmissionOutlet::on_near_miss(const SignalOutcome& outcome) { delivery_.on_outcome(outcome); }

// ---- Start, from the back to the front; stop, from the front to the back ----

Result<std::unique_ptr<Pipeline>> Pipeline::start(const PluginSetup& setup) {
    auto pipeline = std::make_unique<Pipeline>(setup);
    using Step = Status (Pipeline::*)();
    for (const Step step : {&Pipeline::start_delivery, &Pipeline::start_rules,
                            &Pipeline::start_journal, &Pipeline::start_shards,
                            &Pipeline::make_feeds, &Pipeline::rebuild, &Pipeline::start_feeds}) {
        if (Status started = ((*pipeline).*step)(); !started.ok()) {
            return started;
        }
    }
    return pipeline;
}

void Pipeline::stop() {
    if (feed_thread_started_) {
        loop_.post([this] {
            second_->cancel();
            late_->cancel();
            drain_->cancel();
            feeds_->stop([this] { loop_.stop(); });
        });
        feed_thread_.join();
        feed_thread_started_ = false;
    }
    for (const auto& lane : lanes_) {
        lane->stop();
    }
    if (delivery_ != nullptr) {
        delivery_->stop();
    }
    if (journal_ != nullptr) {
        journal_->stop();
    }
}

Pipeline::~Pipeline() {
    stop();
    feeds_.reset();   // before the adapters they speak through
    second_.reset();  // before the loop they wait on
    late_.reset();
    drain_.reset();
}

// ---- What goes on beside the events, on the feed thread ----

// Between two batches, never within one: an event meets exactly one version.
void Pipeline::take_rules() {
    if (const std::uint64_t shadow = rules_->shadow_generation(); shadow != shadow_seen_) {
        shadow_seen_ = shadow;
        for (const auto& lane : lanes_) {
            lane->drain_all();
            lane->look_on(rules_->onlooker());
        }
    }
    const std::uint64_t generation = rules_->generation();
    if (generation == rules_seen_) {
        return;
    }
    rules_seen_ = generation;
    const std::shared_ptr<const RulePack> pack = rules_->live();
    for (std::size_t shard = 0; shard < lanes_.size(); ++shard) {
        lanes_[shard]->drain_all();
        if (journal_ != nullptr) {
            journal_->control(static_cast<std::uint32_t>(shard), rules_entry(*pack));
        }
        lanes_[shard]->use_rules(pack);
    }
}

// Event time moves on even where nothing happens: timers of the shards live by these ticks.
void Pipeline::tick_every_second() {
    second_->after(second_beat_.beat_ms(steady_now_ns()), [this] { tick_every_second(); });
    MarketEvent tick{};
    tick.kind = kTickEvent;
    tick.exchange_ts_ns = wall_now_ns() / kNsPerSecond * kNsPerSecond;
    tick.receive_ts_ns = tick.exchange_ts_ns;
    take_rules();
    for (const auto& lane : lanes_) {
        lane->feed({&tick, 1});
    }
    feeds_->look_after();
    sample_feeds();
}

// A timer that does nothing but be late: by what this thread does besides, or the machine.
void Pipeline::watch_timers() {
    late_->after(late_beat_.beat_ms(steady_now_ns()), [this] { watch_timers(); });
}

}  // namespace petrel::core
