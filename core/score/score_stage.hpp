// Stage 5: what the rules make of a finding.
//
// Remembers the latest finding of each slot that the rule pack declares (storm, cluster) for each
// symbol, fills the rule's input from it and from the windows, and calls the pack's score. One
// finding gives one candidate for its own alert type; while both slots of a symbol are active, it
// gives a second one for the radar. Owned by one shard; event time only.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "detector/finding.hpp"
#include "score/market_figures.hpp"
#include "score/symbol_window.hpp"
#include "score/voter_accuracy.hpp"
#include "script/rule_io.hpp"
#include "window/window.hpp"

namespace petrel::core {

class RuleVm;

// The alert type of a symbol on which storm and cluster meet.
inline constexpr const char* kRadarType = "GLOBAL_RADAR";

// Names that rules see; borrowed, and longer-lived than the stage.
struct SymbolNames {
    std::string_view symbol;
    std::string_view group;
    const VenueNames* venues = nullptr;  // null: no venue is known by name
};

// A finding with its score, ready to be judged. Lives until the next evaluation.
struct Candidate {
    std::uint32_t type = 0;  // index of the alert type; the radar is the last one
    Phase phase = Phase::Single;
    Side side = Side::None;
    std::int64_t onset_ns = 0;       // of the story; with type, symbol and side its identity
    const Window* market = nullptr;  // of the symbol; null where there is none
    const Finding* cause = nullptr;
    const Finding* storm = nullptr;  // radar only: what met
    const Finding* cluster = nullptr;
    RuleInput input;  // borrows the window that follows
    SymbolWindow window;
    RuleScore score;
};

// What came of a signal, as the rules are told of it later.
struct OutcomeNote {
    std::string_view word;  // "hit", "false_alarm", "flat"; of static life
    bool hit = false;
    double move_sigma = 0;  // with the pressure
    bool false_alarm = false;
    std::span<const RuleShare> votes = {};  // that were given on the signal
};

class ScoreStage {
public:
    // `types` are the detectors' finding types; the radar's index is types.size(), and types that
    // are added later follow it.
    ScoreStage(const std::vector<std::string>& types, MarketSpans spans);
    void add_type(std::string type) { types_.push_back(std::move(type)); }
    // Who votes in the ensemble of the rules from the next finding on.
    void use_voters(std::span<const std::string> voters) { accuracy_.use(voters); }

    // What there is to score and judge after one finding, by the slots of the rules of `vm`: its
    // own type, and the radar where it applies.
    std::span<Candidate> candidates(const Finding& finding, const Window& window, SymbolNames names,
                                    RuleVm& vm);
    void score(Candidate& candidate, RuleVm& vm);

    // From the next evaluation on, rules know of it.
    void note_outcome(std::uint32_t symbol, std::uint32_t type, const OutcomeNote& note);

    [[nodiscard]] std::uint32_t radar_type() const { return radar_type_; }
    [[nodiscard]] std::string_view type_name(std::uint32_t type) const { return types_[type]; }

private:
    enum Slot : std::size_t { kStorm, kCluster, kSlots };
    // Outcomes of a symbol and alert type.
    struct Past {
        double outcomes = 0;
        double hits = 0;
        double moves_sigma = 0;
        double gains_sigma = 0;   // of the moves with the pressure
        double losses_sigma = 0;  // of those against it
        std::string_view last;
    };
    struct Active {
        std::array<Finding, kSlots> findings;
        std::array<bool, kSlots> present{};
        std::vector<Past> past;  // by type; as long as the types that had an outcome need
    };

    void remember(const Finding& finding, std::int64_t now_ns, RuleVm& vm, Active& active);
    Candidate& next_candidate();
    void fill(const Window& window, SymbolNames names, Candidate& candidate);
    void fill_past(Candidate& candidate);
    RuleFinding as_rule(const Finding& finding, std::int64_t now_ns) const;
    void add_own(const Finding& finding, Slot slot, const Window& window, SymbolNames names);
    void add_radar(const Finding& finding, const Active& active, const Window& window,
                   SymbolNames names);

    std::deque<std::string> types_;  // the radar among them; addresses stay, inputs borrow them
    std::uint32_t radar_type_;
    MarketSpans spans_;
    std::vector<Active> active_;  // by symbol
    VoterAccuracy accuracy_;
    std::vector<Candidate> candidates_;
    std::size_t used_ = 0;
};

}  // namespace petrel::core
