// Stage 6. Memory is bounded: one entry a symbol and type, and the last sixty-four sends.
#include "appropriateness/appropriateness_stage.hpp"

#include "petrel/types.hpp"
#include "script/rule_vm.hpp"

namespace petrel::core {

AppropriatenessStage::AppropriatenessStage(const std::vector<std::string>& types,
                                           std::map<std::string, std::uint64_t> cooldown_ms)
    : cooldown_ms_(std::move(cooldown_ms)) {
    for (const std::string& type : types) {
        add_type(type);
    }
    add_type(kRadarType);
}

double AppropriatenessStage::cooldown_of(const std::string& type) const {
    const auto found = cooldown_ms_.find(type);
    return found == cooldown_ms_.end() ? 0.0 : static_cast<double>(found->second) / 1e3;
}

void AppropriatenessStage::fill_history(const Candidate& candidate, std::int64_t now_ns,
                                        const SymbolMemory& memory, RuleHistory& history) const {
    constexpr std::int64_t hour_ns = 3'600 * kNsPerSecond;
    const Sent& sent = memory.by_type[candidate.type];
    // What came of earlier signals stands there already: the score stage fills it.
    history.cooldown_s = cooldown_s_[candidate.type];
    history.since_last_sent_s = -1;
    history.sent_last_hour = 0;
    history.story_sent = false;
    if (sent.at_ns != INT64_MIN) {
        history.since_last_sent_s = static_cast<double>(now_ns - sent.at_ns) / 1e9;
        history.story_sent = candidate.phase != Phase::Single &&
                             sent.onset_ns == candidate.onset_ns && sent.side == candidate.side;
    }
    for (const std::int64_t at_ns : memory.recent_ns) {
        if (at_ns != 0 && at_ns > now_ns - hour_ns) {
            history.sent_last_hour += 1;
        }
    }
}

AppropriatenessStage::SymbolMemory& AppropriatenessStage::memory_of(const Candidate& candidate) {
    const std::uint32_t symbol = candidate.cause->symbol;
    if (symbol >= memory_.size()) {
        memory_.resize(symbol + 1U);
    }
    memory_[symbol].by_type.resize(cooldown_s_.size());
    return memory_[symbol];
}

void AppropriatenessStage::recall(Candidate& candidate, std::int64_t now_ns) {
    fill_history(candidate, now_ns, memory_of(candidate), candidate.input.history);
}

void AppropriatenessStage::judge(Candidate& candidate, std::int64_t now_ns, RuleVm& vm,
                                 Verdict& verdict) {
    SymbolMemory& memory = memory_of(candidate);
    verdict.history = candidate.input.history;
    vm.judge(candidate.input, candidate.score, verdict.rule);
    if (verdict.rule.decision == RuleDecision::Send) {
        memory.by_type[candidate.type] = {now_ns, candidate.onset_ns, candidate.side};
        memory.recent_ns[memory.recent_next] = now_ns;
        memory.recent_next = (memory.recent_next + 1) % memory.recent_ns.size();
    }
}

}  // namespace petrel::core
