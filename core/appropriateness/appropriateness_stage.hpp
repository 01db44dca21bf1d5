// Stage 6: may it be sent now? The rules decide; this stage remembers what was sent.
//
// Fills the history part of the rule's input (cooldown, last sent, this very story) and calls the
// pack's appropriateness. What the rules decided to send is remembered per symbol and alert type.
// Owned by one shard; event time only.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "score/score_stage.hpp"

namespace petrel::core {

// What may be done with a candidate, and why.
struct Verdict {
    RuleVerdict rule;
    RuleHistory history;  // what the rule was told
};

class AppropriatenessStage {
public:
    // Cooldowns by alert type name; a type without one has none. `types` as in ScoreStage, without
    // the radar.
    AppropriatenessStage(const std::vector<std::string>& types,
                         std::map<std::string, std::uint64_t> cooldown_ms);
    // A type that follows those known.
    void add_type(const std::string& type) { cooldown_s_.push_back(cooldown_of(type)); }

    // Fills in what was sent before: score and verdict read it. First of the three.
    void recall(Candidate& candidate, std::int64_t now_ns);

    // Judges the candidate at the window's event time and, when it is sent, remembers that.
    void judge(Candidate& candidate, std::int64_t now_ns, RuleVm& vm, Verdict& verdict);

private:
    struct Sent {
        std::int64_t at_ns = INT64_MIN;
        std::int64_t onset_ns = INT64_MIN;
        Side side = Side::None;
        double least_score = -1;  // of what was judged since; -1: nothing was
    };
    // What was sent of a coin, of one type and side: the latest, and the latest of another market.
    struct CoinSent {
        std::uint32_t symbol = 0;
        std::int64_t at_ns = INT64_MIN;
        std::int64_t other_ns = INT64_MIN;
    };
    using CoinKey = std::tuple<std::uint32_t, std::uint32_t, Side>;  // coin, type, side
    struct SymbolMemory {
        std::vector<Sent> by_type;
        std::uint32_t coin = 0;  // number of the symbol's base, from 1 on; 0: not looked up yet
        std::array<std::int64_t, 64> recent_ns{};  // latest sends of any type, a ring
        std::size_t recent_next = 0;
    };

    [[nodiscard]] double cooldown_of(const std::string& type) const;
    SymbolMemory& memory_of(const Candidate& candidate);
    [[nodiscard]] double since_coin_sent_s(const Candidate& candidate, std::int64_t now_ns,
                                           const SymbolMemory& memory) const;
    void note_coin(const Candidate& candidate, std::int64_t now_ns, const SymbolMemory& memory);
    void fill_history(const Candidate& candidate, std::int64_t now_ns, const SymbolMemory& memory,
                      RuleHistory& history) const;

    std::map<std::string, std::uint64_t> cooldown_ms_;  // by name
    std::vector<double> cooldown_s_;                    // by type, the radar behind the first ones
    std::vector<SymbolMemory> memory_;                  // by symbol
    std::map<std::string, std::uint32_t, std::less<>> coins_;
    std::map<CoinKey, CoinSent> coin_sent_;  // as many as symbols, types and sides, at most
};

}  // namespace petrel::core
