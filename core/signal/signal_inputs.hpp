// What a rule was given, as flat lists of names with numbers and with texts, in a fixed order; and
// back, so that a rule can be run again on what it saw. A vote is listed as "votes.<name>", -1 when
// the voter abstained, and its reason as "votes.<name>.reason". Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "script/rule_io.hpp"
#include "signal/signal.hpp"

namespace petrel::core {

std::vector<SignalInput> signal_inputs(const RuleInput& input);
std::vector<SignalText> signal_texts(const RuleInput& input);

// The parts of both that an input only borrows, of voters: they stand at the end.
std::vector<SignalInput> voter_inputs(const RuleInput& input);
std::vector<SignalText> voter_texts(const RuleInput& input);

// What a restored input borrows besides the lists.
struct RestoredVotes {
    std::vector<RuleVote> votes;
    std::vector<std::string_view> reasons;
    std::vector<RuleTerm> accuracy;
};

// Sets what the lists name; the texts are borrowed from there, the votes from `votes`. False when a
// name is unknown: the lists were written by another version of petrel.
bool restore_input(std::span<const SignalInput> numbers, std::span<const SignalText> texts,
                   RestoredVotes& votes, RuleInput& input);

// A figure of an input, found by the name under which it is listed; votes are none.
struct InputFigure {
    enum class Part : std::uint8_t { Moment, Finding, Storm, Cluster, Market, History };
    Part part = Part::Moment;
    bool flag = false;  // of true or false: 1 or 0
    std::uint16_t index = 0;
};
std::optional<InputFigure> find_figure(std::string_view name);
std::vector<std::string> figure_names();
// NaN when it is not known or not there.
double read_figure(const RuleInput& input, InputFigure figure);

}  // namespace petrel::core
