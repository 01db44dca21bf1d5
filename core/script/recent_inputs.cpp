// Copies point into their own texts only when they are handed out, so that the ring can be copied.
#include "script/recent_inputs.hpp"

namespace petrel::core {
namespace {

std::array<std::string_view*, 12> texts_of(RuleInput& input) {
    return {&input.symbol,       &input.group,         &input.type,         &input.finding.type,
            &input.finding.side, &input.finding.phase, &input.storm.type,   &input.storm.side,
            &input.storm.phase,  &input.cluster.type,  &input.cluster.side, &input.cluster.phase};
}

}  // namespace

void RecentInputs::add(const RuleInput& input, const RuleScore& score, const RuleVerdict& verdict) {
    if (kept_.size() < kInputsMax) {
        kept_.emplace_back();
    }
    Kept& kept = kept_[next_];
    next_ = (next_ + 1) % kInputsMax;
    kept.input = input;
    kept.window.clear();
    kept.window.add(score.asked);
    kept.window.add(verdict.asked);
    kept.state = score.state;
    kept.input.window = nullptr;
    kept.input.state = {};
    kept.accuracy.assign(input.accuracy.begin(), input.accuracy.end());
    kept.votes.assign(input.votes.begin(), input.votes.end());
    kept.voters.resize(input.votes.size());
    for (std::size_t i = 0; i < kept.votes.size(); ++i) {
        kept.voters[i].assign(kept.votes[i].name);
        kept.votes[i].name = {};
    }
    kept.input.accuracy = {};
    kept.input.votes = {};
    kept.input.vote_reasons = {};
    const auto texts = texts_of(kept.input);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        kept.texts[i].assign(*texts[i]);
        *texts[i] = {};
    }
}

std::vector<RuleInput> RecentInputs::inputs() const {
    std::vector<RuleInput> inputs;
    inputs.reserve(kept_.size());
    const std::size_t oldest = kept_.size() < kInputsMax ? 0 : next_;
    for (std::size_t i = 0; i < kept_.size(); ++i) {
        const Kept& kept = kept_[(oldest + i) % kept_.size()];
        inputs.push_back(kept.input);
        const auto texts = texts_of(inputs.back());
        for (std::size_t t = 0; t < texts.size(); ++t) {
            *texts[t] = kept.texts[t];
        }
        inputs.back().window = kept.window.empty() ? nullptr : &kept.window;
        inputs.back().state = kept.state;
        inputs.back().accuracy = kept.accuracy;
        for (std::size_t v = 0; v < kept.votes.size(); ++v) {
            kept.votes[v].name = kept.voters[v];
        }
        inputs.back().votes = kept.votes;
    }
    return inputs;
}

}  // namespace petrel::core
