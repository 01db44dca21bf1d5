// Stage 6. Memory is bounded: one entry a symbol and type, and the last sixty-four sends.
#include "appropriateness/appropriateness_stage.hpp"

#include <algorithm>

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
    history.least_score = sent.least_score;
    history.since_coin_sent_s = since_coin_sent_s(candidate, now_ns, memory);
}

double AppropriatenessStage::since_coin_sent_s(const Candidate& candidate, std::int64_t now_ns,
                                               const SymbolMemory& memory) const {
    const auto found = coin_sent_.find({memory.coin, candidate.type, candidate.side});
    if (found == coin_sent_.end()) {
        return -1;
    }
    const CoinSent& sent = found->second;
    const std::int64_t at_ns = sent.symbol == candidate.cause->symbol ? sent.other_ns : sent.at_ns;
    return at_ns == INT64_MIN ? -1 : static_cast<double>(now_ns - at_ns) / 1e9;
}

void AppropriatenessStage::note_coin(const Candidate& candidate, std::int64_t now_ns,
                                     const SymbolMemory& memory) {
    CoinSent& sent = coin_sent_[{memory.coin, candidate.type, candidate.side}];
    if (sent.symbol != candidate.cause->symbol) {
        sent.other_ns = sent.at_ns;
    }
    sent.symbol = candidate.cause->symbol;
    sent.at_ns = now_ns;
}

AppropriatenessStage::SymbolMemory& AppropriatenessStage::memory_of(const Candidate& candidate) {
    const std::uint32_t symbol = candidate.cause->symbol;
    if (symbol >= memory_.size()) {
        memory_.resize(symbol + 1U);
    }
    SymbolMemory& memory = memory_[symbol];
    memory.by_type.resize(cooldown_s_.size());
    if (memory.coin == 0) {
        // BTC-USDT-PERP and BTC-USDC-PERP are markets of one coin.
        const std::string_view base =
            candidate.input.symbol.substr(0, candidate.input.symbol.find('-'));
        const auto number = static_cast<std::uint32_t>(coins_.size() + 1);
        memory.coin = coins_.try_emplace(std::string(base), number).first->second;
    }
    return memory;
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
        note_coin(candidate, now_ns, memory);
    } else if (Sent& sent = memory.by_type[candidate.type]; sent.at_ns != INT64_MIN) {
        const double total = candidate.score.total;
        sent.least_score = sent.least_score < 0 ? total : std::min(sent.least_score, total);
    }
}

}  // namespace petrel::core
