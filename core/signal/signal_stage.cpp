// Stage 7. All containers are ordered: what leaves is a function of what came in.
#include "signal/signal_stage.hpp"

#include <algorithm>
#include <iterator>

#include "runtime/hash.hpp"
#include "signal/signal_inputs.hpp"

namespace petrel::core {
namespace {

constexpr std::size_t kHeldMemoryMax = 4096;         // stories whose last reason is remembered
constexpr std::size_t kOpenMax = 8192;               // open signals of a shard
constexpr std::int64_t kTellEveryNs = kNsPerSecond;  // least time between two told updates

}  // namespace

std::string signal_id(std::string_view type, std::string_view symbol, Side side,
                      std::int64_t onset_ns) {
    std::string what(type);
    what.append("|").append(symbol).append("|");
    what.append(side_name(static_cast<std::uint8_t>(side)));
    what.append("|").append(std::to_string(onset_ns));
    return "sig-" + hash_hex(what).substr(0, 12);
}

SignalPart SignalStage::part_of(const Finding& finding) const {
    SignalPart part;
    part.type = scores_.type_name(finding.type);
    part.side = side_name(static_cast<std::uint8_t>(finding.side));
    part.venue =
        finding.venue == PETREL_VENUE_ALL ? std::string_view("all") : names_.venue(finding.venue);
    part.events = finding.events;
    part.onset_ns = finding.onset_ns;
    part.at_ns = finding.at_ns;
    part.notional_usd = finding.notional_usd;
    part.threshold_usd = finding.threshold_usd;
    part.price = finding.price;
    part.dominance = finding.dominance;
    part.window_ms = finding.window_ms;
    part.sampled = finding.sampled;
    part.likely_usd = finding.likely_usd;
    part.high_usd = finding.high_usd;
    part.evidence = finding.evidence;
    for (const MarketEvent& event : finding.evidence) {
        part.evidence_venues.emplace_back(names_.venue(event.venue));
    }
    return part;
}

std::vector<SignalPart> SignalStage::joined_parts(const Candidate& candidate) const {
    if (candidate.storm == nullptr) {
        return {};
    }
    return {part_of(*candidate.storm), part_of(*candidate.cluster)};
}

Signal SignalStage::build(const Judged& judged) const {
    const Candidate& candidate = judged.candidate;
    const Finding& cause = *candidate.cause;
    Signal signal;
    signal.type = scores_.type_name(candidate.type);
    signal.symbol = names_.symbol(cause.symbol);
    signal.short_symbol = names_.short_symbol(cause.symbol);
    signal.group = names_.group(cause.group);
    signal.cause = part_of(cause);
    signal.joined = joined_parts(candidate);
    signal.onset_ns = candidate.onset_ns;
    signal.ts_ns = judged.now_ns;
    signal.expires_ns = judged.now_ns + valid_for_ns_;
    signal.score = candidate.score;
    signal.verdict = judged.verdict.rule;
    signal.inputs = signal_inputs(candidate.input);
    signal.input_texts = signal_texts(candidate.input);
    signal.rule_version = judged.rule_version;
    signal.peak_usd = cause.notional_usd;
    signal.id = signal_id(signal.type, signal.symbol, candidate.side, candidate.onset_ns);
    return signal;
}

const Signal* SignalStage::take(const Candidate& candidate, const Verdict& verdict,
                                std::int64_t now_ns, std::string_view rule_version,
                                SignalSink& sink) {
    const Story story{candidate.cause->symbol, candidate.type, candidate.side, candidate.onset_ns};
    const Judged judged{candidate, verdict, now_ns, rule_version};
    switch (verdict.rule.decision) {
        case RuleDecision::Send:
            return admit(story, judged, sink);
        case RuleDecision::Update:
            update(story, judged, sink);
            break;
        case RuleDecision::Hold:
            return hold(story, judged, sink);
    }
    return nullptr;
}

const Signal* SignalStage::admit(const Story& story, const Judged& judged, SignalSink& sink) {
    if (open_.contains(story)) {
        // Two single events of one nanosecond: the same identity, told once.
        update(story, judged, sink);
        return nullptr;
    }
    make_room(judged.now_ns, sink);
    Signal signal = build(judged);
    signal.state = *next_state(SignalState::Held, SignalStep::Admit);
    signal.sent_checks = signal.verdict.checks;
    if (judged.candidate.market != nullptr) {
        signal.series = market_series(*judged.candidate.market);
    }
    wheel_.schedule(signal.expires_ns, next_timer_);
    by_timer_.emplace(next_timer_++, story);
    ++admitted_;
    sink.on_signal(SignalChange::Admitted, signal);
    return &open_.emplace(story, Open{std::move(signal), judged.now_ns, judged.now_ns, {}, {}, {}})
                .first->second.signal;
}

// A shard follows so many signals; the first in order gives way, and its story ends with that.
void SignalStage::make_room(std::int64_t now_ns, SignalSink& sink) {
    if (open_.size() < kOpenMax) {
        return;
    }
    const auto oldest = open_.begin();  // its timer finds nothing, which is harmless
    Signal& signal = oldest->second.signal;
    if (const auto state = next_state(signal.state, SignalStep::Cancel)) {
        signal.state = *state;
        signal.ts_ns = now_ns;
        signal.cancel_reason =
            std::to_string(kOpenMax) + " signals are open, more than a shard follows";
        sink.on_signal(SignalChange::Cancelled, signal);
    }
    untold_.erase(oldest->first);
    open_.erase(oldest);
}

void SignalStage::update(const Story& story, const Judged& judged, SignalSink& sink) {
    const auto known = open_.find(story);
    if (known == open_.end()) {
        return;  // it expired meanwhile; the story was told
    }
    Open& open = known->second;
    const std::optional<SignalState> state = next_state(open.signal.state, SignalStep::Update);
    if (!state) {
        return;
    }
    const std::uint32_t updates = open.signal.updates + 1;
    const double peak_usd = std::max(open.signal.peak_usd, judged.candidate.cause->notional_usd);
    if (judged.candidate.market != nullptr && judged.now_ns - open.series_ns >= kTellEveryNs) {
        open.signal.series = market_series(*judged.candidate.market);
        open.series_ns = judged.now_ns;
    }
    if (judged.now_ns - open.told_ns < kTellEveryNs) {
        // Kept now and told at the next tick; inputs become lists then.
        open.signal.updates = updates;
        open.signal.peak_usd = peak_usd;
        open.signal.ts_ns = judged.now_ns;
        open.signal.score = judged.candidate.score;
        open.signal.verdict = judged.verdict.rule;
        open.signal.rule_version = judged.rule_version;
        open.input = judged.candidate.input;
        open.input.window = nullptr;  // it was asked; the score has what it answered
        open.voters = voter_inputs(open.input);
        open.voter_texts = voter_texts(open.input);
        open.input.votes = {};
        open.input.vote_reasons = {};
        open.input.accuracy = {};
        open.signal.cause = part_of(*judged.candidate.cause);
        open.signal.joined = joined_parts(judged.candidate);
        untold_.insert(story);
        return;
    }
    untold_.erase(story);
    Signal signal = build(judged);
    signal.state = *state;
    signal.expires_ns = open.signal.expires_ns;
    signal.updates = updates;
    signal.peak_usd = peak_usd;
    signal.sent_checks = std::move(open.signal.sent_checks);
    signal.series = std::move(open.signal.series);
    open = {std::move(signal), judged.now_ns, open.series_ns, {}};
    sink.on_signal(SignalChange::Updated, open.signal);
}

const Signal* SignalStage::hold(const Story& story, const Judged& judged, SignalSink& sink) {
    const std::string& reason = judged.verdict.rule.reasons.front();
    ++held_by_reason_[reason];
    const auto [last, is_new] = last_held_reason_.try_emplace(story, reason);
    if (!is_new) {
        if (last->second == reason) {
            return nullptr;
        }
        last->second = reason;
    } else if (last_held_reason_.size() > kHeldMemoryMax) {
        const auto oldest = last_held_reason_.begin();
        last_held_reason_.erase(oldest == last ? std::next(oldest) : oldest);
    }
    near_miss_ = build(judged);
    sink.on_signal(SignalChange::Held, near_miss_);
    return open_.contains(story) ? nullptr : &near_miss_;
}

void SignalStage::tick(std::int64_t now_ns, SignalSink& sink) {
    for (const Story& story : untold_) {
        if (const auto known = open_.find(story); known != open_.end()) {
            known->second.told_ns = now_ns;
            known->second.signal.inputs = signal_inputs(known->second.input);
            known->second.signal.inputs.insert(known->second.signal.inputs.end(),
                                               known->second.voters.begin(),
                                               known->second.voters.end());
            known->second.signal.input_texts = signal_texts(known->second.input);
            known->second.signal.input_texts.insert(known->second.signal.input_texts.end(),
                                                    known->second.voter_texts.begin(),
                                                    known->second.voter_texts.end());
            sink.on_signal(SignalChange::Updated, known->second.signal);
        }
    }
    untold_.clear();
    wheel_.advance(now_ns, [&](std::uint64_t timer) {
        const auto entry = by_timer_.find(timer);
        if (entry == by_timer_.end()) {
            return;
        }
        const auto known = open_.find(entry->second);
        by_timer_.erase(entry);
        if (known == open_.end()) {
            return;
        }
        Signal& signal = known->second.signal;
        if (const auto state = next_state(signal.state, SignalStep::Expire)) {
            signal.state = *state;
            signal.ts_ns = now_ns;
            sink.on_signal(SignalChange::Expired, signal);
        }
        open_.erase(known);
    });
}

}  // namespace petrel::core
