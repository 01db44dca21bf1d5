// How often each voter of the ensemble was right, by symbol: what rules read as input.accuracy.
//
// A vote of one half and more that was followed by a hit was right, and so was one below before a
// false alarm; what came to nothing, or is not known, counts for nobody. By symbol, so that it is
// the same over any number of shards. Bounded: 64 names, of the packs that were in use. Part of a
// track; thread of its shard; reads no clock.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "script/rule_io.hpp"

namespace petrel::core {

class VoterAccuracy {
public:
    static constexpr std::size_t kNamesMax = 64;

    // These vote from here on; what is known of others is kept while there is room.
    void use(std::span<const std::string> voters);
    void note(std::uint32_t symbol, std::span<const RuleShare> votes, bool hit);

    // Of those that vote: (right + 1) / (known + 2), so 0.5 where nothing is known. Valid until the
    // next call.
    std::span<const RuleTerm> of(std::uint32_t symbol);

private:
    struct Tally {
        double right = 0;
        double known = 0;
    };
    void forget_unused(std::span<const std::string> voters);

    std::vector<std::string> names_;
    std::vector<std::size_t> used_;            // of the names, in the order of declaration
    std::vector<std::vector<Tally>> symbols_;  // by symbol, then by name
    std::vector<RuleTerm> shares_;
};

}  // namespace petrel::core
