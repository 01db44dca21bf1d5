// The latest inputs that rules were given, for the dry run of a new version.
//
// A fixed ring of owned copies: written on the shard's thread, copied as a whole to whoever
// reloads. Once the ring is full, adding allocates nothing for texts of usual length.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "script/rule_io.hpp"

namespace petrel::core {

class RecentInputs {
public:
    static constexpr std::size_t kInputsMax = 64;

    // With what the two calls asked of the windows and found remembered.
    void add(const RuleInput& input, const RuleScore& score, const RuleVerdict& verdict);
    [[nodiscard]] std::size_t size() const { return kept_.size(); }
    // Oldest first; texts, answers, state and votes are borrowed from this object.
    [[nodiscard]] std::vector<RuleInput> inputs() const;

private:
    static constexpr std::size_t kTexts = 12;  // three of the input, three of each finding
    struct Kept {
        RuleInput input;
        std::array<std::string, kTexts> texts;
        RecordedWindow window;
        std::vector<RuleTerm> state;
        std::vector<RuleTerm> accuracy;
        mutable std::vector<RuleVote> votes;  // with names only once they are handed out
        std::vector<std::string> voters;      // the names
    };
    std::vector<Kept> kept_;
    std::size_t next_ = 0;
};

}  // namespace petrel::core
