// What plugins that vote say of a candidate, before the rules judge it.
//
// Each voter named the figures that it wants when it was made; it gets them from the rule's input
// as the signal will record them, and its vote goes into that input. A voter that fails or gives a
// vote that is none is counted and abstains. Voters are pure, so a replay and a version of the
// rules that looks on call them again. Owned by one shard; instances are borrowed and outlive the
// stage; reads no clock.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "petrel/abi/voter.h"
#include "petrel/result.hpp"
#include "script/rule_io.hpp"
#include "signal/signal_inputs.hpp"

namespace petrel::core {

// A voter as the loader made it, with where its figures stand.
struct VoterHandle {
    std::string name;
    const petrel_voter* table = nullptr;
    void* instance = nullptr;
    std::vector<InputFigure> figures;
};

// Asks which figures it wants; a name that is not known is refused with the nearest that is.
// Control thread, once for an instance.
Result<std::vector<InputFigure>> ask_figures(const petrel_voter& table, void* instance);

// Figures of one voter, for status.
struct VoterFigures {
    std::string name;
    std::uint64_t calls = 0;
    std::uint64_t abstained = 0;  // by its own wish
    std::uint64_t faults = 0;     // failures, and votes that are none: they abstain, too
    std::string last_fault;
};

class VoteStage {
public:
    explicit VoteStage(std::vector<VoterHandle> voters);

    // Calls every voter; the input borrows the votes until the next call.
    void vote(RuleInput& input);

    [[nodiscard]] const std::vector<VoterFigures>& figures() const { return figures_; }

private:
    void call(std::size_t number, const RuleInput& input);
    void fault(std::size_t number, std::string what);

    std::vector<VoterHandle> voters_;
    std::array<double, PETREL_VOTER_INPUTS_MAX> values_{};
    std::vector<RuleVote> votes_;  // by voter
    std::vector<std::array<char, PETREL_VOTE_REASON_TEXT>> reason_texts_;
    std::vector<std::string_view> reasons_;
    std::vector<VoterFigures> figures_;
};

}  // namespace petrel::core
