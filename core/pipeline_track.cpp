// Making a track and counting what it did. The flow itself is in pipeline.cpp.
#include "pipeline_track.hpp"

namespace petrel::core {

RuleTrack::RuleTrack(const TrackOptions& options, const std::vector<std::string>& types,
                     const NameBook& names, SignalSink& sink)
    : scores_(types, options.spans), appropriateness_(types, options.cooldown_ms),
      signals_(scores_, names, options.signal_valid_ns), outcomes_(options.outcomes), sink_(sink) {}

RuleTrack::RuleTrack(const RuleTrack& other, SignalSink& sink)
    : scores_(other.scores_), appropriateness_(other.appropriateness_),
      signals_(other.signals_, scores_), outcomes_(other.outcomes_), sink_(sink),
      voters_(other.voters_), pack_(other.pack_), memory_(other.memory_) {}

void RuleTrack::use_rules(std::shared_ptr<const RulePack> pack, const RuleBudget& budget) {
    std::unique_ptr<RuleVm> machine = pack->make_vm(budget);
    swap_rules(std::move(pack), std::move(machine));
}

std::unique_ptr<RuleVm> RuleTrack::swap_rules(std::shared_ptr<const RulePack> pack,
                                              std::unique_ptr<RuleVm> machine) {
    machine.swap(rules_);
    memory_.adopt(*pack);
    std::vector<std::string> voters;
    for (const RuleVoter& voter : pack->manifest().voters) {
        voters.push_back(voter.name);
    }
    scores_.use_voters(voters);
    pack_ = std::move(pack);
    return machine;
}

void RuleTrack::recall(std::uint32_t symbol) {
    if (pack_->manifest().state.declared()) {
        rules_->set_state(memory_.of(symbol));
    }
}

void RuleTrack::remember(std::uint32_t symbol, const RuleScore& score) {
    const bool sound = score.fault.empty() && verdict_.rule.fault.empty();
    if (sound && pack_->manifest().state.declared() && rules_->state() != memory_.of(symbol)) {
        memory_.put(symbol, rules_->state());
    }
}

void RuleTrack::add_types(std::span<const std::string> types) {
    for (const std::string& type : types) {
        scores_.add_type(type);
        appropriateness_.add_type(type);
    }
}

RuleVmFigures RuleTrack::rule_figures() const {
    return rules_ == nullptr ? RuleVmFigures{} : rules_->figures();
}

}  // namespace petrel::core
