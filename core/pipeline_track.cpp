// Making a track and counting what it did. The flow itself is in pipeline.cpp.
#include "pipeline_track.hpp"

namespace petrel::core {

RuleTrack::RuleTrack(const TrackOptions& options, const std::vector<std::string>& types,
                     const NameBook& names, SignalSink& sink)
    : scores_(types, options.base_window_ms), appropriateness_(types, options.cooldown_ms),
      signals_(scores_, names, options.signal_valid_ns), sink_(sink) {}

RuleTrack::RuleTrack(const RuleTrack& other, SignalSink& sink)
    : scores_(other.scores_), appropriateness_(other.appropriateness_),
      signals_(other.signals_, scores_), sink_(sink), pack_(other.pack_) {}

void RuleTrack::use_rules(std::shared_ptr<const RulePack> pack, const RuleBudget& budget) {
    rules_ = pack->make_vm(budget);
    pack_ = std::move(pack);
}

RuleVmFigures RuleTrack::rule_figures() const {
    return rules_ == nullptr ? RuleVmFigures{} : rules_->figures();
}

}  // namespace petrel::core
