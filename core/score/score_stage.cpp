// Stage 5. A candidate borrows its findings: from the caller for the cause, from the slots for what
// the radar joins.
#include "score/score_stage.hpp"

#include <algorithm>

#include "script/rule_vm.hpp"

namespace petrel::core {
namespace {

double seconds(std::int64_t ns) { return static_cast<double>(ns) / 1e9; }

std::string_view phase_name(Phase phase) {
    switch (phase) {
        case Phase::Onset:
            return "onset";
        case Phase::Update:
            return "update";
        default:
            return "single";
    }
}

}  // namespace

ScoreStage::ScoreStage(const std::vector<std::string>& types, MarketSpans spans)
    : types_(types.begin(), types.end()), radar_type_(static_cast<std::uint32_t>(types_.size())),
      spans_(spans) {
    types_.emplace_back(kRadarType);
    candidates_.resize(2);
}

RuleFinding ScoreStage::as_rule(const Finding& finding, std::int64_t now_ns) const {
    RuleFinding rule;
    rule.present = true;
    rule.type = types_[finding.type];
    rule.side = side_name(static_cast<std::uint8_t>(finding.side));
    rule.phase = phase_name(finding.phase);
    rule.volume_usd = finding.notional_usd;
    rule.threshold_usd = finding.threshold_usd;
    rule.events = finding.events;
    rule.price = finding.price;
    rule.dominance = finding.dominance;
    rule.window_s = finding.window_ms / 1e3;
    rule.age_s = std::max(0.0, seconds(now_ns - finding.at_ns));
    rule.since_onset_s = std::max(0.0, seconds(now_ns - finding.onset_ns));
    rule.likely_usd = finding.likely_usd;
    rule.high_usd = finding.high_usd;
    rule.sampled = finding.sampled;
    return rule;
}

void ScoreStage::remember(const Finding& finding, std::int64_t now_ns, RuleVm& vm, Active& active) {
    const double active_for_s = vm.active_for_s();
    for (std::size_t slot = 0; slot < kSlots; ++slot) {
        if (active.present[slot] && seconds(now_ns - active.findings[slot].at_ns) > active_for_s) {
            active.present[slot] = false;
        }
    }
    const RuleSlot slot = vm.slot_of(types_[finding.type]);
    if (slot == RuleSlot::None) {
        return;
    }
    const std::size_t index = slot == RuleSlot::Storm ? kStorm : kCluster;
    Finding& held = active.findings[index];
    // The other side's story gives way only to a larger one: two storms at once are one weather.
    if (!active.present[index] || held.side == finding.side ||
        finding.notional_usd >= held.notional_usd) {
        held = finding;
        active.present[index] = true;
    }
}

Candidate& ScoreStage::next_candidate() {
    Candidate& candidate = candidates_[used_++];
    candidate.cause = nullptr;
    candidate.storm = nullptr;
    candidate.cluster = nullptr;
    candidate.input = RuleInput{};
    candidate.score.terms.clear();
    return candidate;
}

void ScoreStage::fill(const Window& window, SymbolNames names, Candidate& candidate) {
    RuleInput& input = candidate.input;
    input.symbol = names.symbol;
    input.group = names.group;
    input.type = type_name(candidate.type);
    input.now_s = seconds(window.now_ns());
    input.market = market_figures(window, spans_);
    candidate.window = SymbolWindow(window, names.venues);
    input.window = &candidate.window;
    fill_past(candidate);
}

void ScoreStage::fill_past(Candidate& candidate) {
    candidate.input.accuracy = accuracy_.of(candidate.cause->symbol);
    const std::vector<Past>& past = active_[candidate.cause->symbol].past;
    if (candidate.type >= past.size() || past[candidate.type].outcomes == 0) {
        return;
    }
    const Past& own = past[candidate.type];
    RuleHistory& history = candidate.input.history;
    history.outcomes = own.outcomes;
    history.hit_share = own.hits / own.outcomes;
    history.mean_move_sigma = own.moves_sigma / own.outcomes;
    history.last_outcome = own.last;
    history.gain_sigma = own.gains_sigma / own.outcomes;
    history.loss_sigma = own.losses_sigma / own.outcomes;
}

void ScoreStage::note_outcome(std::uint32_t symbol, std::uint32_t type, const OutcomeNote& note) {
    if (symbol >= active_.size()) {
        active_.resize(symbol + 1U);
    }
    std::vector<Past>& past = active_[symbol].past;
    if (type >= past.size()) {
        past.resize(type + 1U);
    }
    past[type].outcomes += 1;
    past[type].hits += note.hit ? 1 : 0;
    past[type].moves_sigma += note.move_sigma;
    past[type].last = note.word;
    if (note.hit || note.false_alarm) {
        accuracy_.note(symbol, note.votes, note.hit);
    }
    past[type].gains_sigma += std::max(note.move_sigma, 0.0);
    past[type].losses_sigma += std::max(-note.move_sigma, 0.0);
}

void ScoreStage::add_own(const Finding& finding, Slot slot, const Window& window,
                         SymbolNames names) {
    Candidate& candidate = next_candidate();
    candidate.type = finding.type;
    candidate.phase = finding.phase;
    candidate.side = finding.side;
    candidate.onset_ns = finding.onset_ns;
    candidate.cause = &finding;
    fill(window, names, candidate);
    candidate.input.finding = as_rule(finding, window.now_ns());
    if (slot == kStorm) {
        candidate.input.storm = candidate.input.finding;
    } else if (slot == kCluster) {
        candidate.input.cluster = candidate.input.finding;
    }
}

void ScoreStage::add_radar(const Finding& finding, const Active& active, const Window& window,
                           SymbolNames names) {
    const Finding& storm = active.findings[kStorm];
    const Finding& cluster = active.findings[kCluster];
    Candidate& candidate = next_candidate();
    candidate.type = radar_type();
    // The meeting began when the later of the two did.
    candidate.onset_ns = std::max(storm.onset_ns, cluster.onset_ns);
    candidate.phase = finding.at_ns > candidate.onset_ns ? Phase::Update : Phase::Onset;
    candidate.side = storm.side;
    candidate.cause = &finding;
    candidate.storm = &storm;
    candidate.cluster = &cluster;
    fill(window, names, candidate);
    candidate.input.finding = as_rule(finding, window.now_ns());
    candidate.input.storm = as_rule(storm, window.now_ns());
    candidate.input.cluster = as_rule(cluster, window.now_ns());
}

std::span<Candidate> ScoreStage::candidates(const Finding& finding, const Window& window,
                                            SymbolNames names, RuleVm& vm) {
    used_ = 0;
    if (finding.symbol >= active_.size()) {
        active_.resize(finding.symbol + 1U);
    }
    Active& active = active_[finding.symbol];
    remember(finding, window.now_ns(), vm, active);

    const RuleSlot slot = vm.slot_of(types_[finding.type]);
    const Slot own = slot == RuleSlot::Storm     ? kStorm
                     : slot == RuleSlot::Cluster ? kCluster
                                                 : kSlots;
    add_own(finding, own, window, names);
    if (own != kSlots && active.present[kStorm] && active.present[kCluster]) {
        add_radar(finding, active, window, names);
    }
    for (std::size_t i = 0; i < used_; ++i) {
        candidates_[i].market = &window;
    }
    return {candidates_.data(), used_};
}

void ScoreStage::score(Candidate& candidate, RuleVm& vm) {
    vm.score(candidate.input, candidate.score);
}

}  // namespace petrel::core
