// Nothing is allocated for a vote that is sound.
#include "voter/vote_stage.hpp"

#include <algorithm>
#include <cmath>

#include "config/closest.hpp"
#include "config/units.hpp"
#include "petrel/types.hpp"

namespace petrel::core {
namespace {

std::string shown_name(std::string_view name) {
    std::string text(name.substr(0, 60));
    std::replace_if(text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
}

}  // namespace

Result<std::vector<InputFigure>> ask_figures(const petrel_voter& table, void* instance) {
    const petrel_text* names = nullptr;
    const std::uint32_t count = table.inputs(instance, &names);
    if (count > PETREL_VOTER_INPUTS_MAX || (count > 0 && names == nullptr)) {
        return Status::invalid("it asks for " + std::to_string(count) + " figures, at most " +
                               std::to_string(PETREL_VOTER_INPUTS_MAX) + " are given");
    }
    std::vector<InputFigure> figures;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::string_view name = view_of(names[i]);
        const std::optional<InputFigure> figure = find_figure(name);
        if (!figure) {
            const std::string near = did_you_mean(std::string(name.substr(0, 60)), figure_names());
            return Status::invalid("it asks for the figure '" + shown_name(name) +
                                   "', which no rule is given; " +
                                   (near.empty() ? "rules/README.md lists those that are" : near));
        }
        figures.push_back(*figure);
    }
    return figures;
}

VoteStage::VoteStage(std::vector<VoterHandle> voters) : voters_(std::move(voters)) {
    reason_texts_.resize(voters_.size());
    for (const VoterHandle& voter : voters_) {
        votes_.push_back({voter.name, 0, true});
        reasons_.emplace_back();
        figures_.emplace_back().name = voter.name;
    }
}

void VoteStage::vote(RuleInput& input) {
    for (std::size_t number = 0; number < voters_.size(); ++number) {
        call(number, input);
    }
    input.votes = votes_;
    input.vote_reasons = reasons_;
}

void VoteStage::fault(std::size_t number, std::string what) {
    ++figures_[number].faults;
    figures_[number].last_fault = std::move(what);
    reasons_[number] = "fault";
}

void VoteStage::call(std::size_t number, const RuleInput& input) {
    const VoterHandle& voter = voters_[number];
    for (std::size_t i = 0; i < voter.figures.size(); ++i) {
        values_[i] = read_figure(input, voter.figures[i]);
    }
    petrel_vote out{};
    out.size = sizeof(out);
    petrel_error error;  // its text is written only on failure
    error.size = sizeof(error);
    error.text[0] = '\0';
    RuleVote& vote = votes_[number];
    vote.vote = 0;
    vote.abstained = true;
    ++figures_[number].calls;
    if (voter.table->vote(voter.instance, values_.data(),
                          static_cast<std::uint32_t>(voter.figures.size()), &out, &error) < 0) {
        error.text[PETREL_ERROR_TEXT - 1] = '\0';
        fault(number, error.text[0] == '\0' ? "it failed and gave no reason" : error.text);
        return;
    }
    if (out.abstains == 0 && !(out.vote >= 0 && out.vote <= 1)) {
        fault(number, std::isnan(out.vote)
                          ? "its vote is no number"
                          : "its vote is " + format_number(out.vote) + ", allowed is 0 to 1");
        return;
    }
    std::array<char, PETREL_VOTE_REASON_TEXT>& text = reason_texts_[number];
    std::size_t length = 0;
    for (; length + 1 < text.size() && out.reason[length] != '\0'; ++length) {
        const char c = out.reason[length];
        text[length] = c < ' ' || c > '~' ? '?' : c;
    }
    reasons_[number] = {text.data(), length};
    vote.abstained = out.abstains != 0;
    vote.vote = vote.abstained ? 0 : out.vote;
    figures_[number].abstained += vote.abstained ? 1 : 0;
}

}  // namespace petrel::core
